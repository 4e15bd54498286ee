import { describe, expect, it } from 'vitest';
import type { RawSettings } from '../../../core/settings/parse.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import {
  fleetIn,
  judgedRecords,
  type Owner,
  ownerKey,
  queueIn,
  type SettingsRecord,
  saying,
  settingsIn,
  settingsRecord,
  staleSettings,
  unusable,
} from '../../../core/settings/settings-record.ts';
import { NOW } from '../worlds.ts';

const QUEUE: Owner = { of: 'queue', name: 'Q' };
const FLEET: Owner = { of: 'fleet', name: 'F' };

const read = (owner: Owner, raw: RawSettings, readAt: number) => ({ owner, raw, readAt, place: USUAL_PLACE });

/** What is kept after parameters were read, one after the other. */
const keptOf = (owner: Owner, ...reads: readonly RawSettings[]): SettingsRecord => {
  const [first = {}, ...others] = reads;
  return others.reduce(
    (before, raw, index) => settingsRecord(read(owner, raw, NOW + 1 + index), before),
    settingsRecord(read(owner, first, NOW), undefined),
  );
};

const parsed = (record: SettingsRecord) =>
  record.of === 'queue' ? queueIn(record) : fleetIn(record, { place: USUAL_PLACE });

/** Parameters that can be used and others that cannot, of a queue and of a fleet. */
const OWNERS = [
  {
    ...{ owner: QUEUE, good: { state: 'active', cpus: '7' }, next: { state: 'active', cpus: '8' } },
    ...{ bad: { state: 'active', cpus: 'many' }, settings: { cpus: 7 }, mended: { cpus: 8 } },
    ...{ why: [{ knob: 'cpus', why: 'is "many"; expected a whole number from 1 to 448' }] },
  },
  {
    ...{ owner: FLEET, good: { 'max-workers': '7' }, next: { 'max-workers': '8' } },
    ...{ bad: { 'max-workers': 'many' }, settings: { maxWorkers: 7 }, mended: { maxWorkers: 8 } },
    ...{ why: [{ knob: 'max-workers', why: 'is "many"; expected a whole number from 0 to 100000' }] },
  },
];

describe.each(OWNERS)('settings of a $owner.of that are kept', ({ owner, good, next, bad, ...expected }) => {
  it('are those that can be used', () => {
    expect(parsed(keptOf(owner, good))).toMatchObject({ ok: true, settings: expected.settings });
    expect(parsed(keptOf(owner, good))).not.toHaveProperty('outdated');
  });

  it('stay the last good ones, with what is wrong, however often what is wrong is read', () => {
    for (const reads of [
      [good, bad],
      [good, bad, bad, bad],
    ]) {
      expect(parsed(keptOf(owner, ...reads))).toMatchObject({
        ...{ ok: true, settings: expected.settings, outdated: expected.why },
      });
    }
  });

  it('are none where there never were good ones', () => {
    expect(parsed(keptOf(owner, bad))).toEqual({ ok: false, name: owner.name, problems: expected.why });
  });

  it('are none where nothing was ever said', () => {
    expect(parsed({ ...owner, readAt: NOW })).toEqual({ ok: false, name: owner.name, problems: [] });
  });

  it('are mended by the next that can be used', () => {
    const mended = parsed(keptOf(owner, good, bad, next));
    expect(mended).toMatchObject({ ok: true, settings: expected.mended });
    expect(mended).not.toHaveProperty('outdated');
  });

  it('are none whose last good ones a newer version cannot read any more', () => {
    const record: SettingsRecord = { ...owner, readAt: NOW, good: { state: 'on' } };
    expect(parsed(record)).toMatchObject({ ok: false, name: owner.name });
  });

  it('say the same whenever they were read, and in whatever order', () => {
    const one = keptOf(owner, good);
    const reversed = Object.fromEntries(Object.entries(good).reverse());
    expect(saying(one)).toBe(saying(settingsRecord(read(owner, reversed, 9), undefined)));
    expect(saying(one)).not.toBe(saying(settingsRecord(read(owner, bad, 9), one)));
    expect(saying(one)).not.toBe(saying(keptOf(owner, next)));
  });

  it('say something else as soon as something else is wrong with them', () => {
    const said = [
      [],
      [{ knob: 'cpus', why: 'is "many"' }],
      [{ knob: 'cpus', why: 'is "few"' }],
      [{ knob: 'gpus', why: 'is "many"' }],
    ].map((wrong) => saying({ ...owner, readAt: NOW, good, bad: wrong }));
    expect(new Set(said).size).toBe(4);
    expect(saying({ ...owner, readAt: NOW, good })).toBe(said[0]);
  });
});

it('a queue and a fleet of one name are two', () => {
  const keys = [QUEUE, FLEET, { ...QUEUE, name: 'F' }].map(ownerKey);
  expect(new Set(keys).size).toBe(3);
});

const good = (owner: Owner, raw: RawSettings): SettingsRecord => ({ ...owner, readAt: NOW, good: raw });
const queueOn = (fleet: string, more: RawSettings = {}) => good(QUEUE, { state: 'active', fleet, ...more });
const fleet = (raw: RawSettings = {}, name = 'F') => good({ of: 'fleet', name }, raw);

