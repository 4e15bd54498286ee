import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/audit/compare.ts';
import type { PilotDecision, WorkerDecision } from '../../../core/model/decision.ts';
import type { UnreadItem } from '../../../core/model/ledger.ts';
import type { Stage } from '../../../core/model/stage.ts';
import { ID, instance } from '../../runtime/audit-sides.ts';
import { planPilots, planWorkers } from '../planning.ts';
import { NOW, pilotWorld, poolView, queue, STAGE, workerWorld } from '../worlds.ts';

const WHY = 'is of version 2';
const QUEUES = [queue({}, 'BNL'), queue({}, 'CERN')];

const unread = (key: string, of?: string): readonly UnreadItem[] => [
  of === undefined ? { key, why: WHY } : { key, queue: of, why: WHY },
];

/** Queues that hold for it; others may for other reasons. */
const held = (decisions: readonly (PilotDecision | WorkerDecision)[]) =>
  decisions.flatMap(({ kind, queue: of, why }) =>
    kind === 'hold' && JSON.stringify(why).includes(WHY) ? [of] : [],
  );

const heldWorkers = (items: readonly UnreadItem[], stage: Stage = STAGE) => {
  const world = workerWorld();
  return held(planWorkers({ ...world, stage, queues: QUEUES, ledger: { ...world.ledger, unread: items } }));
};

const heldPilots = (items: readonly UnreadItem[]) =>
  held(planPilots({ ...pilotWorld(), queues: QUEUES, unread: items }));

describe('an item of the ledger that cannot be read', () => {
  it.each([
    ['of a worker holds the workers of its queue', 'worker#i-1', 'BNL', ['BNL'], []],
    ['of a launch does so too', 'launch#BNL.1.0', 'BNL', ['BNL'], []],
    ['of submissions holds the pilots of its queue', 'queue#BNL', 'BNL', [], ['BNL']],
    ['that only advises holds nobody', 'boots#template 1', undefined, [], []],
    ['of an unknown kind holds both', 'fleet#BNL', 'BNL', ['BNL'], ['BNL']],
    ['that names no queue holds all', 'worker#i-1', undefined, ['BNL', 'CERN'], []],
  ])('%s', (_, key, of, workers, pilots) => {
    expect(heldWorkers(unread(key, of))).toEqual(workers);
    expect(heldPilots(unread(key, of))).toEqual(pilots);
  });

  it('holds the pilots of every queue whose chain looks at all of them', () => {
    const queues = [queue({ chain: 'Ready(), MaxPerFactory(100)' }, 'BNL'), queue({}, 'CERN')];
    const pilots = (of: string) =>
      held(planPilots({ ...pilotWorld(), queues, unread: unread(`queue#${of}`, of) }));
    expect(pilots('CERN')).toEqual(['BNL', 'CERN']);
    expect(pilots('BNL')).toEqual(['BNL']);
  });

  it('holds all workers where queues share a cap', () => {
    const stage = { ...STAGE, caps: { workers: 10 } };
    expect(heldWorkers(unread('worker#i-1', 'BNL'), stage)).toEqual(['BNL', 'CERN']);
  });

  it('says in the decision what cannot be read', () => {
    const world = workerWorld();
    const ledger = { ...world.ledger, unread: unread('worker#i-1', 'BNL') };
    expect(planWorkers({ ...world, ledger })).toMatchObject([
      { why: [{ kind: 'item-unread', key: 'worker#i-1', words: WHY }] },
    ]);
  });

  it('keeps the audit from its instance', () => {
    const sides = {
      now: NOW,
      stage: STAGE,
      queues: QUEUES,
      instances: [instance()],
      pool: poolView([]),
    };
    const found = (items: readonly UnreadItem[]) =>
      compare({ ...sides, ledger: { workers: [], launches: [], unread: items } }).map(({ name }) => name);
    expect(found([])).toEqual(['unknown-instance']);
    expect(found(unread(`worker#${ID}`, 'BNL'))).toEqual([]);
    expect(found(unread('launch#BNL.1.0', 'BNL'))).toEqual([]);
  });
});
