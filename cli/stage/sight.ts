import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ledger } from '../../adapters/ledger/ledger.ts';
import { type LedgerPast, ledgerPast } from '../../adapters/ledger/past.ts';
import { settingsStore } from '../../adapters/settings-store.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import type { Place } from '../../core/settings/place.ts';
import { type SettingsSnapshot, settingsIn } from '../../core/settings/settings-record.ts';
import { placeOf, readEnvironment } from '../../runtime/run/environment.ts';
import { UsageError } from '../command/usage.ts';
import { once } from '../doctor/look/once.ts';
import { type AlarmOn, alarmsOn } from './alarms.ts';
import { type Access, type StageClients, stageClients } from './clients.ts';
import { type QueueCounts, queueCounts } from './queue-counts.ts';

/** What a stage is set to, whether it is deployed or only written down in cdk.json. */
export interface StageSetUp {
  readonly stage: string;
  /** The moment by AWS's clock, seconds since 1970. */
  readonly now: number;
  /** Where its workers live, which decides what they cost. */
  readonly place: Place;
  /** How often the workers tick comes by itself, seconds, and whether the endpoint may ask for one before its time. */
  readonly ticks: { readonly seconds: number; readonly nudges: boolean };
  /** Everything that is alive in the ledger. */
  readonly view: () => Promise<LedgerView>;
  /** The settings as ticks read them now. */
  readonly settings: () => Promise<StageSettings & Pick<SettingsSnapshot, 'completeAt' | 'records'>>;
}

/** A stage as commands look at it: the deployed one, or the twin's, through the same services. */
export interface Sight extends StageSetUp {
  /** Whether it has PanDA, and so queues. */
  readonly hasPilots: boolean;
  readonly clients: StageClients;
  readonly past: LedgerPast;
  /** What the settings function keeps, as it is at this call. */
  readonly readSettings: () => Promise<SettingsSnapshot>;
  readonly alarms: () => Promise<readonly AlarmOn[]>;
  /** Whether each queue has metrics of its own; without them what it only says again is told nowhere. */
  readonly hasQueueMetrics: boolean;
  readonly queueCounts: (queues: readonly string[]) => Promise<ReadonlyMap<string, QueueCounts>>;
}

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

/** Asks for a function's variables, and hears from the answer what time it is there. */
const configurationOf = async (client: LambdaClient, FunctionName: string) => {
  let date: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (typeof response === 'object' && response !== null && 'headers' in response) {
        const { headers } = response;
        if (typeof headers === 'object' && headers !== null && 'date' in headers) date = String(headers.date);
      }
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'dateOfAnswer', override: true },
  );
  try {
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return { variables: Environment?.Variables ?? {}, date };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    throw new UsageError(
      `there is no function ${FunctionName} in this account and region; see --stage, AWS_PROFILE and AWS_REGION.`,
    );
  }
};

/** Opens a stage for commands to look at. Throws UsageError where there is none of that name, and what AWS answers with. */
export const openSight = async (
  stage: string,
  access: Access,
  clients: StageClients = stageClients(access),
): Promise<Sight> => {
  if (!STAGE.test(stage)) {
    throw new UsageError(
      `--stage takes the name of a stage, not "${stage}": a small letter and up to 19 more small letters, digits and dashes.`,
    );
  }
  const { variables, date } = await configurationOf(clients.lambda, `aerie-${stage}-workers`);
  const region = await clients.lambda.config.region();
  const environment = readEnvironment({ AWS_REGION: region, ...variables });
  const now = date === undefined ? Date.now() / 1000 : Date.parse(date) / 1000;
  const place = placeOf(environment);
  const book = settingsStore(environment.AERIE_TABLE, clients.dynamodb);
  return {
    stage,
    now,
    place,
    hasPilots: environment.AERIE_PANDA_URL !== undefined,
    ticks: {
      seconds: environment.AERIE_TICK_SECONDS,
      nudges: environment.AERIE_NUDGE_QUEUE !== undefined,
    },
    clients,
    view: once(() => ledger(environment.AERIE_TABLE, clients.dynamodb).view()),
    past: ledgerPast(environment.AERIE_TABLE, clients.dynamodb),
    readSettings: () => book.read(),
    settings: once(async () => {
      const { completeAt, records } = await book.read();
      return { completeAt, records, ...settingsIn(records, place, { at: now }) };
    }),
    alarms: once(() => alarmsOn(clients.cloudwatch, stage)),
    hasQueueMetrics: environment.AERIE_QUEUE_METRICS === 'on',
    queueCounts: (queues) =>
      environment.AERIE_QUEUE_METRICS === 'off' || queues.length === 0
        ? Promise.resolve(new Map())
        : queueCounts(clients.cloudwatch, stage, queues, now),
  };
};
