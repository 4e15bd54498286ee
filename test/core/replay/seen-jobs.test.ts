import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DemandSample, jobsIn } from '../../../core/replay/seen-jobs.ts';

const sample = (
  at: number,
  [waiting, running]: readonly [number | undefined, number],
  [short, others]: readonly [number, number] = [0, 0],
): DemandSample => ({ at, waiting, running, ended: { short, others } });

const inShort = (samples: readonly DemandSample[], least = 0) =>
  jobsIn(samples, least).map(({ arrivedAt, heldSeconds }) => [arrivedAt, heldSeconds]);

describe('jobs are worked out from their numbers', () => {
  it.each<[string, readonly DemandSample[], readonly (readonly number[])[]]>([
    ['none from nothing', [], []],
    [
      'one that comes, begins and ends',
      [
        sample(0, [0, 0]),
        sample(60, [1, 0]),
        sample(120, [0, 1]),
        sample(180, [0, 1]),
        sample(240, [0, 0], [0, 1]),
      ],
      [[30, 120]],
    ],
    [
      'one that comes and begins between two looks',
      [sample(0, [0, 0]), sample(60, [0, 1]), sample(120, [0, 0], [0, 1])],
      [[30, 60]],
    ],
    [
      'one in the place of another, of which only the end is told',
      [sample(0, [0, 0]), sample(60, [0, 1]), sample(120, [0, 1], [0, 1]), sample(180, [0, 0], [0, 1])],
      [
        [30, 60],
        [90, 60],
      ],
    ],
    [
      'who began first ended first, but for a short one, which began last',
      [
        sample(0, [0, 0]),
        sample(60, [0, 1]),
        sample(600, [0, 1]),
        sample(660, [0, 2]),
        sample(720, [0, 1], [1, 0]),
        sample(780, [0, 0], [0, 1]),
      ],
      [
        [30, 720],
        [630, 60],
      ],
    ],
    [
      'one that lost its machine comes again',
      [
        sample(0, [0, 0]),
        sample(60, [0, 1]),
        sample(120, [1, 0]),
        sample(180, [0, 1]),
        sample(240, [0, 0], [0, 1]),
      ],
      [
        [30, 60],
        [90, 60],
      ],
    ],
    [
      'one that nobody saw end goes on as long again as others took',
      [sample(0, [0, 0]), sample(60, [0, 2]), sample(120, [0, 1], [0, 1])],
      [
        [15, 75],
        [45, 150],
      ],
    ],
    [
      'what is not known to wait waits as before',
      [sample(0, [2, 0]), sample(60, [undefined, 0]), sample(120, [2, 0])],
      [
        [0, 3600],
        [0, 3600],
      ],
    ],
  ])('%s', (_, samples, expected) => {
    expect(inShort(samples)).toEqual(expected);
  });

  it('leaves out those that held their slot for too short a time', () => {
    const samples = [sample(0, [0, 0]), sample(60, [0, 1]), sample(120, [0, 0], [1, 0])];
    expect(inShort(samples, 90)).toEqual([]);
  });

  it('gives every job that came once', () => {
    const event = fc.record({
      arrive: fc.nat(3),
      begin: fc.nat(3),
      end: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
        let [waiting, running, arrived] = [0, 0, 0];
        const samples = [sample(0, [0, 0])];
        for (const [index, { arrive, begin, end }] of events.entries()) {
          const ended = Math.min(end, running);
          const begun = Math.min(begin, waiting);
          waiting += arrive - begun;
          running += begun - ended;
          arrived += arrive;
          samples.push(sample(60 * (index + 1), [waiting, running], [0, ended]));
        }
        const jobs = jobsIn(samples, 0);
        expect(jobs).toHaveLength(arrived);
        for (const { heldSeconds } of jobs) expect(heldSeconds).toBeGreaterThan(0);
      }),
    );
  });
});

it('a job that held its slot just so long as one has to is one, and a measure for those that nobody saw end', () => {
  const samples = [sample(0, [0, 0]), sample(60, [0, 1]), sample(120, [0, 0], [0, 1]), sample(180, [1, 0])];
  expect(inShort(samples, 60)).toEqual([
    [30, 60],
    [150, 60],
  ]);
  // Of one that held it for less, nothing is taken.
  expect(inShort(samples, 61)).toEqual([[150, 3600]]);
});
