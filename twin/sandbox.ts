import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queuesPath, secretPath } from '../core/names.ts';
import { bundleLambdas } from '../lib/bundle.ts';
import { LAMBDAS, type LambdaName } from '../lib/bundling.ts';
import { FUNCTIONS } from '../lib/functions.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from './dynamo.ts';
import { ec2Face } from './ec2/face.ts';
import type { Face } from './http.ts';
import { twinFunction } from './lambda/function.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { pandaFace } from './panda/face.ts';
import { type EndpointFace, endpointFace } from './pool/face.ts';
import { stream } from './random.ts';
import type { Scenario } from './scenario.ts';
import { ssmFace } from './ssm/face.ts';
import { parameterStore } from './ssm/store.ts';
import { PLACEMENTS, TEMPLATE, WORKER_DISK_MB, type World } from './world.ts';

/** The deployed functions in processes of their own, and every wire they hang on. */
export interface Sandbox {
  readonly endpoint: EndpointFace;
  /** Calls that reached EC2, by action. */
  readonly ec2Calls: ReadonlyMap<string, number>;
  invoke(name: LambdaName, event: unknown): Promise<Outcome>;
  /** From now on this share of the runs is killed somewhere in its midst. */
  killSome(share: number): void;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Of which runs are killed, and when. */
  readonly seed: number;
  /** How long PanDA and the endpoint may take, in real seconds. */
  readonly httpTimeoutSeconds?: number | undefined;
  readonly onLog?: ((name: LambdaName, line: string) => void) | undefined;
}

const STAGE = 'twin';
/** A run that has something to do takes about so long on a laptop; real time, for the process is real. */
const LONGEST_RUN_MILLISECONDS = 80;
const TABLE = 'aerie-twin';

const settingsOf = (scenario: Scenario, secret: string) => {
  const store = parameterStore();
  store.put({ name: secretPath(STAGE), value: secret, type: 'SecureString' });
  for (const { name, settings } of scenario.queues) {
    for (const [knob, value] of Object.entries(settings)) {
      store.put({ name: `${queuesPath(STAGE)}/${name}/${knob}`, value });
    }
  }
  return store;
};

interface Wires {
  readonly panda: Face;
  readonly endpoint: Face;
  readonly ec2: Face;
  readonly dynamo: Face;
  readonly ssm: Face;
}

/** What a function finds in its environment; the stack sets the same names. */
const environmentOf = (wires: Wires, timeoutSeconds: number): Readonly<Record<string, string>> => ({
  AERIE_STAGE: STAGE,
  AERIE_TABLE: TABLE,
  AERIE_PANDA_URL: wires.panda.url,
  AERIE_ENDPOINT_URL: wires.endpoint.url,
  AERIE_TEMPLATE_ID: TEMPLATE.id,
  AERIE_TEMPLATE_VERSION: TEMPLATE.version,
  AERIE_PLACEMENTS: PLACEMENTS.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
  AERIE_WORKER_DISK_MB: String(WORKER_DISK_MB),
  AERIE_HTTP_TIMEOUT_SECONDS: String(timeoutSeconds),
  AWS_REGION: TWIN_REGION,
  AWS_ACCESS_KEY_ID: TWIN_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TWIN_CREDENTIALS.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL_EC2: wires.ec2.url,
  AWS_ENDPOINT_URL_DYNAMODB: wires.dynamo.url,
  AWS_ENDPOINT_URL_SSM: wires.ssm.url,
});

/** Opens every face of the world and starts the functions before them. */
export const openSandbox = async (
  scenario: Scenario,
  world: World,
  { seed, httpTimeoutSeconds = 10, onLog }: SandboxOptions,
): Promise<Sandbox> => {
  const secret = 'twin-endpoint-secret';
  const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
  const endpoint = await endpointFace(world.pool, {
    secret,
    queues: scenario.queues.map(({ name }) => name),
  });
  const ec2 = await ec2Face(world.ec2);
  const panda = await pandaFace(world.panda);
  const dynamo = await dynamoFace(TABLE);
  const ssm = await ssmFace(settingsOf(scenario, secret));
  const environment = environmentOf({ panda, endpoint, ec2, dynamo, ssm }, httpTimeoutSeconds);

  const folderOf = (name: LambdaName) => join(folder, name);
  await bundleLambdas(folderOf);
  const start = (name: LambdaName) =>
    twinFunction({
      name,
      taskRoot: folderOf(name),
      ...FUNCTIONS[name],
      environment,
      onLog: (line) => onLog?.(name, line),
    });
  const started = await Promise.all(LAMBDAS.map(start));
  const byName = new Map(started.map((fn) => [fn.name, fn]));
  const random = stream(seed, 'kill');
  let killShare = 0;
  return {
    endpoint,
    ec2Calls: ec2.calls,
    async invoke(name, event) {
      const fn = byName.get(name);
      if (fn === undefined) throw new Error(`there is no function ${name}`);
      const isKilled = random() < killShare;
      return fn.invoke(event, isKilled ? random() * LONGEST_RUN_MILLISECONDS : undefined);
    },
    killSome(share) {
      killShare = share;
    },
    async close() {
      await Promise.all(started.map((fn) => fn.close()));
      await Promise.all([panda, endpoint, ec2, dynamo, ssm].map((face) => face.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
