import { lookAgain } from '../../core/audit/confirm.ts';
import { planWorkers } from '../../core/decide/workers/plan.ts';
import { NOT_IN_COLLECTOR } from '../../core/model/pool.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Look } from '../../runtime/audit.ts';
import type { Mutation, Ports } from './handlers.ts';
import { SITE_MUTATIONS } from './site-mutations.ts';
import { SLEEP_MUTATIONS } from './sleep-mutations.ts';

/** Each safeguard, and the deployed code without it: a port that breaks its promise, or another planner. */

/** The same launch asked for again is another launch to EC2. */
const token = (ports: Ports): Ports => {
  let asked = 0;
  return {
    ...ports,
    cloud: {
      ...ports.cloud,
      launch(request) {
        asked += 1;
        return ports.cloud.launch({ ...request, clientToken: `${request.clientToken}-${asked}` });
      },
    },
  };
};

/** EC2 is asked for what nobody has written down. */
const intentFirst = (ports: Ports): Ports => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    launches: { ...ports.ledger.launches, open: async () => true, ask: async () => true },
  },
});

/** Who has lost the lease goes on all the same. */
const fencing = (ports: Ports): Ports => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    leases: { ...ports.ledger.leases, holds: async () => true },
    launches: {
      ...ports.ledger.launches,
      async ask(launch) {
        await ports.ledger.launches.ask(launch);
        return true;
      },
    },
  },
});

/** Everybody gets the lease. */
const lease = (ports: Ports): Ports => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    leases: {
      ...ports.ledger.leases,
      holds: async () => true,
      async take(wish) {
        const taken = await ports.ledger.leases.take(wish);
        return taken.kind === 'lease' ? taken : { kind: 'lease', ...wish, fence: wish.at, until: wish.at };
      },
    },
  },
});

const bootingCounted = (world: Parameters<typeof planWorkers>[0]): ReturnType<typeof planWorkers> => {
  const workers = world.ledger.workers.filter(({ state }) => state.kind !== 'booting');
  return planWorkers({ ...world, ledger: { ...world.ledger, workers, launches: [] } });
};

/** Nobody is ended for not having joined. */
const dropOverdue = (world: Parameters<typeof planWorkers>[0]): ReturnType<typeof planWorkers> => {
  const booting = new Set(
    world.ledger.workers.filter(({ state }) => state.kind === 'booting').map(({ instanceId }) => instanceId),
  );
  return planWorkers(world).map((decision) => {
    if (decision.kind !== 'act') return decision;
    const retirements = decision.retirements.filter(
      ({ step, instanceId }) => step !== 'terminate' || !booting.has(instanceId),
    );
    return { ...decision, retirements };
  });
};

/** Whatever is shown is dated now and called whole; what is not shown is what was shown before. */
const holdOnStale = (ports: Ports): Ports => {
  let now = 0;
  return {
    ...ports,
    settings: {
      all(moment) {
        now = moment;
        return ports.settings.all(moment);
      },
    },
    pool: {
      async view() {
        const view = await ports.pool.view();
        if (view.kind === 'unknown') return view;
        const { pilots, workers } = view.value;
        const whole = { pilots: { ...pilots, complete: true }, workers: { ...workers, complete: true } };
        return known({ ...view.value, ...whole, observedAt: now }, now);
      },
    },
  };
};

/** Who was not in the view is not looked for again before the end. */
const lastLook = (ports: Ports): Ports => ({
  ...ports,
  poolWorkers: {
    ...ports.poolWorkers,
    async drain(instanceIds) {
      const { failed } = await ports.poolWorkers.drain(instanceIds);
      const absent = instanceIds.map((instanceId) => ({ instanceId, why: NOT_IN_COLLECTOR }));
      return { done: [], failed: [...failed, ...absent] };
    },
  },
});

/** … and the audit does not see it either. */
const dropOverdueBoots: Look = (found, marks, now) => {
  const others = found.filter(({ name }) => name !== 'overdue-boot');
  return lookAgain(others, marks, now);
};

/** What the audit sees for the first time, it mends. */
const atFirstSight: Look = (found, marks, now) => ({ ...lookAgain(found, marks, now), due: found });

export const MUTATIONS = {
  token: { ports: token },
  'intent first': { ports: intentFirst },
  fencing: { ports: fencing },
  lease: { ports: lease },
  'booting counted': { plan: bootingCounted },
  'join deadline': { plan: dropOverdue, look: dropOverdueBoots },
  'two-step audit': { look: atFirstSight },
  'hold on stale': { ports: holdOnStale },
  'last look': { ports: lastLook },
  ...SLEEP_MUTATIONS,
  ...SITE_MUTATIONS,
} as const satisfies Record<string, Mutation>;
export type Safeguard = keyof typeof MUTATIONS;
