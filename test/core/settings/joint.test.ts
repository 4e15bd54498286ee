import { describe, expect, it } from 'vitest';
import { fleetNames, judgedTogether, shapesByFleet } from '../../../core/settings/joint.ts';
import { nameOf } from '../../../core/settings/parse.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';
import { fleet, type Knobs, NARROW, queue, WIDE } from '../worlds.ts';

interface Given {
  /** Of the queue. */
  readonly knobs?: Knobs;
  /** Of the fleets, by name. */
  readonly fleets?: Readonly<Record<string, Knobs>>;
  readonly place?: typeof USUAL_PLACE;
}

/** What is wrong with the one queue beside its fleets. */
const problem = ({ knobs = {}, fleets = { default: {} }, place }: Given): string => {
  const all = Object.entries(fleets).map(([name, of]) => fleet(of, name));
  const [judged] = judgedTogether({ queues: [queue(knobs)], fleets: all }, place).queues;
  return judged === undefined || judged.ok ? 'none' : problemsInWords(judged.problems);
};

it('a queue whose fleet does not exist is told of some fleets, however many there are', () => {
  const fleets = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`fleet-${n}`, {}]));
  expect(problem({ knobs: { fleet: 'gpu' }, fleets })).toMatch(/fleet-18, fleet-19, …$/);
});

describe('a queue beside its fleet', () => {
  it.each<readonly [string, Given, string]>([
    ['is as it is', {}, 'none'],
    ['is on the fleet that it names', { knobs: { fleet: 'gpu' }, fleets: { default: {}, gpu: {} } }, 'none'],
    [
      'cannot be on a fleet that does not exist',
      { knobs: { fleet: 'gpu' }, fleets: { default: {}, wide: {} } },
      'the setting fleet is "gpu", and there is no such fleet; set a knob of it, such as /aerie/<stage>/fleets/gpu/max-workers, or name one of: default, wide',
    ],
    [
      'has pilots that workers outlive',
      { knobs: { 'pilot-wall-seconds': '85799' }, fleets: { default: { 'max-life-seconds': '86400' } } },
      'none',
    ],
    [
      'cannot have pilots that live as long as the workers',
      { knobs: { 'pilot-wall-seconds': '85800' }, fleets: { default: { 'max-life-seconds': '86400' } } },
      'the setting pilot-wall-seconds is 85800; expected at most 85799: a worker of fleet default lives for 86400 s (max-life-seconds), and takes nothing that its last 600 s would end',
    ],
    [
      'cannot have pilots that ask for more cores than any worker has',
      { knobs: { cpus: '9' } },
      'the setting cpus is 9, and 8 is the most cores that a worker of these flavours offers; ask for less, or add a flavour that has more (fleet default)',
    ],
    [
      'cannot have pilots that ask for a GPU where none is',
      {
        knobs: { gpus: '1', fleet: 'gpu' },
        fleets: { default: { flavours: 'g5.xlarge(4c,16384m,1g)' }, gpu: {} },
      },
      'the setting gpus is 1, and 0 is the most GPUs that a worker of these flavours offers; ask for less, or add a flavour that has more (fleet gpu)',
    ],
    [
      'cannot have pilots without GPUs where all workers have some: these take none of them',
      { fleets: { default: { flavours: 'g5.xlarge(4c,16384m,1g)' } } },
      'the setting flavours have GPUs, all of them, which are kept for pilots that ask for one; add a flavour without (fleet default)',
    ],
    [
      'cannot have pilots without GPUs that only workers with some could hold',
      { knobs: { cpus: '4' }, fleets: { default: { flavours: 'm6i.large, g5.xlarge(4c,16384m,1g)' } } },
      'the setting cpus is 4, and 2 is the most cores that a worker of these flavours offers; ask for less, or add a flavour that has more (fleet default)',
    ],
    [
      'cannot have pilots that ask for more disk than the stage gives',
      { knobs: { 'disk-mb': '75041' }, place: USUAL_PLACE },
      'the setting disk-mb is 75041, and 75040 is the most MB of disk that a worker of these flavours offers; ask for less, or give the stage a larger workerDiskGb (fleet default)',
    ],
    ['may ask for as much as the stage gives', { knobs: { 'disk-mb': '75040' }, place: USUAL_PLACE }, 'none'],
    ['may ask for any disk where nobody knows the stage', { knobs: { 'disk-mb': '9000000' } }, 'none'],
    ['is no worse for a fleet that is: that one holds', { fleets: { default: { market: 'cheap' } } }, 'none'],
    [
      'is told all that is wrong',
      { knobs: { cpus: '9', 'pilot-wall-seconds': '604800' } },
      'the setting pilot-wall-seconds is 604800; expected at most 604199: a worker of fleet default lives for 604800 s (max-life-seconds), and takes nothing that its last 600 s would end; the setting cpus is 9, and 8 is the most cores that a worker of these flavours offers; ask for less, or add a flavour that has more (fleet default)',
    ],
    [
      'says what is wrong with itself first',
      { knobs: { cpus: 'x', fleet: 'none' } },
      'the setting cpus is "x"; expected a whole number from 1 to 448',
    ],
  ])('%s', (_, given, expected) => {
    expect(problem(given)).toBe(expected);
  });

  it('is judged for itself: the others are as they were', () => {
    const queues = [queue({ fleet: 'none' }, 'A'), queue({}, 'B')];
    const fleets = [fleet(), fleet({ market: 'cheap' }, 'odd')];
    const judged = judgedTogether({ queues, fleets });
    expect(judged.queues.map((of) => [nameOf(of), of.ok])).toEqual([
      ['A', false],
      ['B', true],
    ]);
    expect(judged.fleets).toEqual(fleets);
  });
});

describe('the fleets of a stage', () => {
  it.each([
    [[], ['default']],
    [['default'], ['default']],
    [
      ['gpu', 'default', 'apart', 'gpu'],
      ['default', 'apart', 'gpu'],
    ],
  ])('with parameters of %j are %j', (names, expected) => {
    expect(fleetNames(names)).toEqual(expected);
  });

  it('serve what the pilots of their queues ask for, each shape once', () => {
    const wide = { cpus: '8', 'memory-mb': '16000' };
    const queues = [
      queue({}, 'A'),
      queue(wide, 'B'),
      queue({}, 'C'),
      queue({ ...wide, fleet: 'gpu' }, 'D'),
      queue({ cpus: 'x', fleet: 'odd' }, 'E'),
    ];
    expect([...shapesByFleet(queues)]).toEqual([
      ['default', [NARROW, WIDE]],
      ['gpu', [WIDE]],
    ]);
  });
});
