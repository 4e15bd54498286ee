import { describe, expect, it } from 'vitest';
import { nameOf } from '../../../core/settings/parse.ts';
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

  const queue = (name: string, good: SettingsRecord['good'] = {}): SettingsRecord => ({
    ...{ of: 'queue', name, readAt: NOW, good: { state: 'active', ...good } },
  });
  const withQueues = (...queues: readonly SettingsRecord[]) => {
    const { records, ...rest } = basis({ flavours: 'any(2-2c)' });
    return { ...rest, records: [...records, ...queues] };
  };

  it('are read anew of the queue alone that says something else', () => {
    const settle = settingsOverTime();
    const first = settle(withQueues(queue('A'), queue('B')), NOW);
    const again = settle(withQueues(queue('A'), queue('B', { gpus: '1' })), NOW);
    expect(again.queues[0]).toBe(first.queues[0]);
    expect(again.queues[1]).not.toEqual(first.queues[1]);
  });

  it('are read anew of a fleet whose queues ask for something else', () => {
    const settle = settingsOverTime();
    const first = settle(withQueues(queue('A')), NOW);
    const wide = withQueues(queue('A', { 'memory-mb': '14000' }));
    const again = settle(wide, NOW);
    expect(again.fleets).toEqual(settingsAt(wide, NOW).fleets);
    expect(again.fleets).not.toEqual(first.fleets);
  });

  it('are forgotten once nobody asks for them: what is removed takes no memory', () => {
    const settle = settingsOverTime();
    const [first, , back] = [queue('A'), queue('B'), queue('A')].map((of) => settle(withQueues(of), NOW));
    expect(back?.queues.map(nameOf)).toEqual(['A']);
    expect(back?.queues[0]).not.toBe(first?.queues[0]);
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