describe('all settings together', () => {
  it.each<readonly [string, readonly SettingsRecord[], object]>([
    [
      'have the default fleet without a record of it',
      [],
      { queues: [], fleets: [{ settings: { name: 'default' } }] },
    ],
    [
      'have the default fleet as its record says',
      [fleet({ 'max-workers': '3' }, 'default')],
      { queues: [], fleets: [{ settings: { name: 'default', maxWorkers: 3 } }] },
    ],
    [
      'have queues and fleets',
      [queueOn('F'), fleet()],
      {
        queues: [{ ok: true, settings: { name: 'Q', fleet: 'F' } }],
        fleets: [{ settings: { name: 'default' } }, { settings: { name: 'F' } }],
      },
    ],
    [
      'have a queue with a fleet that does not exist as one that cannot be used',
      [queueOn('gone'), fleet()],
      { queues: [{ ok: false, name: 'Q', problems: [{ knob: 'fleet' }] }] },
    ],
    [
      'have a queue that asks for more disk than a worker offers as one that cannot be used',
      [queueOn('F', { 'disk-mb': '90000' }), fleet()],
      { queues: [{ ok: false, problems: [{ knob: 'disk-mb' }] }] },
    ],
    [
      'have a fleet of any types that hold what its queues ask for',
      [queueOn('F', { 'memory-mb': '14000' }), fleet({ flavours: 'any(2-2c)' })],
      { queues: [{ ok: true }], fleets: [{}, { ok: true }] },
    ],
    [
      'have a fleet of any types that goes on where none holds the pilots of a queue: that one is wrong',
      [queueOn('F', { 'memory-mb': '900000' }), fleet({ flavours: 'any(2-2c)' })],
      { queues: [{ ok: false, problems: [{ knob: 'memory-mb' }] }], fleets: [{}, { ok: true }] },
    ],
  ])('%s', (_, records, expected) => {
    expect(settingsIn(records, USUAL_PLACE)).toMatchObject(expected);
  });

  it('that nobody may use name everybody, the default fleet too', () => {
    const problem = { knob: '(all)', why: 'was never read' };
    expect(unusable([queueOn('F'), fleet()], problem)).toEqual({
      queues: [{ ok: false, name: 'Q', problems: [problem] }],
      fleets: ['default', 'F'].map((name) => ({ ok: false, name, problems: [problem] })),
    });
  });
});

describe('records that are judged beside each other', () => {
  const before = queueOn('F', { cpus: '2' });
  const kept = (owner: Owner) => (owner.of === 'queue' ? before : undefined);
  const nobody = () => undefined;
  const mark = (records: readonly SettingsRecord[], of = kept) => judgedRecords(records, of, USUAL_PLACE)[0];

  it.each([
    ['that can be used', [queueOn('F'), fleet()]],
    ['whose fleet alone is wrong', [queueOn('F'), { ...fleet(), good: { market: 'cheap' } }]],
    ['that are wrong by themselves', [{ ...queueOn('gone'), bad: [{ knob: 'cpus', why: 'x' }] }, fleet()]],
  ])('stay as they are where they are of a queue %s', (_, records) => {
    expect(judgedRecords(records, kept, USUAL_PLACE)).toEqual(records);
  });

  it.each<readonly [string, readonly SettingsRecord[], string]>([
    ['whose fleet does not exist', [queueOn('gone'), fleet()], 'fleet'],
    [
      'whose pilots outlive the workers',
      [queueOn('F', { 'pilot-wall-seconds': '7200' }), fleet({ 'max-life-seconds': '3600' })],
      'pilot-wall-seconds',
    ],
    ['whose pilots no flavour holds', [queueOn('F', { cpus: '64' }), fleet()], 'cpus'],
  ])('are wrong where they are of a queue %s, and what was good stays', (_, records, knob) => {
    expect(mark(records)).toMatchObject({ good: before.good, bad: [{ knob }] });
    // What never was good is kept as it was read: it may fit to a fleet that is to come.
    expect(mark(records, nobody)).toMatchObject({ good: records[0]?.good, bad: [{ knob }] });
  });

  it('say of ticks after it that the last good settings are used', () => {
    const records = judgedRecords([queueOn('gone', { cpus: '4' }), fleet()], kept, USUAL_PLACE);
    expect(settingsIn(records, USUAL_PLACE).queues).toMatchObject([
      { ok: true, settings: { fleet: 'F', cpus: 2 }, outdated: [{ knob: 'fleet' }] },
    ]);
  });

  it('do not bring back what was good where its fleet is gone too', () => {
    const records = judgedRecords([queueOn('gone')], kept, USUAL_PLACE);
    expect(settingsIn(records, USUAL_PLACE).queues).toMatchObject([
      { ok: false, name: 'Q', problems: [{ knob: 'fleet' }] },
    ]);
  });
});

it.each([
  [0, undefined],
  [3600, undefined],
  [3601, 'was last compared with SSM 3601 s ago, limit 3600 s'],
])('settings that are %d s old: %s', (age, why) => {
  expect(staleSettings(NOW - age, NOW)?.why).toBe(why);
});
