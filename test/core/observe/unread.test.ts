import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/audit/compare.ts';
import type { PilotDecision, WorkerDecision } from '../../../core/model/decision.ts';
import type { UnreadItem } from '../../../core/model/ledger.ts';
import type { StageSettings } from '../../../core/settings/joint.ts';
import { ID, instance } from '../../runtime/audit-sides.ts';
import { planPilots, planWorkers } from '../planning.ts';
import { fleet, NOW, only, pilots, pilotWorld, poolView, queue, STAGE, workerWorld } from '../worlds.ts';

const WHY = 'is of version 2';
const NAMES = ['BNL', 'CERN'];
/** Two queues and two fleets of the same names. */
const SETTINGS: StageSettings = {
  queues: NAMES.map((name) => queue({ fleet: name }, name)),
  fleets: NAMES.map((name) => fleet({}, name)),
};

const unread = (key: string, of?: string): readonly UnreadItem[] => [
  of === undefined ? { key, why: WHY } : { key, whose: of, why: WHY },
];

/** Queues or fleets that hold for it; others may for other reasons. */
const held = (decisions: readonly (PilotDecision | WorkerDecision)[]) =>
  decisions.flatMap((of) =>
    of.kind === 'hold' && JSON.stringify(of.why).includes(WHY) ? ['fleet' in of ? of.fleet : of.queue] : [],
  );

const heldWorkers = (items: readonly UnreadItem[]) => {
  const world = workerWorld();
  return held(planWorkers({ ...world, ...SETTINGS, ledger: { ...world.ledger, unread: items } }));
};

const heldPilots = (items: readonly UnreadItem[]) =>
  held(planPilots({ ...pilotWorld(), ...SETTINGS, unread: items }));

describe('an item of the ledger that cannot be read', () => {
  it.each([
    ['of a worker holds the workers of its fleet', 'worker#i-1', 'BNL', ['BNL'], []],
    ['of a launch does so too', 'launch#BNL.1.0', 'BNL', ['BNL'], []],
    ['of submissions holds the pilots of its queue', 'queue#BNL', 'BNL', [], ['BNL']],
    ['that only advises holds nobody', 'boots#template 1', undefined, [], []],
    ['of an unknown kind holds both', 'odd#BNL', 'BNL', ['BNL'], ['BNL']],
    ['that names nobody holds all', 'worker#i-1', undefined, ['BNL', 'CERN'], []],
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

  it('asks for nothing of a queue whose chain counts what cannot be read', () => {
    const asked = (chain: string, items: readonly UnreadItem[]) => {
      const world = workerWorld({ pilots: pilots({ idle: 4 }), knobs: { chain } });
      return only(planWorkers({ ...world, ledger: { ...world.ledger, unread: items } })).counts.jobsUnplaced;
    };
    expect(asked('Fixed(4)', [])).toBe(4);
    expect(asked('Fixed(4)', unread('queue#BNL', 'BNL'))).toBe(0);
    expect(asked('Fixed(4)', unread('queue#CERN', 'CERN'))).toBe(4);
    expect(asked('Fixed(4), MaxPerFactory(9)', unread('queue#CERN', 'CERN'))).toBe(0);
  });

  it('says in the decision what cannot be read', () => {
    const world = workerWorld();
    const ledger = { ...world.ledger, unread: unread('worker#i-1', 'default') };
    expect(planWorkers({ ...world, ledger })).toMatchObject([
      { why: [{ kind: 'item-unread', key: 'worker#i-1', words: WHY }] },
    ]);
  });

  it('keeps the audit from its instance', () => {
    const sides = {
      now: NOW,
      stage: STAGE,
      ...SETTINGS,
      instances: [instance()],
      pool: poolView([]),
    };
    const found = (items: readonly UnreadItem[]) =>
      compare({ ...sides, ledger: { workers: [], launches: [], unread: items } }).map(({ name }) => name);
    expect(found([])).toEqual(['unknown-instance']);
    expect(found(unread(`worker#${ID}`, 'BNL'))).toEqual([]);
    expect(found(unread('launch#default.1.0', 'default'))).toEqual([]);
  });
});
