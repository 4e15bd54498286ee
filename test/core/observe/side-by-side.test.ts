import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sideBySide } from '../../../core/observe/fleet.ts';
import { inLedger, inPool, JOINED, NOW, poolView } from '../worlds.ts';

const id = fc.nat({ max: 30 }).map((n) => `i-${n.toString(16).padStart(17, '0')}`);
const ids = fc.uniqueArray(id);

it('finds each worker of the ledger in the pool, and who is in the pool alone, in whatever order they come', () => {
  fc.assert(
    fc.property(ids, ids, (ledger, pool) => {
      const workers = ledger.map((instanceId) => inLedger(instanceId, JOINED));
      const startds = pool.map((instanceId) => inPool(instanceId));
      const { members, strangers } = sideBySide(workers, poolView([], startds));
      const byId = new Map(startds.map((startd) => [startd.instanceId, startd]));
      expect(members).toEqual(
        ledger.toSorted().map((instanceId) => ({
          record: workers.find((worker) => worker.instanceId === instanceId),
          pool: byId.get(instanceId),
        })),
      );
      expect(strangers.map(({ instanceId }) => instanceId)).toEqual(
        pool.filter((instanceId) => !ledger.includes(instanceId)).toSorted(),
      );
    }),
  );
});

it.each([
  ['the ad from before it slept is none of a worker that is asleep', 'asleep', NOW - 100, NOW - 100, false],
  ['nor of one that wakes', 'waking', NOW - 100, NOW - 3000, false],
  ['one from after the wake is', 'waking', NOW - 100, NOW - 99, true],
  ['so is one of a worker that has power against what EC2 said', 'asleep', NOW - 100, NOW - 99, true],
] as const)('%s', (_, kind, since, joinedAt, isThere) => {
  const worker = inLedger('i-1', { kind, since });
  const { members } = sideBySide([worker], poolView([], [inPool('i-1', { joinedAt })]));
  expect(members.map(({ pool }) => pool !== undefined)).toEqual([isThere]);
});
