import { expect, it } from 'vitest';
import type { PoolWorker } from '../../../core/model/pool.ts';
import { believed } from '../../../core/observe/belief.ts';
import { type Oddity, shown } from '../../../twin/pool/odd.ts';
import { inPool, LARGE } from '../../core/worlds.ts';

const worker = inPool('i-0000000000000000a');

it.each<readonly [Oddity | undefined, Partial<PoolWorker>, string | undefined]>([
  [undefined, worker, undefined],
  ['boastful', { total: { ...LARGE, cpus: 2000, memoryMb: 7_500_000, diskMb: 100_000_000 } }, 'boastful'],
  ['elsewhere', { fleet: 'ELSEWHERE' }, 'elsewhere'],
  ['contradictory', { busy: 1, idleSince: worker.joinedAt }, 'contradictory'],
  ['unwell', { draining: true, unwell: 'cm.example.org:9618 is not reached' }, undefined],
])('a worker that is odd shows it in its ad, and core sees it: %s', (odd, ad, doubt) => {
  expect(shown(worker, odd)).toMatchObject(ad);
  expect(believed(shown(worker, odd), { fleet: 'default' }, LARGE).doubt).toBe(doubt);
});
