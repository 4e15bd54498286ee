import { sendNudge } from '../../collector/nudge/nudge.ts';
import { LAMBDAS, type LambdaName } from '../../lib/functions/bundling.ts';
import { TWIN_CREDENTIALS, TWIN_REGION } from '../aws/dynamo.ts';
import { lambdaFace } from '../aws/lambda/face.ts';
import type { ParameterChange } from '../aws/ssm/store.ts';
import { pandaFace } from '../panda/face.ts';
import { type EndpointFace, endpointFace } from '../pool/face.ts';
import type { Scenario } from '../scenario/schema.ts';
import { parametersOf } from '../scenario/settings.ts';
import { cloudWatchFace } from './cloudwatch.ts';
import { type Functions, openFunctions } from './functions.ts';
import { opener } from './opener.ts';
import { STAGE } from './parameters.ts';
import type { Datum } from './watched.ts';
import type { World } from './world.ts';

/** The functions of a run, and what a scenario may do to them and to what they ask. */
export interface Sandbox
  extends Pick<Functions, 'store' | 'ec2Calls' | 'invoke' | 'deploy' | 'killSome' | 'close'> {
  readonly endpoint: Pick<EndpointFace, 'turn' | 'endCredentials' | 'spoil'>;
  readonly ledger: Failing;
  readonly parameters: Failing;
  /** Waits for what is on its way outside of the functions. */
  settle(): Promise<void>;
  /** Its AWS, for who looks at the stage from another process; absent: there are no wires. */
  readonly aws?: TwinAws;
  /** Gives its CloudWatch a value; absent: it has none. */
  readonly onMetric?: (datum: Datum) => void;
}

/** The AWS of a run, as clients are given it. */
export interface TwinAws {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoints: Readonly<Record<'cloudwatch' | 'dynamodb' | 'ec2' | 'lambda' | 'ssm', string>>;
}

/** A service that can be made to fail every call. */
export interface Failing {
  fail(on: boolean): void;
}

interface SandboxOptions {
  /** Of which runs are killed, and when. */
  readonly seed: number;
  /** How long PanDA and the endpoint may take, in real seconds. */
  readonly httpTimeoutSeconds: number;
  readonly onLog?: ((name: LambdaName, line: string) => void) | undefined;
  /** A parameter has been put or deleted. */
  readonly onParameter?: ((change: ParameterChange) => void) | undefined;
  /** The endpoint has sent a nudge, and SQS has taken it. */
  readonly onNudge: () => void;
}

const SECRET = 'twin-endpoint-secret';

/** Makes the sandbox of a scenario over its world. If that fails, nothing is left open. */
export type OpenSandbox = (scenario: Scenario, world: World, options: SandboxOptions) => Promise<Sandbox>;

/** Opens every face of the world and starts the deployed functions, bundled and in processes of their own, before them. */
export const openSandbox: OpenSandbox = async (
  scenario,
  world,
  { seed, httpTimeoutSeconds, onLog, onParameter, onNudge },
) => {
  const opening = opener();
  try {
    const names = scenario.queues.map(({ name }) => name);
    const sending: Promise<unknown>[] = [];
    const endpoint = await opening.open(
      endpointFace(world.pool, {
        secret: SECRET,
        queues: names,
        nudge: (url) => sending.push(sendNudge(url)),
      }),
    );
    const panda = await opening.open(pandaFace(world.panda));
    const functions = await opening.open(
      openFunctions({
        ...(names.length === 0 ? {} : { pandaUrl: panda.url }),
        endpointUrl: endpoint.url,
        endpointSecret: SECRET,
        nudged: scenario.nudges ? { tickSeconds: scenario.tickSeconds, onNudge } : undefined,
        ec2: world.ec2,
        elsewhere: world.elsewhere,
        settings: parametersOf(scenario),
        seed,
        httpTimeoutSeconds,
        onLog,
        onParameter,
      }),
    );
    const { aws, variables, ...playing } = functions;
    const lambda = await opening.open(
      lambdaFace(world.clock, new Map(LAMBDAS.map((name) => [`aerie-${STAGE}-${name}`, variables]))),
    );
    const cloudwatch = await opening.open(cloudWatchFace(world.clock, { hasPilots: names.length > 0 }));
    const endpoints = {
      cloudwatch: cloudwatch.url,
      dynamodb: aws.dynamo,
      ec2: aws.ec2,
      lambda: lambda.url,
      ssm: aws.ssm,
    };
    return {
      ...playing,
      endpoint,
      aws: { region: TWIN_REGION, credentials: TWIN_CREDENTIALS, endpoints },
      onMetric: cloudwatch.take,
      async settle() {
        await Promise.all(sending.splice(0));
      },
      close: () => opening.close(),
    };
  } catch (error) {
    await opening.close();
    throw error;
  }
};
