import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queuesPath, secretPath } from '../core/names.ts';
import { bundleLambdas } from '../lib/bundle.ts';
import { LAMBDAS, type LambdaName } from '../lib/bundling.ts';
import { FUNCTIONS } from '../lib/functions.ts';
import { type DynamoFace, dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from './dynamo.ts';
import { ec2Face } from './ec2/face.ts';
import type { Face } from './http.ts';
import { twinFunction } from './lambda/function.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { pandaFace } from './panda/face.ts';
import { type EndpointFace, endpointFace } from './pool/face.ts';
import type { Scenario } from './scenario.ts';
import { type SsmFace, ssmFace } from './ssm/face.ts';
import { type ParameterChange, type ParameterStore, parameterStore } from './ssm/store.ts';
import { PLACEMENTS, TEMPLATE, WORKER_DISK_MB, type World } from './world.ts';

/** The deployed functions in processes of their own, and every wire they hang on. */
export interface Sandbox {
  readonly endpoint: EndpointFace;
  readonly ledger: DynamoFace;
  readonly parameters: SsmFace;
  /** What Parameter Store holds. */
  readonly store: ParameterStore;
  /** Calls that reached EC2, by action. */
  readonly ec2Calls: ReadonlyMap<string, number>;
  invoke(name: LambdaName, event: unknown): Promise<Outcome>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** How long PanDA and the endpoint may take, in real seconds. */
  readonly httpTimeoutSeconds?: number | undefined;
  readonly onLog?: ((name: LambdaName, line: string) => void) | undefined;
  /** A parameter has been put or deleted. */
  readonly onParameter?: ((change: ParameterChange) => void) | undefined;
}

/** The stage that the twin deploys. */
export const STAGE = 'twin';
const TABLE = 'aerie-twin';

const settingsOf = (scenario: Scenario, secret: string, onChange: SandboxOptions['onParameter']) => {
  const store = parameterStore(onChange);
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
  { httpTimeoutSeconds = 10, onLog, onParameter }: SandboxOptions = {},
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
  const store = settingsOf(scenario, secret, onParameter);
  const ssm = await ssmFace(store);
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
  return {
    endpoint,
    ledger: dynamo,
    parameters: ssm,
    store,
    ec2Calls: ec2.calls,
    async invoke(name, event) {
      const fn = byName.get(name);
      if (fn === undefined) throw new Error(`there is no function ${name}`);
      return fn.invoke(event);
    },
    async close() {
      await Promise.all(started.map((fn) => fn.close()));
      await Promise.all([panda, endpoint, ec2, dynamo, ssm].map((face) => face.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
