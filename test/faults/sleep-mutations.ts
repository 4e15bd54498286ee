import { planWorkers } from '../../core/decide/workers/plan.ts';
import type { Mutation, Ports } from './handlers.ts';

/** The safeguards of workers that sleep, each taken away, as in mutations.ts. */

type World = Parameters<typeof planWorkers>[0];
type Decided = ReturnType<typeof planWorkers>;

/** EC2 is asked to start what nobody has written down as waking. */
const wakeFirst = (ports: Ports): Ports => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    workers: {
      ...ports.ledger.workers,
      change: async (change, at) =>
        change.worker.state.kind === 'asleep' && change.to !== 'gone' && change.to.kind === 'waking'
          ? true
          : ports.ledger.workers.change(change, at),
    },
  },
});

/** Who has lost the lease wakes all the same; launches have their fence. */
const wakeFenced = (ports: Ports): Ports => ({
  ...ports,
  ledger: { ...ports.ledger, leases: { ...ports.ledger.leases, holds: async () => true } },
});

/** A worker is woken, or put to sleep again, however it stands by then. */
const wakeConditional = (ports: Ports): Ports => {
  const { workers } = ports.ledger;
  return {
    ...ports,
    ledger: {
      ...ports.ledger,
      workers: {
        ...workers,
        async change(change, at) {
          const { worker, to } = change;
          const isOfSleep = to !== 'gone' && (to.kind === 'asleep' || to.kind === 'waking');
          const there = isOfSleep ? await workers.find(worker.instanceId) : undefined;
          return workers.change(there === undefined ? change : { ...change, worker: there }, at);
        },
      },
    },
  };
};

/** Who wakes is not counted until it has joined. */
const wakingCounted = (world: World): Decided => {
  const workers = world.ledger.workers.filter(({ state }) => state.kind !== 'waking');
  return planWorkers({ ...world, ledger: { ...world.ledger, workers } });
};

/** Workers sleep without a bound to their number. */
const stockBounded = (world: World): Decided =>
  planWorkers({
    ...world,
    fleets: world.fleets.map((of) =>
      of.ok ? { ...of, settings: { ...of.settings, maxAsleep: of.settings.maxWorkers } } : of,
    ),
  });

/** Nobody writes down which workers may sleep. */
const leaveFirst = (ports: Ports): Ports => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    workers: {
      ...ports.ledger.workers,
      letStop: async (worker, mayStop) => mayStop === true || ports.ledger.workers.letStop(worker, mayStop),
    },
  },
});

/** Nobody ends what sleeps for too long. */
const keepTime = (world: World): Decided => {
  const asleep = new Set(
    world.ledger.workers.filter(({ state }) => state.kind === 'asleep').map(({ instanceId }) => instanceId),
  );
  return planWorkers(world).map((decision) =>
    decision.kind === 'act'
      ? { ...decision, retirements: decision.retirements.filter(({ instanceId }) => !asleep.has(instanceId)) }
      : decision,
  );
};

export const SLEEP_MUTATIONS = {
  'wake first': { ports: wakeFirst },
  'wake fenced': { ports: wakeFenced },
  'wake conditional': { ports: wakeConditional },
  'waking counted': { plan: wakingCounted },
  'stock bounded': { plan: stockBounded },
  'leave to sleep first': { ports: leaveFirst },
  'keep time': { plan: keepTime },
} as const satisfies Record<string, Mutation>;
