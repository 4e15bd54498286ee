import { describe, expect, it } from 'vitest';
import {
  type AskingJob,
  allows,
  fewestCpus,
  type Limits,
  NOTICE_SECONDS,
  type Running,
  type TakingWorker,
  takes,
} from '../../../core/model/takes.ts';
import { NARROW, NOW, WIDE } from '../worlds.ts';

const HOUR = 3600;
const GPU = { ...NARROW, gpus: 1 };

describe('a worker takes a job of its fleet', () => {
  it.each<readonly [string, Partial<Limits>, Partial<Running>, boolean]>([
    ['of any width and any queue, if it says nothing else', {}, {}, true],
    ['that may run just as long as it lives', { longestSeconds: HOUR }, { wallSeconds: HOUR }, true],
    ['that may run longer: no', { longestSeconds: HOUR }, { wallSeconds: HOUR + 1 }, false],
    ['of its queue, from before there were fleets', { onlyQueue: 'BNL' }, { queue: 'BNL' }, true],
    ['of another queue then: no', { onlyQueue: 'CERN' }, { queue: 'BNL' }, false],
    ['that is no pilot then: no', { onlyQueue: 'BNL' }, {}, false],
    ['of its width, if widths are apart', { width: 1 }, {}, true],
    ['of a narrower one then: no', { width: 8 }, {}, false],
    ['of a wider one then: no', { width: 1 }, { shape: WIDE }, false],
    ['that is as wide as it wants one at first', { fewestCpus: 8 }, { shape: WIDE }, true],
    ['that is narrower then: no', { fewestCpus: 8 }, {}, false],
    ['that asks for a GPU, if it has some', { gpus: 4 }, { shape: GPU }, true],
    ['that asks for none then: no', { gpus: 4 }, {}, false],
    ['that asks for a GPU and finds no room: not its affair', { gpus: 0 }, { shape: GPU }, true],
  ])('%s', (_, worker, job, isTaken) => {
    const limits = { gpus: 0, longestSeconds: HOUR, fewestCpus: 0, ...worker };
    expect(allows(limits, { shape: NARROW, wallSeconds: 60, ...job })).toBe(isTaken);
  });
});

it.each([
  [8, 0, 8],
  [8, 180, 8],
  [8, 181, 0],
  [undefined, 0, 0],
])('a worker that is kept for %s cores at first asks for them for three minutes', (width, age, fewest) => {
  expect(fewestCpus(width, age)).toBe(fewest);
});

describe('a worker', () => {
  const WORKER: TakingWorker = { fleet: 'default', total: { ...NARROW, gpus: 0 }, joinedAt: NOW - 60 };
  const JOB: AskingJob = { fleet: 'default', shape: NARROW };

  it.each<readonly [string, Partial<TakingWorker>, Partial<AskingJob>, boolean]>([
    ['of the same fleet', {}, {}, true],
    ['of another fleet', {}, { fleet: 'gpu' }, false],
    ['of its queue, whatever fleet it names', { queue: 'BNL' }, { queue: 'BNL', fleet: 'gpu' }, true],
    ['of another queue', { queue: 'BNL' }, { queue: 'CERN' }, false],
    ['of its fleet that is too narrow', { width: 8 }, {}, false],
    ['that ends before its notice', { endsAt: NOW + NOTICE_SECONDS + 61 }, { wallSeconds: 60 }, true],
    ['that may end with its notice', { endsAt: NOW + NOTICE_SECONDS + 60 }, { wallSeconds: 60 }, false],
    [
      'that says nothing of its time, as long as others run there',
      { endsAt: NOW + NOTICE_SECONDS + 60, jobWallSeconds: 60 },
      {},
      false,
    ],
    ['that says nothing of its time', { endsAt: NOW + NOTICE_SECONDS + 60 }, {}, true],
    ['at first only of its width', { firstWidth: 8 }, {}, false],
    ['of any width later', { firstWidth: 8, joinedAt: NOW - 181 }, {}, true],
  ])('takes a job %s, or not', (_, worker, job, isTaken) => {
    expect(takes({ ...WORKER, ...worker }, { ...JOB, ...job }, NOW)).toBe(isTaken);
  });
});
