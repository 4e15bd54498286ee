import type { Joins } from '../model/learned.ts';
import type { WorkerRecord } from '../model/worker.ts';
import type { TickInputs } from './inputs.ts';

/** How long machines took to join, seconds; undefined: too few have. */
export interface Times {
  readonly meanSeconds: number;
  readonly sdSeconds: number;
  /** Share of those that never joined. */
  readonly neverShare: number;
}

/** What was seen of the machines of a time. */
export interface SeenMachines {
  readonly boot: Times | undefined;
  readonly wake: Times | undefined;
  /** Spot interruptions for each spot worker and hour. */
  readonly interruptionsPerHour: number;
}

/** Fewer say nothing of the next. */
const FEWEST = 5;

const timesOf = (all: readonly Joins[]): Times | undefined => {
  const took = all.flatMap((joins) => joins.took);
  const joined = took.filter((seconds) => seconds !== null);
  if (joined.length < FEWEST) return undefined;
  const meanSeconds = joined.reduce((sum, seconds) => sum + seconds, 0) / joined.length;
  const variance = joined.reduce((sum, seconds) => sum + (seconds - meanSeconds) ** 2, 0) / joined.length;
  return { meanSeconds, sdSeconds: Math.sqrt(variance), neverShare: 1 - joined.length / took.length };
};

/** Longer than this between two looks, nobody knows who lived. */
const LONGEST_GAP_SECONDS = 600;

/** How long machines took to boot and to wake, by what the ledger remembers of them. */
export const joinTimes = (joins: readonly Joins[]): Pick<SeenMachines, 'boot' | 'wake'> => ({
  boot: timesOf(joins.filter(({ woken }) => woken === undefined)),
  wake: timesOf(joins.filter(({ woken }) => woken === true)),
});

/** Follows how long spot workers have lived, and how many were interrupted. */
const interruptions = () => {
  const interrupted = new Set<string>();
  let spotHours = 0;
  let lastAt: number | undefined;
  const look = (at: number, workers: readonly WorkerRecord[]) => {
    const spot = workers.filter(({ offer, state }) => offer.market === 'spot' && state.kind !== 'failed');
    spotHours += (spot.length * Math.min(LONGEST_GAP_SECONDS, at - (lastAt ?? at))) / 3600;
    lastAt = at;
    for (const { instanceId, state } of spot) {
      if ('cause' in state && state.cause.kind === 'spot-interruption') interrupted.add(instanceId);
    }
  };
  return { look, perHour: () => (spotHours === 0 ? 0 : interrupted.size / spotHours) };
};

/** Follows what the machines of a time are like. */
export interface FollowedMachines {
  /** Looks at what a workers tick decided on; the oldest first. */
  look(inputs: TickInputs): void;
  seen(): SeenMachines;
}

export const followMachines = (): FollowedMachines => {
  const spot = interruptions();
  let joins: readonly Joins[] = [];
  return {
    look({ rested, at }) {
      if (rested.of !== 'workers') return;
      joins = rested.ledger.joins ?? [];
      spot.look(at, rested.ledger.workers);
    },
    seen: () => ({ ...joinTimes(joins), interruptionsPerHour: spot.perHour() }),
  };
};
