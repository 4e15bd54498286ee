import { countsOf } from '../../core/model/panda.ts';
import type { QueuePilots } from '../../core/model/pool.ts';
import type { Facts } from '../../core/observe/facts.ts';
import { type InputsBook, inputsOf, type Rested, type TickInputs } from '../../core/replay/inputs.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';
import type { Outside } from './observe.ts';

/** Keeps what ticks decide on, and says why it could not. */
export interface InputsPorts {
  readonly book: InputsBook;
  /** Hears why what a tick decided on is not kept. Nothing else comes of it. */
  readonly missed: (why: string) => void;
}

/** What a tick has decided on and done. */
interface Done {
  readonly world: Outside;
  /** Absent: they could not be established. */
  readonly facts?: Facts;
  /** Undefined: it did not come as far as to decide. */
  readonly rested: Rested | undefined;
  /** Whether any of its decisions was written down. */
  readonly hasWritten: boolean;
}

/**
 * Jobs that come and go between decisions are told by what the workers tick keeps so often, as long as there are any. The other
 * tick sees nothing that this one does not.
 */
const SAMPLE_SECONDS = 60;

type Shapes = Pick<QueuePilots, 'shapes'>;

/** Whether anything waits, runs or lives: of nothing, nothing is kept but what was decided. */
const isAnything = ({ panda, pool }: TickInputs['observed']): boolean => {
  if (pool.kind === 'unknown') return false;
  const { pilots, jobs, workers } = pool.value;
  const isReady = (site: string) =>
    panda.kind === 'known' &&
    [...countsOf(panda.value, site)].some(({ counts }) => (counts.activated ?? 0) > 0);
  const some = ({ shapes }: Shapes) => shapes.some(({ idle, running, held }) => idle + running + held > 0);
  return (
    workers.workers.length > 0 ||
    pilots.queues.some(some) ||
    (jobs?.fleets.some(some) ?? false) ||
    (panda.kind === 'known' && Object.keys(panda.value).some(isReady))
  );
};

/**
 * Makes what keeps a tick's inputs at its end: those of a tick that wrote something down, and of one a minute as long as there
 * is anything. It never throws, and never begins without time for it: a tick is worth more than what is kept of it.
 */
export const inputsKeeper = (of: TickInputs['of'], ports: InputsPorts | undefined) => {
  let lastAt = Number.NEGATIVE_INFINITY;
  const isDue = (inputs: TickInputs, hasWritten: boolean): boolean =>
    hasWritten || (of === 'workers' && inputs.at - lastAt >= SAMPLE_SECONDS && isAnything(inputs.observed));
  return async ({ world, facts, rested, hasWritten }: Done, timeLeft: TimeLeft): Promise<void> => {
    if (ports === undefined || rested === undefined) return;
    try {
      const inputs = inputsOf(of, world, facts, rested);
      if (inputs === undefined || !isDue(inputs, hasWritten)) return;
      if (timeLeft() < NEEDED_SECONDS.keep) {
        ports.missed('no time was left');
        return;
      }
      const kept = await ports.book.keep(inputs);
      lastAt = inputs.at;
      if (kept !== 'kept') ports.missed(kept);
    } catch (error) {
      ports.missed(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  };
};
