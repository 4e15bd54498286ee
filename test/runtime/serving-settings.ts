import { memorySettings } from '../../adapters/memory/settings.ts';
import type { Parameters, SettingsStore } from '../../core/ports.ts';
import type { RawSettings } from '../../core/settings/parse.ts';
import type { Place } from '../../core/settings/place.ts';
import { type Owner, ownerKey } from '../../core/settings/settings-record.ts';
import { settingsSource } from '../../runtime/connect/settings-source.ts';
import { onSettings } from '../../runtime/on-settings.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { NOW } from '../core/worlds.ts';

const iso = (at: number) => new Date(at * 1000).toISOString();
const TICK = (at: number) => ({ 'detail-type': 'Scheduled Event', source: 'aws.events', time: iso(at) });

/** What SQS brings of a parameter that has changed. */
export const message = (messageId: string, name: string, at = NOW) => ({
  messageId,
  body: JSON.stringify({
    source: 'aws.ssm',
    'detail-type': 'Parameter Store Change',
    time: iso(at),
    detail: { operation: 'Update', name, type: 'String' },
  }),
});

export const setting = (queue: string, knob = 'state') => `/aerie/lab/queues/${queue}/${knob}`;
export const fleetSetting = (fleet: string, knob = 'max-workers') => `/aerie/lab/fleets/${fleet}/${knob}`;

type Parameterised = Readonly<Record<string, RawSettings>>;

const ownerOf = (key: string): Owner => {
  const [of, name = ''] = key.split('#');
  return { of: of === 'fleet' ? 'fleet' : 'queue', name };
};

/** The function over a Parameter Store in memory, by owner's key, which counts how it is read. */
export const serve = (queues: Parameterised, fleets: Parameterised = {}, place?: Place) => {
  const held = new Map<string, RawSettings>([
    ...Object.entries(queues).map(([name, raw]) => [ownerKey({ of: 'queue', name }), raw] as const),
    ...Object.entries(fleets).map(([name, raw]) => [ownerKey({ of: 'fleet', name }), raw] as const),
  ]);
  const reads: string[] = [];
  let failing = false;
  const read = <T>(what: string, value: T): T => {
    reads.push(what);
    if (failing) throw new Error('InternalServerError');
    return value;
  };
  const parameters: Parameters = {
    all: async () =>
      read(
        'all',
        [...held].map(([key, raw]) => ({ owner: ownerOf(key), raw })),
      ),
    of: async (owner) => read(ownerKey(owner), held.get(ownerKey(owner)) ?? {}),
  };
  const book: SettingsStore = memorySettings();
  const handler = onSettings('lab', { parameters, book, ...(place === undefined ? {} : { place }) });
  return {
    held,
    reads,
    book,
    source: settingsSource(book, place),
    fail: (on: boolean) => {
      failing = on;
    },
    timer: (at = NOW) => handler(TICK(at), CONTEXT),
    take: (...Records: unknown[]) => handler({ Records }, CONTEXT),
  };
};
