import { join } from 'node:path';
import { secretPath } from '../../core/model/names.ts';
import { NUDGE_BODY } from '../../core/model/nudge.ts';
import type { OwnedParameters } from '../../core/settings/settings-record.ts';
import { bundleLambdas } from '../../lib/functions/bundle.ts';
import { LAMBDAS, type LambdaName } from '../../lib/functions/bundling.ts';
import { FUNCTIONS } from '../../lib/functions/functions.ts';
import { type DynamoFace, dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../aws/dynamo.ts';
import { ec2Face } from '../aws/ec2/face.ts';
import type { Ec2World } from '../aws/ec2/world.ts';
import { type TwinFunction, twinFunction } from '../aws/lambda/function.ts';
import type { Outcome } from '../aws/lambda/runtime-api.ts';
import { sqsFace } from '../aws/sqs-face.ts';
import { type SsmFace, ssmFace } from '../aws/ssm/face.ts';
import {
  type ParameterChange,
  type ParameterStore,
  type PutParameter,
  parameterStore,
} from '../aws/ssm/store.ts';
import { stream } from '../clock/random.ts';
import { openStackFace } from '../openstack/face.ts';
import { WORKER_DISK_MB, WORKER_VOLUMES_GB } from '../scenario/place.ts';
import { PLACEMENTS } from '../scenario/placements.ts';
import { cloudEntry, credentialOf, type Elsewhere } from './elsewhere.ts';
import { opener, temporaryFolder } from './opener.ts';
import { putSettings, STAGE } from './parameters.ts';
import { TEMPLATE } from './world.ts';

/** Where the AWS side of the functions' wires is. */
interface AwsUrls {
  readonly ec2: string;
  readonly dynamo: string;
  readonly ssm: string;
  readonly sqs: string;
  /** Of the cloud beside EC2. */
  readonly openstack?: string;
}

/** The deployed functions in processes of their own, with their EC2, DynamoDB and SSM. */
export interface Functions {
  readonly aws: AwsUrls;
  /** What each of them finds in its environment that is aerie's own, as Lambda tells it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly ledger: DynamoFace;
  readonly parameters: SsmFace;
  /** What Parameter Store holds. */
  readonly store: ParameterStore;
  /** Calls that reached EC2, by action. */
  readonly ec2Calls: ReadonlyMap<string, number>;
  invoke(name: LambdaName, event: unknown): Promise<Outcome>;
  /** Updates the functions as a deploy does that made a new version of the launch template. */
  deploy(templateVersion: string): void;
  /** From now on this share of the runs is killed somewhere in its midst. */
  killSome(share: number): void;
  close(): Promise<void>;
}

/** What the functions are to find: the ends of their wires that are made elsewhere, and their settings. */
export interface Surroundings {
  /** Absent: the stage has no PanDA. */
  readonly pandaUrl?: string;
  readonly endpointUrl: string;
  readonly endpointSecret: string;
  /** The stage lets the endpoint nudge the workers tick, which comes by itself so often. */
  readonly nudged?: { readonly tickSeconds: number; readonly onNudge: () => void } | undefined;
  /** File of certificate authorities, where the endpoint's certificate is not signed by a public one. */
  readonly caFile?: string;
  readonly ec2: Ec2World;
  /** The simulated cloud beside EC2; absent: the stage has none. */
  readonly elsewhere?: Elsewhere | undefined;
  /** A cloud beside EC2 that is somewhere already: what the functions are told of it, and the parameter with its credential. */
  readonly clouds?: { readonly entries: object; readonly credential: PutParameter } | undefined;
  /** Knobs of the queues and the fleets, as they would stand in SSM. */
  readonly settings: readonly OwnedParameters[];
  /** Of which runs are killed, and when. */
  readonly seed: number;
  /** How long PanDA and the endpoint may take, in real seconds. */
  readonly httpTimeoutSeconds: number;
  readonly onLog?: ((name: LambdaName, line: string) => void) | undefined;
  /** A parameter has been put or deleted. */
  readonly onParameter?: ((change: ParameterChange) => void) | undefined;
}

/** A run that has something to do takes about so long on a laptop; real time, for the process is real. */
const LONGEST_RUN_MILLISECONDS = 80;
const TABLE = 'aerie-twin';
const TICK_QUEUE = '/123456789012/aerie-twin-ticks';

const storeOf = ({
  settings,
  endpointSecret,
  onParameter,
  elsewhere,
  clouds,
}: Surroundings): ParameterStore => {
  const store = parameterStore(onParameter);
  store.put({ name: secretPath(STAGE), value: endpointSecret, type: 'SecureString' });
  if (elsewhere !== undefined) store.put(credentialOf(elsewhere));
  if (clouds !== undefined) store.put(clouds.credential);
  putSettings(store, settings);
  return store;
};

/** What a function finds in its environment; the stack sets the same names. */
const environmentOf = (around: Surroundings, aws: AwsUrls): Readonly<Record<string, string>> => ({
  AERIE_STAGE: STAGE,
  AERIE_TABLE: TABLE,
  AERIE_ENDPOINT_URL: around.endpointUrl,
  AERIE_TEMPLATE_ID: TEMPLATE.id,
  AERIE_TEMPLATE_VERSION: TEMPLATE.version,
  AERIE_PLACEMENTS: PLACEMENTS.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
  AERIE_WORKER_DISK_MB: String(WORKER_DISK_MB),
  AERIE_WORKER_VOLUMES_GB: String(WORKER_VOLUMES_GB),
  AERIE_HTTP_TIMEOUT_SECONDS: String(around.httpTimeoutSeconds),
  AWS_REGION: TWIN_REGION,
  AWS_ACCESS_KEY_ID: TWIN_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TWIN_CREDENTIALS.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL_EC2: aws.ec2,
  AWS_ENDPOINT_URL_DYNAMODB: aws.dynamo,
  AWS_ENDPOINT_URL_SSM: aws.ssm,
  ...(around.elsewhere === undefined || aws.openstack === undefined
    ? {}
    : { AERIE_CLOUDS: JSON.stringify(cloudEntry(around.elsewhere, aws.openstack)) }),
  ...(around.clouds === undefined ? {} : { AERIE_CLOUDS: JSON.stringify(around.clouds.entries) }),
  ...(around.nudged === undefined
    ? {}
    : {
        AERIE_NUDGE_QUEUE: `${aws.sqs}${TICK_QUEUE}`,
        AERIE_TICK_SECONDS: String(around.nudged.tickSeconds),
      }),
  ...(around.pandaUrl === undefined ? {} : { AERIE_PANDA_URL: around.pandaUrl }),
  ...(around.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: around.caFile }),
});

