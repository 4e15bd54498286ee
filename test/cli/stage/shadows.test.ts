import { describe, expect, it } from 'vitest';
import { plain } from '../../../cli/command/paint.ts';
import { mostInShadow } from '../../../cli/stage/shadows.ts';
import { historyLines } from '../../../cli/verbs/history-lines.ts';
import { historyTold } from '../../../cli/verbs/history-told.ts';
import type { Decision } from '../../../core/model/decision.ts';

const HOUR = [3600, 7200] as const;

const queue = (at: number, submit?: number, name = 'A'): Decision => ({
  ...{ of: 'pilots', kind: 'rest', queue: name, at, counts: {} },
  why: submit === undefined ? [] : [{ kind: 'queue-in-shadow', submit, remove: 0 }],
});

const fleet = (at: number, workers: number, dollarsPerHour?: number, wake = 0): Decision => ({
  ...{ of: 'workers', kind: 'rest', fleet: 'A', at, counts: {} },
  why: [
    { kind: 'fleet-paused' },
    {
      ...{ kind: 'fleet-in-shadow', wake, letSleep: 0, undrain: 0, drain: 9, terminate: 9 },
      launches: workers === 0 ? [] : [{ workers, flavours: ['m6i.large'], market: 'spot' }],
      ...(dollarsPerHour === undefined ? {} : { dollarsPerHour, isListed: true }),
    },
  ],
});

const none = { pilots: 0, workers: 0, dollarsPerHour: 0, isListed: false };

describe('what those in shadow would have started in an hour', () => {
  it.each<readonly [string, readonly Decision[], object | undefined]>([
    ['nobody is in shadow', [queue(3700)], undefined],
    [
      'the most at once, and no sum over time',
      [queue(3700, 5), queue(3760, 9), queue(3820, 2)],
      { ...none, pilots: 9 },
    ],
    ['what was decided before and is in force', [queue(100, 7), queue(3700, 2)], { ...none, pilots: 7 }],
    ['what is in force all the while', [queue(100, 7)], { ...none, pilots: 7 }],
    ['nothing of what was over', [queue(100, 7), queue(3500, 1), queue(3700, 2)], { ...none, pilots: 2 }],
    ['nothing of what comes', [queue(3700, 2), queue(7200, 8)], { ...none, pilots: 2 }],
    ['nothing, where they would do nothing', [queue(3700, 0), fleet(3700, 0)], none],
    ['nothing once it was live', [queue(100, 7), queue(3500)], undefined],
    [
      'all of them, each at its worst moment',
      [queue(3700, 5), queue(4000, 1), queue(4000, 4, 'B'), fleet(3900, 3, 0.3), fleet(4100, 1, 0.9, 1)],
      { pilots: 9, workers: 3, dollarsPerHour: 0.9, isListed: true },
    ],
    [
      'no dollars where a price is not known',
      [fleet(3700, 3, 0.3), fleet(3800, 1)],
      { ...none, workers: 3, dollarsPerHour: null, isListed: true },
    ],
  ])('%s', (_, decisions, expected) => {
    expect(mostInShadow(decisions, HOUR)).toEqual(expected);
  });

  it('stands beside the hours of a history, and nowhere where nobody was in shadow', () => {
    const sum = { submitted: 0, launched: 0, woken: 0, joined: 0, useless: 0, coreHours: 0, dollars: 0 };
    const hour = (inShadow: object | null) => ({
      ...{ ...sum, from: '2026-01-05T01:00:00Z', ready: 4, holds: [], inShadow },
    });
    const lines = (...hours: readonly object[]) =>
      historyLines(
        historyTold.parse({
          ...{ stage: 'prod', at: '2026-01-05T04:00:00Z', of: null, isListed: false, sum },
          hours,
        }),
        { columns: Number.POSITIVE_INFINITY, paint: plain },
      ).map((line) => line.replace(/ {2,}/g, '  '));
    const told = lines(
      hour({ pilots: 9, workers: 3, dollarsPerHour: 0.288, isListed: true }),
      hour({ pilots: 0, workers: 1, dollarsPerHour: null, isListed: false }),
      hour(none),
      hour(null),
    );
    expect(told[0]).toMatch(/\$ {2}in shadow, at most {2}held$/);
    expect(told.slice(1, 4).map((line) => line.split('0.00  ')[1])).toEqual([
      '9 pilots, 3 workers, ~0.29 $/h',
      '1 worker, – $/h',
      'nothing',
    ]);
    expect(lines(hour(null))[0]).not.toContain('shadow');
  });
});
