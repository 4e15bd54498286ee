import { describe, expect, it } from 'vitest';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import {
  type RawSettings,
  type SettingsRecord,
  saying,
  settingsOf,
  settingsRecord,
  staleSettings,
} from '../../../core/settings/settings-record.ts';
import { NOW } from '../worlds.ts';

const read = (raw: RawSettings, readAt: number) => ({
  queue: 'Q',
  raw,
  readAt,
  place: USUAL_PLACE,
});

const after = (...reads: readonly RawSettings[]): SettingsRecord | undefined =>
  reads.reduce<SettingsRecord | undefined>(
    (before, raw, index) => settingsRecord(read(raw, NOW + index), before),
    undefined,
  );

const GOOD = { state: 'active', 'max-workers': '7' };
const BAD = { state: 'active', 'max-workers': 'many' };
const WHY = [{ knob: 'max-workers', why: 'is "many"; expected a whole number from 0 to 100000' }];

const parsedAfter = (...reads: readonly RawSettings[]) => {
  const record = after(...reads);
  return record && settingsOf(record);
};

describe('settings that are kept', () => {
  it('are those that can be used', () => {
    expect(parsedAfter(GOOD)).toMatchObject({ ok: true, settings: { maxWorkers: 7 } });
    expect(parsedAfter(GOOD)).not.toHaveProperty('outdated');
  });

  it('stay the last good ones, with what is wrong, however often what is wrong is read', () => {
    for (const reads of [
      [GOOD, BAD],
      [GOOD, BAD, BAD, BAD],
    ]) {
      expect(parsedAfter(...reads)).toMatchObject({ ok: true, settings: { maxWorkers: 7 }, outdated: WHY });
    }
  });

  it('are none where there never were good ones', () => {
    expect(parsedAfter(BAD)).toMatchObject({ ok: false, queue: 'Q', problems: [{ knob: 'max-workers' }] });
  });

  it('are mended by the next that can be used', () => {
    const mended = parsedAfter(GOOD, BAD, { ...GOOD, 'max-workers': '8' });
    expect(mended).toMatchObject({ ok: true, settings: { maxWorkers: 8 } });
    expect(mended).not.toHaveProperty('outdated');
  });

  it('are none that ask for more disk than a worker of the stage offers', () => {
    const greedy = settingsRecord(read({ ...GOOD, 'disk-mb': '90000' }, NOW), after(GOOD));
    expect(greedy).toMatchObject({
      good: GOOD,
      bad: [
        {
          knob: 'disk-mb',
          why: 'is 90000, and 75040 is the most MB of disk that a worker of these flavours offers; ask for less, or give the stage a larger workerDiskGb',
        },
      ],
    });
  });

  it('hold a queue whose last good ones a newer version cannot read any more', () => {
    const record: SettingsRecord = { queue: 'Q', readAt: NOW, good: { state: 'on' } };
    expect(settingsOf(record)).toMatchObject({ ok: false, queue: 'Q' });
  });
});

it('a record says the same whenever it was read, and in whatever order', () => {
  const [one, other] = [
    after(GOOD),
    settingsRecord(read({ 'max-workers': '7', state: 'active' }, 9), undefined),
  ];
  expect(one && saying(one)).toBe(saying(other));
  expect(one && saying(one)).not.toBe(saying(settingsRecord(read(BAD, 9), one)));
});

it.each([
  [0, undefined],
  [3600, undefined],
  [3601, 'was last compared with SSM 3601 s ago, limit 3600 s'],
])('settings that are %d s old: %s', (age, why) => {
  expect(staleSettings(NOW - age, NOW)?.why).toBe(why);
});
