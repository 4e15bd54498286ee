import { expect, it } from 'vitest';
import { takes } from '../../core/model/takes.ts';
import { inWordsOfView, TAKES } from '../lab/takes.ts';

const NOW = 1_795_411_000;
const SHOWN = TAKES.flatMap((each) => {
  const words = inWordsOfView(each, NOW);
  return words === undefined ? [] : [{ ...each, ...words }];
});

it.each(SHOWN)('what a worker takes, as its START has it: $what ($isTaken)', ({ worker, job, isTaken }) => {
  expect(takes(worker, job, NOW)).toBe(isTaken);
});

const ROOM = { cpus: 8, memoryMb: 100, diskMb: 100, gpus: 0 };
const OLD = { fleet: 'default', queue: 'BNL', total: ROOM, joinedAt: NOW - 3600 };

it.each([
  ['its queue, whatever fleet they ask for', { queue: 'BNL', fleet: 'gpu' }, true],
  ['another queue', { queue: 'CERN', fleet: 'default' }, false],
  ['none, which are plain jobs', { fleet: 'default' }, false],
])('a worker from before there were fleets takes jobs of its queue only: %s', (_, job, isTaken) => {
  expect(takes(OLD, { ...job, shape: ROOM }, NOW)).toBe(isTaken);
});