/**
 * Opens the AWS side of the functions' wires and starts them, bundled as they are deployed. If that fails, nothing is
 * left open.
 */
export const openFunctions = async (around: Surroundings): Promise<Functions> => {
  const opening = opener();
  try {
    const { folder } = await opening.open(temporaryFolder());
    const ec2 = await opening.open(ec2Face(around.ec2));
    const dynamo = await opening.open(dynamoFace(TABLE));
    const store = storeOf(around);
    const ssm = await opening.open(ssmFace(store));
    const sqs = await opening.open(
      sqsFace({
        path: TICK_QUEUE,
        region: TWIN_REGION,
        credentials: TWIN_CREDENTIALS,
        // Functions sign by their own clock, which is a real one.
        nowSeconds: () => Date.now() / 1000,
        onMessage(body, delaySeconds) {
          if (body === NUDGE_BODY && delaySeconds === 0) around.nudged?.onNudge();
          else throw new Error(`a message that no tick sends: ${body}, after ${delaySeconds} s`);
        },
      }),
    );
    const openstack =
      around.elsewhere === undefined
        ? {}
        : { openstack: (await opening.open(openStackFace(around.elsewhere.openstack))).url };
    const aws = { ec2: ec2.url, dynamo: dynamo.url, ssm: ssm.url, sqs: sqs.url, ...openstack };
    const environment = environmentOf(around, aws);

    await bundleLambdas(folder);
    const functions = new Map<LambdaName, TwinFunction>();
    for (const name of LAMBDAS) {
      const onLog = (line: string) => around.onLog?.(name, line);
      const options = { name, taskRoot: join(folder, name), ...FUNCTIONS[name], environment, onLog };
      functions.set(name, await opening.open(twinFunction(options)));
    }
    const random = stream(around.seed, 'kill');
    let killShare = 0;
    return {
      aws,
      variables: Object.fromEntries(
        Object.entries(environment).filter(([name]) => name.startsWith('AERIE_')),
      ),
      ledger: dynamo,
      parameters: ssm,
      store,
      ec2Calls: ec2.calls,
      async invoke(name, event) {
        const fn = functions.get(name);
        if (fn === undefined) throw new Error(`there is no function ${name}`);
        const isKilled = random() < killShare;
        return fn.invoke(event, isKilled ? random() * LONGEST_RUN_MILLISECONDS : undefined);
      },
      deploy(templateVersion) {
        for (const fn of functions.values()) fn.configure({ AERIE_TEMPLATE_VERSION: templateVersion });
      },
      killSome(share) {
        killShare = share;
      },
      close: () => opening.close(),
    };
  } catch (error) {
    await opening.close();
    throw error;
  }
};
