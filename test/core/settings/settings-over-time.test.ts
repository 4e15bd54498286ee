import { describe, expect, it } from 'vitest';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { settingsAt } from '../../../core/settings/settings-at.ts';
import { settingsOverTime } from '../../../core/settings/settings-over-time.ts';
import type { SettingsRecord } from '../../../core/settings/settings-record.ts';

const NOW = Date.parse('2026-01-05T12:00:00Z') / 1000;

const basis = (good: SettingsRecord['good'], clouds: readonly string[] = ['site'], at = NOW) => ({
  completeAt: at,
  records: [{ of: 'fleet', name: 'default', readAt: at, good } as const],
  place: { ...USUAL_PLACE, clouds: [...clouds] },
});

describe('settings that are read again and again', () => {
  it('are read once for as long as they say the same, and come out as if they were read anew', () => {
    const settle = settingsOverTime();
    const first = settle(basis({ 'max-workers': '7' }), NOW);
    const again = settle(basis({ 'max-workers': '7' }), NOW + 60);
    expect(again.fleets[0]).toBe(first.fleets[0]);
    expect(again).toEqual(settingsAt(basis({ 'max-workers': '7' }), NOW + 60));
  });

  it.each<[string, readonly (readonly [ReturnType<typeof basis>, number])[]]>([
    [
      'a value is another',
      [
        [basis({ 'max-workers': '7' }), NOW],
        [basis({ 'max-workers': '8' }), NOW],
      ],
    ],
    [
      'an entry of the schedule holds by then',
      [13, 23].map((hour) => {
        const at = Date.parse(`2026-01-05T${hour}:00:00Z`) / 1000;
        return [basis({ schedule: '22:00-06:00 max-workers=9' }, ['site'], at), at];
      }),
    ],
    [
      'the stage has lost the cloud of the fleet',
      [['site'], []].map((clouds) => [basis({ cloud: 'site', flavours: 'm1.large(4c,8192m)' }, clouds), NOW]),
    ],
  ])('are read anew if %s', (_, moments) => {
    const settle = settingsOverTime();
    const [before, after] = moments.map(([of, at]) => settle(of, at));
    expect([before, after]).toEqual(moments.map(([of, at]) => settingsAt(of, at)));
    expect(after).not.toEqual(before);
  });
});
