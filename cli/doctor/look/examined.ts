import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { EC2 } from '../../../core/model/clouds.ts';
import { secretPath, stackNameOf } from '../../../core/model/names.ts';
import type { Place } from '../../../core/settings/place.ts';
import type { QueueSettings } from '../../../core/settings/queue-settings.ts';
import type { StageConfig } from '../../../lib/stage/config.ts';
import { volumesGbOf } from '../../../lib/stage/disk.ts';
import { placeOfStage } from '../../../lib/stage/place.ts';
import { type FleetAtTimes, fleetsAtTimes, settingsOfStage } from '../../../lib/stage/settings.ts';
import { type Asked, asked } from './asked.ts';
import type { Clients } from './clients.ts';
import { once } from './once.ts';
import { type SeenEndpoint, seeEndpoint } from './see-endpoint.ts';
import { type SeenPanda, seePanda } from './see-panda.ts';
import { type Stack, seeStack } from './see-stack.ts';

/** Whom the parts of a stage trust: PEM certificates. */
export interface Trust {
  readonly functions: readonly string[];
  readonly workers: readonly string[];
  /** The stage's own files among them. */
  readonly files: readonly {
    readonly setting: 'caFile' | 'workerCaFile';
    readonly file: string;
    readonly pem: string;
  }[];
}

export interface Queue {
  readonly name: string;
  readonly settings: QueueSettings;
}

export interface Fleet extends FleetAtTimes {
  readonly name: string;
  /** All volumes of one of its workers, GiB. */
  readonly diskGb: number;
}

/** Those whose machines are EC2's. */
export const onEc2 = (fleets: readonly Fleet[]): readonly Fleet[] =>
  fleets.filter(({ settings }) => settings.cloud === EC2);

export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly region: string;
}

/** The function that launches workers, as it is deployed. */
interface Launcher {
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One stage as the checks see it: its block, and ways to ask. What several of them need is asked once. */
export interface Examined {
  readonly config: StageConfig;
  /** The queues of its block, with their defaults. */
  readonly queues: readonly Queue[];
  /** The fleets of its block, and the one that is always there. */
  readonly fleets: readonly Fleet[];
  readonly trust: Trust;
  readonly clients: Clients;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Whether an alarm may be set on and back, the only thing that is written. */
  readonly mayTestAlarm: boolean;
  /** Aborted when the person at the keyboard has had enough. */
  readonly interrupted: AbortSignal;
  /** Undefined: the stage has none. */
  readonly panda: () => Promise<SeenPanda | undefined>;
  /** Not ok: there is no secret to ask it with. */
  readonly endpoint: () => Promise<Asked<SeenEndpoint>>;
  readonly identity: () => Promise<Asked<Identity>>;
  /** Undefined: it is not deployed. */
  readonly stack: () => Promise<Asked<Stack | undefined>>;
  readonly launcher: () => Promise<Asked<Launcher>>;
}

export interface Given {
  readonly config: StageConfig;
  /** The stage's, or that of who is signed in; undefined: nobody knows it. */
  readonly region: string | undefined;
  readonly trust: Trust;
  readonly clients: Clients;
  readonly now: () => number;
  readonly mayTestAlarm: boolean;
  readonly interrupted: AbortSignal;
  /** The endpoint's secret, if a file was named that holds it. */
  readonly secret: string | undefined;
}

/** Whether the account that is signed in to is the one that the stage belongs to. */
export const isOwn = ({ account }: StageConfig, me: Identity): boolean =>
  account === undefined || account === me.account;

export const stackName = ({ stage }: StageConfig): string => stackNameOf(stage);

const ownersOf = (
  config: StageConfig,
  place: Place,
): { readonly queues: readonly Queue[]; readonly fleets: readonly Fleet[] } => {
  const { queues } = settingsOfStage(config, place);
  return {
    queues: queues.flatMap((queue) =>
      queue.ok ? [{ name: queue.settings.name, settings: queue.settings }] : [],
    ),
    fleets: fleetsAtTimes(config, place).map((fleet) => {
      const { name } = fleet.settings;
      const own = Object.hasOwn(config.ownFleets, name) ? config.ownFleets[name] : undefined;
      return { ...fleet, name, diskGb: volumesGbOf(own ?? config) };
    }),
  };
};

const identityOf = async ({ sts }: Clients): Promise<Identity> => {
  const [{ Account = '', Arn = '' }, region] = await Promise.all([
    sts.send(new GetCallerIdentityCommand({})),
    sts.config.region(),
  ]);
  return { account: Account, arn: Arn, region };
};

const launcherOf = async (lambda: LambdaClient, config: StageConfig): Promise<Launcher> => {
  const { Role = '', Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: `${stackName(config)}-workers` }),
  );
  return { roleArn: Role, environment: Environment?.Variables ?? {} };
};

/** What cannot stand in a header is sent to nobody. */
const usable = (secret: string, name: string): Asked<string> => {
  if (/^[\x21-\x7e]+$/.test(secret)) return { ok: true, value: secret };
  const why = `${name} holds nothing that a request could carry`;
  return { ok: false, code: 'UnusableSecret', said: why, hasLooked: true, why };
};

const keptSecret = async (ssm: SSMClient, stage: string): Promise<Asked<string>> => {
  const Name = secretPath(stage);
  const command = new GetParameterCommand({ Name, WithDecryption: true });
  const answer = await asked('ssm:GetParameter', ssm.send(command));
  if (answer.ok) return usable((answer.value.Parameter?.Value ?? '').trim(), Name);
  if (answer.code !== 'ParameterNotFound') return answer;
  return { ...answer, why: `the endpoint's secret is not known: there is no parameter ${Name}` };
};

/** Gives the checks what they ask. Nothing is asked before one of them wants it. */
export const examined = ({ secret, region, ...given }: Given): Examined => {
  const { config, trust, clients, now } = given;
  const identity = once(() => asked('sts:GetCallerIdentity', identityOf(clients)));
  const secretOf = async (): Promise<Asked<string>> => {
    if (secret !== undefined) return { ok: true, value: secret };
    const me = await identity();
    const why = "the endpoint's secret is not known: give --secret-file, or sign in";
    if (!me.ok) return { ...me, why: `${why} (${me.why})` };
    if (!isOwn(config, me.value)) {
      const said = 'signed in to another account';
      return { ok: false, code: 'OtherAccount', said, hasLooked: false, why: `${why} (you are ${said})` };
    }
    return keptSecret(clients.ssm, config.stage);
  };
  return {
    ...given,
    ...ownersOf(config, placeOfStage({ ...config, region })),
    identity,
    panda: once(async () =>
      config.pandaUrl === undefined ? undefined : seePanda(config.pandaUrl, trust.functions, now),
    ),
    endpoint: once(async () => {
      const found = await secretOf();
      if (!found.ok) return found;
      const call = { baseUrl: config.endpointUrl, authorities: trust.functions, now };
      return { ok: true, value: await seeEndpoint({ ...call, secret: found.value }) };
    }),
    stack: once(() =>
      asked('cloudformation:DescribeStacks', seeStack(clients.cloudformation, stackName(config))),
    ),
    launcher: once(() => asked('lambda:GetFunctionConfiguration', launcherOf(clients.lambda, config))),
  };
};
