import { describe, expect, it } from 'vitest';
import { planWorkers } from '../../../planning.ts';
import { inLedger, inPool, JOINED, only, pilots, workerWorld } from '../../../worlds.ts';

const IDS = ['i-00000001', 'i-00000002', 'i-00000003', 'i-00000004'];

/** So many of four workers of a fleet name another one; pilots wait for a fifth and a sixth. */
const decide = (elsewhere: number, of = 4) => {
  const ids = IDS.slice(0, of);
  return only(
    planWorkers(
      workerWorld({
        activated: 30,
        pilots: pilots({ idle: 30 }),
        workers: ids.map((id) => inLedger(id, JOINED)),
        pool: ids.map((id, n) => inPool(id, n < elsewhere ? { fleet: 'gpu' } : {})),
      }),
    ),
  );
};

describe('workers that are not in the pool', () => {
  it('are neither believed nor doubted', () => {
    const decision = only(
      planWorkers(
        workerWorld({
          activated: 30,
          pilots: pilots({ idle: 30 }),
          workers: IDS.map((id) => inLedger(id, JOINED)),
          pool: IDS.slice(0, 2).map((id) => inPool(id, { fleet: 'gpu' })),
        }),
      ),
    );
    expect(decision.why).toContainEqual({
      kind: 'workers-doubted',
      workers: 2,
      instanceId: IDS[0],
      inPool: 2,
    });
  });
});

describe('a fleet whose workers cannot be believed', () => {
  it.each([
    [0, 4, true],
    [2, 4, true],
    [3, 4, false],
    [1, 1, true],
    [2, 2, false],
  ])('%i of %i: launches are made: %s', (elsewhere, of, launches) => {
    const decision = decide(elsewhere, of);
    expect(decision.kind === 'act' && decision.launches.length > 0).toBe(launches);
    const told = decision.why.filter(({ kind }) => kind === 'workers-doubted');
    expect(told).toEqual(
      launches ? [] : [{ kind: 'workers-doubted', workers: elsewhere, instanceId: IDS[0], inPool: of }],
    );
  });
});
