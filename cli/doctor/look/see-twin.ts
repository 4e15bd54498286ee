import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { secretPath } from '../../../core/model/names.ts';
import { DEFAULT_FLEET } from '../../../core/model/pool.ts';
import { placeOfFleet } from '../../../core/settings/place.ts';
import { readConfig, type StageConfig } from '../../../lib/stage/config.ts';
import type { TwinAws } from '../../../twin/stage/stage-aws.ts';
import { stageClients, TWIN } from '../../stage/clients.ts';
import { openSight, type Sight } from '../../stage/sight.ts';
import type { Asked } from './asked.ts';
import { type Clients, clientsOf } from './clients.ts';
import { type Examined, examined } from './examined.ts';

/** Its machines are of no image, and a block has to name one. */
const NO_IMAGE = 'ami-00000000000000000';

/** Where nobody answers: the twin has these services not at all. */
const NOWHERE = 'http://127.0.0.1:9';

const clientsOfTwin = (twin: TwinAws): Clients => {
  const { region, credentials, endpoints } = twin;
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  return { ...clientsOf({ region, credentials, endpoint: NOWHERE }), ...stageClients(twin), sqs };
};

/** The block that a stage like the twin would have; its queues and fleets are as they are put. */
const configOf = async ({ lambda }: Clients): Promise<StageConfig> => {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: `aerie-${TWIN}-workers` }),
  );
  const { AERIE_ENDPOINT_URL: endpointUrl, AERIE_PANDA_URL: pandaUrl } = Environment?.Variables ?? {};
  const block = {
    ...{ image: NO_IMAGE, endpointUrl, fleets: { [DEFAULT_FLEET]: { 'max-workers': 1 } } },
    ...(pandaUrl === undefined ? {} : { pandaUrl }),
  };
  const read = readConfig({ stages: { [TWIN]: block } }, TWIN);
  if (read.ok) return read.config;
  throw new Error(`the twin says of itself what no stage would: ${read.mistakes.join('; ')}`);
};

const secretOf = async ({ ssm }: Clients): Promise<string | undefined> => {
  const asked = new GetParameterCommand({ Name: secretPath(TWIN), WithDecryption: true });
  return (await ssm.send(asked)).Parameter?.Value;
};

const none = async <T>(): Promise<Asked<T>> => ({
  ...{ ok: false, code: 'NoAccount', hasLooked: false },
  ...{ said: 'the twin has no account', why: 'the twin has no account and no deploy' },
});

/** Its queues and fleets, as its settings function keeps them. */
const ownersOf = async (sight: Sight): Promise<Pick<Examined, 'queues' | 'fleets'>> => {
  const { queues, fleets } = await sight.settings();
  return {
    queues: queues.flatMap((of) => (of.ok ? [{ name: of.settings.name, settings: of.settings }] : [])),
    fleets: fleets.flatMap((of) => {
      if (!of.ok) return [];
      const { settings } = of;
      const { diskGb } = placeOfFleet(sight.place, settings.name);
      return [{ name: settings.name, settings, atTimes: [settings], diskGb }];
    }),
  };
};

/** The twin that runs as the checks see a stage: its servers, its settings and its ledger, without an account. */
export const seeTwin = async (twin: TwinAws, interrupted: AbortSignal): Promise<Examined> => {
  const clients = clientsOfTwin(twin);
  const [config, secret, sight] = await Promise.all([
    configOf(clients),
    secretOf(clients),
    openSight(TWIN, twin),
  ]);
  const { region } = twin;
  const trust = { functions: [], workers: [], files: [] };
  // Its time is not ours, and goes faster.
  const now = () => sight.now;
  const asked = { config, region, trust, clients, now, interrupted, secret };
  return {
    ...examined({ ...asked, mayTestAlarm: false }),
    ...(await ownersOf(sight)),
    identity: none,
    stack: none,
  };
};
