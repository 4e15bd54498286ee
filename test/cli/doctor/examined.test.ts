import { expect, it } from 'vitest';
import { clientsOf } from '../../../cli/doctor/look/clients.ts';
import { examined } from '../../../cli/doctor/look/examined.ts';
import { parseFleetSettings, parseQueueSettings } from '../../../core/settings/settings.ts';
import { readConfig } from '../../../lib/stage/config.ts';
import { placeOfStage } from '../../../lib/stage/place.ts';
import { POOL } from '../../lib/config-mistakes.ts';
import { STAGE } from '../../lib/stack-of.ts';
import { NOW } from './well-account.ts';

const REGION = 'eu-west-1';
const worker = { os: 'el9', ...POOL };
const disks = { workerDiskGb: 1000, scratchVolume: { gb: 500, iops: 16_000 } };
const read = readConfig({ stages: { dev: { ...STAGE, worker, ...disks } } }, 'dev');
if (!read.ok) throw new Error(read.mistakes.join(' '));
const { config } = read;

const seenIn = (region: string | undefined) =>
  examined({
    config,
    region,
    trust: { functions: [], workers: [], files: [] },
    clients: clientsOf({ region: REGION }),
    now: () => NOW,
    mayTestAlarm: false,
    interrupted: new AbortController().signal,
    secret: undefined,
  });

it.each([
  ['the region that is signed in', REGION],
  ['no known region', undefined],
])('queues and fleets are read for the disk of the stage and %s, as the functions will', (_, region) => {
  const { queues, fleets } = seenIn(region);
  const queue = parseQueueSettings('CLOUD', { state: 'active' });
  const place = placeOfStage({ ...config, region });
  const fleet = parseFleetSettings('default', {}, { place });
  if (!queue.ok || !fleet.ok) throw new Error(JSON.stringify([queue, fleet]));
  // Some of the settings are functions.
  const told = ({ settings }: { readonly settings: object }) => JSON.stringify(settings);
  expect(queues.map(told)).toEqual([told(queue)]);
  expect(fleets.map(told)).toEqual([told(fleet)]);
  expect(fleets.map(({ diskGb }) => diskGb)).toEqual([1500]);
});
