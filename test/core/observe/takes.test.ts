import { describe, expect, it } from 'vitest';
import { type Job, type Taker, takerOf, takes } from '../../../core/observe/takes.ts';
import { LARGE, NARROW, WIDE } from '../worlds.ts';

const HOUR = 3600;
const GPU = { ...NARROW, gpus: 1 };

describe('a worker takes a job of its fleet', () => {
  it.each<readonly [string, Partial<Taker>, Partial<Job>, boolean]>([
    ['of any width and any queue, if it says nothing else', {}, {}, true],
    ['that may run just as long as it lives', { leftSeconds: HOUR }, { wallSeconds: HOUR }, true],
    ['that may run longer: no', { leftSeconds: HOUR }, { wallSeconds: HOUR + 1 }, false],
    ['of its queue, from before there were fleets', { onlyQueue: 'BNL' }, { queue: 'BNL' }, true],
    ['of another queue then: no', { onlyQueue: 'CERN' }, { queue: 'BNL' }, false],
    ['that is no pilot then: no', { onlyQueue: 'BNL' }, {}, false],
    ['of its width, if widths are apart', { width: 1 }, {}, true],
    ['of a narrower one then: no', { width: 8 }, {}, false],
    ['of a wider one then: no', { width: 1 }, { shape: WIDE }, false],
    ['that asks for a GPU, if it has some', { gpus: 4 }, { shape: GPU }, true],
    ['that asks for none then: no', { gpus: 4 }, {}, false],
    ['that asks for a GPU and finds no room: not its affair', { gpus: 0 }, { shape: GPU }, true],
  ])('%s', (_, worker, job, isTaken) => {
    const taker = { gpus: 0, leftSeconds: HOUR, ...worker };
    expect(takes(taker, { shape: NARROW, wallSeconds: 60, ...job })).toBe(isTaken);
  });

  it.each([
    ['mixed', undefined, { gpus: 0, leftSeconds: HOUR }],
    ['apart', 8, { gpus: 0, leftSeconds: HOUR, width: 8 }],
  ])('when it is new: widths %s', (_, width, expected) => {
    expect(takerOf(LARGE, HOUR, width)).toEqual(expected);
  });
});
