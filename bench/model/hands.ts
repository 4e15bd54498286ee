import type { Clock } from '../../twin/clock/clock.ts';
import type { Fault } from './faults.ts';
import type { Ask, Machine, WakeAs } from './machine.ts';
import type { Hands, Kind, Landings, Policy } from './policy.ts';
import type { Pool } from './pool.ts';
import type { releaseRates } from './release.ts';
import { delayed } from './stale.ts';
import { launchTokens } from './tokens.ts';

interface Parts {
  readonly pool: Pool;
  readonly kinds: readonly Kind[];
  readonly mostCores: number;
  readonly policy: Policy;
  readonly fault: Fault;
  readonly clock: Clock;
  readonly launch: (ask: Ask) => Machine;
  /** Whether EC2 has started it. */
  readonly wake: (machine: Machine, as: WakeAs) => boolean;
  readonly rates: ReturnType<typeof releaseRates>;
  readonly landings: Landings;
  readonly capCores: number;
}

/** What a policy is given: the view through the fault, its own machines, and EC2's calls. */
export const hands = ({
  pool,
  kinds,
  mostCores,
  policy,
  fault,
  clock,
  launch,
  wake,
  rates,
  landings,
  capCores,
}: Parts): Hands => {
  const tokens = launchTokens(policy.ideal === undefined);
  // StartInstances has a bucket of its own, as large.
  const startTokens = launchTokens(policy.ideal === undefined);
  const members = policy.looksAtMembers === true;
  const look = delayed(fault.staleSeconds, (now) => pool.sight(now, members));
  return {
    get now() {
      return clock.now;
    },
    kinds,
    mostCores,
    view: () => look(clock.now),
    machines: pool.machines,
    booting: pool.booting,
    idle: pool.idle,
    asleep: pool.asleep,
    landing: (kind, within) => landings(kind, clock.now, within).length,
    landsAt: landings,
    releasePerSecond: rates.perSecond,
    launch(cores, count, how = {}) {
      const room = Math.max(0, Math.floor((capCores - pool.cores.live) / cores));
      const given = tokens(clock.now, Math.min(count, room));
      return Array.from({ length: given }, () => launch({ lane: 0, market: 'on-demand', ...how, cores }));
    },
    letStop(machines) {
      for (const machine of machines) {
        if (machine.market === 'spot')
          throw new Error('EC2 does not stop the machines of one-time spot requests');
        machine.mayStop = true;
      }
    },
    wake(machine, as) {
      if (as.cores > capCores - pool.cores.live || startTokens(clock.now, 1) === 0) return 'unasked';
      return wake(machine, as) ? 'taken' : 'refused';
    },
    terminate(machines) {
      for (const machine of machines) pool.retire(machine, 'draining', clock.now);
    },
    close(machines) {
      for (const machine of machines) pool.retire(machine, 'closed', clock.now);
    },
    calls(count) {
      pool.bill.calls += count;
    },
  };
};
