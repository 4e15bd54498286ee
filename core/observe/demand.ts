import type { SubmissionRecord } from '../model/ledger.ts';
import type { QueueJobs } from '../model/panda.ts';
import { DEFAULT_FLEET, type PoolView, type QueuePilots } from '../model/pool.ts';
import { type Shape, shapeKey, type Waiting } from '../model/resources.ts';

/** Pilots of one queue as they stand in the pool, with those the view cannot know yet. */
export interface PilotCounts {
  /** Idle in the schedd. */
  readonly idle: number;
  readonly running: number;
  readonly held: number;
  /** Submitted after the pool was looked at. */
  readonly justSubmitted: number;
}

const NOBODY: QueuePilots = {
  queue: '-',
  shapes: [],
  recentStarts: Array.from({ length: 10 }, () => 0),
  ended: { count: 0, short: 0, shortSeconds: 0 },
};

/** The pool's pilots by queue; look-ups for ten thousand queues must not be a scan each. */
export const pilotsByQueue = (view: PoolView): ((queue: string) => QueuePilots) => {
  const byName = new Map<string, QueuePilots>();
  for (const pilots of view.pilots.queues) byName.set(pilots.queue, pilots);
  return (queue) => byName.get(queue) ?? NOBODY;
};

/** Returns the submissions that a view of the given moment cannot contain. */
export const unseen = (
  submissions: readonly SubmissionRecord[],
  viewedAt: number,
): readonly SubmissionRecord[] => submissions.filter((record) => record.viewedAt >= viewedAt);

export const countPilots = (
  pilots: QueuePilots,
  submissions: readonly SubmissionRecord[],
  viewedAt: number,
): PilotCounts => ({
  idle: pilots.shapes.reduce((n, of) => n + of.idle, 0),
  running: pilots.shapes.reduce((n, of) => n + of.running, 0),
  held: pilots.shapes.reduce((n, of) => n + of.held, 0),
  justSubmitted: unseen(submissions, viewedAt).reduce((n, record) => n + record.count, 0),
});

/**
 * How long PanDA's counts lag behind: the view behind the statistics is renewed every two minutes, and a result cache
 * stands before it.
 */
const PANDA_LAG_MINUTES = 3;

/**
 * Activated jobs that no pilot has taken yet.
 *
 * PanDA's count is minutes old: a pilot that began since has taken a job which PanDA still calls activated. Such
 * pilots are those the pool runs beyond the jobs that PanDA has on pilots, and no more than have begun within PanDA's
 * lag. Without this, pilots are submitted and machines launched for jobs that are running already.
 */
export const readyJobs = (jobs: QueueJobs, pilots: QueuePilots): { ready: number; taken: number } => {
  const running = pilots.shapes.reduce((n, of) => n + of.running, 0);
  const begun = pilots.recentStarts.slice(0, PANDA_LAG_MINUTES).reduce((n, starts) => n + starts, 0);
  const taken = Math.min(begun, Math.max(0, running - jobs.onPilots), jobs.activated);
  return { ready: jobs.activated - taken, taken };
};

/** Jobs of one kind that wait for a worker. */
export interface Waiters extends Waiting {
  /** The longest that one of them may run. */
  readonly wallSeconds: number;
  /** Pilots of this queue; absent: jobs that are no pilots. */
  readonly queue?: string;
  /** They have lost a spot machine: their next one is on demand. */
  readonly onDemand?: true;
  /** Since when the first of them has waited, as far as that is known. */
  readonly since?: number;
}

/** What a pilot asks for besides its shape: the fleet whose workers take it, and the time that it may run. */
export interface Asking {
  readonly shape: Shape;
  readonly fleet: string;
  readonly wallSeconds: number;
}

/** Pilots of one queue that wait and ask for the same. */
export type WaitingPilots = Asking & { readonly count: number } & Pick<Waiters, 'since'>;

const askingKey = ({ shape, fleet, wallSeconds }: Asking): string =>
  `${shapeKey(shape)} ${fleet} ${wallSeconds}`;

/**
 * The pilots that wait for a machine, by what they ask for: idle ones and those just submitted, but no more of them than
 * there are jobs. A pilot without a job behind it is not given a VM. The jobs go to pilots that ask for what the queue asks
 * for now: others are left over from earlier settings, and may fit on nothing any more.
 */
export const waitingPilots = (
  pilots: QueuePilots,
  unseenYet: readonly SubmissionRecord[],
  jobs: number,
  own: Asking,
): readonly WaitingPilots[] => {
  const alike = new Map<string, { asking: Asking; count: number; since: number }>();
  const add = (asking: Asking, count: number, since = Number.POSITIVE_INFINITY) => {
    const key = askingKey(asking);
    const known = alike.get(key);
    const first = Math.min(since, known?.since ?? since);
    alike.set(key, { asking, count: count + (known?.count ?? 0), since: first });
  };
  add(own, 0);
  for (const { shape, fleet, wallSeconds = own.wallSeconds, idle, waitingSince } of pilots.shapes) {
    add({ shape, fleet, wallSeconds }, idle, waitingSince?.[0]?.at);
  }
  for (const record of unseenYet) {
    const { shape, fleet = DEFAULT_FLEET, wallSeconds = own.wallSeconds, count } = record;
    add({ shape, fleet, wallSeconds }, count);
  }
  const waiting: WaitingPilots[] = [];
  let rest = jobs;
  for (const { asking, count, since } of alike.values()) {
    const taken = Math.min(count, rest);
    const waited = Number.isFinite(since) ? { since } : {};
    if (taken > 0) waiting.push({ ...asking, count: taken, ...waited });
    rest -= taken;
  }
  return waiting;
};
