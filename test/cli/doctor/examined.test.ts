import { expect, it } from 'vitest';
import { clientsOf } from '../../../cli/doctor/clients.ts';
import { examined } from '../../../cli/doctor/examined.ts';
import { parseQueueSettings } from '../../../core/settings/settings.ts';
import { readConfig } from '../../../lib/config.ts';
import { placeOfStage } from '../../../lib/place.ts';
import { STAGE } from '../../lib/stack-of.ts';
import { NOW } from './well-account.ts';

const REGION = 'eu-west-1';
const read = readConfig({ stages: { dev: { ...STAGE, workerDiskGb: 1000 } } }, 'dev');
if (!read.ok) throw new Error(read.mistakes.join(' '));
const { config } = read;

const queuesIn = (region: string | undefined) =>
  examined({
    config,
    region,
    trust: { functions: [], workers: [], files: [] },
    clients: clientsOf({ region: REGION }),
    now: () => NOW,
    mayTestAlarm: false,
    interrupted: new AbortController().signal,
    secret: undefined,
  }).queues.map(({ settings }) => settings);

it.each([
  ['the region that is signed in', REGION],
  ['no known region', undefined],
])('the queues are read for the disk of the stage and %s, as the functions will', (_, region) => {
  const parsed = parseQueueSettings('CLOUD', { state: 'active' }, placeOfStage({ ...config, region }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  // Some of the settings are functions.
  expect(queuesIn(region).map((settings) => JSON.stringify(settings))).toEqual([
    JSON.stringify(parsed.settings),
  ]);
});
