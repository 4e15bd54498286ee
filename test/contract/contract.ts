import { afterAll, beforeAll, describe } from 'vitest';
import { badInput } from './bad-input.ts';
import { drain } from './drain.ts';
import { emptyPool } from './empty-pool.ts';
import { gone } from './gone.ts';
import { pilots } from './pilots.ts';
import { type Pool, poolOf } from './pool.ts';
import { restart } from './restart.ts';
import type { Subject } from './subject.ts';
import { workers } from './workers.ts';

/**
 * What the endpoint's API promises, as tests: the same for an endpoint on a real pool and for one on a simulated pool.
 * They run in this order on one subject. docs/lab.md says what is left out of the contract, and why.
 */
export const poolContract = (open: () => Promise<Subject>): void => {
  describe('keeps the contract', () => {
    let opened: Pool | undefined;
    const pool = (): Pool => {
      if (opened === undefined) throw new Error('the subject is not open');
      return opened;
    };
    beforeAll(async () => {
      opened = poolOf(await open());
    });
    afterAll(() => opened?.subject.close());

    emptyPool(pool);
    pilots(pool);
    workers(pool);
    drain(pool);
    gone(pool);
    badInput(pool);
    restart(pool);
  });
};
