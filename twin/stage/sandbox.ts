import { sendNudge } from '../../collector/nudge/nudge.ts';
import type { LambdaName } from '../../lib/functions/bundling.ts';
import type { ParameterChange } from '../aws/ssm/store.ts';
import { pandaFace } from '../panda/face.ts';
import { type EndpointFace, endpointFace } from '../pool/face.ts';
import type { Scenario } from '../scenario/schema.ts';
import { parametersOf } from '../scenario/settings.ts';
import { type Functions, openFunctions } from './functions.ts';
import { opener } from './opener.ts';
import { type News, stageAws, type TwinAws } from './stage-aws.ts';
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
  /** The queues of events, for who looks after their dead letters. */
  readonly news: News;
}

const SECRET = 'twin-endpoint-secret';

/** Makes the sandbox of a scenario over its world. If that fails, nothing is left open. */
export type OpenSandbox = (scenario: Scenario, world: World, options: SandboxOptions) => Promise<Sandbox>;

/** Opens every face of the world and starts the deployed functions, bundled and in processes of their own, before them. */
export const openSandbox: OpenSandbox = async (
  scenario,
  world,
  { seed, httpTimeoutSeconds, onLog, onParameter, onNudge, news },
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
    const { aws: _, variables: __, ...playing } = functions;
    const looked = await opening.open(
      stageAws(world.clock, functions, { hasPilots: names.length > 0, news }),
    );
    return {
      ...playing,
      endpoint,
      aws: looked.aws,
      onMetric: looked.take,
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
