import { describe, expect, it } from 'vitest';
import { nameOf } from '../../../core/settings/parse.ts';
import { type SettingsBasis, settingsAt } from '../../../core/settings/settings-at.ts';
import type { SettingsRecord } from '../../../core/settings/settings-record.ts';
import { NOW } from '../worlds.ts';

const record = (of: SettingsRecord['of'], name: string): SettingsRecord => ({
  ...{ of, name, readAt: NOW },
  good: of === 'queue' ? { state: 'active' } : {},
});

/** In no order, as a table answers. */
const records = [
  record('queue', 'C'),
  record('fleet', 'gpu'),
  record('queue', 'A'),
  record('fleet', 'apart'),
  record('queue', 'D'),
  record('queue', 'B'),
];

const settings = (given: Partial<SettingsBasis> = {}) =>
  settingsAt({ completeAt: NOW, records, ...given }, NOW);

const problems = (given: Partial<SettingsBasis>) => {
  const { queues, fleets } = settings(given);
  return [...queues, ...fleets].map((of) => (of.ok ? [] : of.problems.map(({ why }) => why)));
};

describe('the settings of a moment', () => {
  it.each<readonly [string, Partial<SettingsBasis>]>([
    ['that can be used', {}],
    ['that are too old', { completeAt: NOW - 3_601 }],
    ['of a version without fleets', { beforeFleets: true }],
  ])('%s come in the order of their names, so that ticks decide in the same order', (_, given) => {
    const { queues, fleets } = settings(given);
    expect(queues.map(nameOf)).toEqual(['A', 'B', 'C', 'D']);
    expect(fleets.map(nameOf)).toEqual(['default', 'apart', 'gpu']);
  });

  it('are as good as new for an hour, and then nobody knows whether a cap was lowered', () => {
    expect(problems({ completeAt: NOW - 3_600 }).flat()).toEqual([]);
    const why = 'was last compared with SSM 3601 s ago, limit 3600 s';
    expect(problems({ completeAt: NOW - 3_601 })).toEqual(Array.from({ length: 7 }, () => [why]));
  });

  it('are not used between a deploy and the first reading of fleets', () => {
    const whys = problems({ beforeFleets: true, completeAt: NOW - 9_999 });
    expect(whys).toHaveLength(7);
    for (const why of whys) expect(why).toEqual([expect.stringContaining('knew no fleets')]);
  });

  it('are an error where they were never read, for nothing can be decided', () => {
    expect(() => settings({ completeAt: undefined })).toThrow('The ledger has no settings yet');
  });

  it('leave the records as they came', () => {
    const before = records.map(({ name }) => name);
    settings();
    expect(records.map(({ name }) => name)).toEqual(before);
  });
});
