import * as z from 'zod';
import { offer } from './flavours.ts';
import type { EndReason } from './instance.ts';
import type { Parsed } from './parsed.ts';
import { purpose } from './purpose.ts';
import { reason } from './reason.ts';
import { resources } from './resources.ts';
import { template } from './templates.ts';

/** What a worker costs, as was known when it was launched. */
const cost = z.object({
  dollarsPerHour: z.number(),
  /** When it has no power any more at the latest, whatever happens to aerie: it powers itself off. A disk may stay. */
  endsBy: z.number(),
});

export type Cost = Parsed<typeof cost>;

/** Why a worker leaves. */
const cause = reason;

/** Where a worker stands in its life; core/write/life.ts has the table of what may follow what. */
const workerState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('booting') }),
  /** `undrainedAt`: when its drain was last taken back. */
  z.object({ kind: z.literal('joined'), joinedAt: z.number(), undrainedAt: z.number().exactOptional() }),
  /** Joined once, and no longer in the collector. */
  z.object({ kind: z.literal('missing'), joinedAt: z.number(), since: z.number() }),
  /**
   * Takes no new job; ends when its last one does. `surplus`: this is taken back when it is needed again. `unjoined`: it
   * has not been in the collector yet. `undated`: `since` is when EC2 warned, and the next tick dates the drain: an event
   * may be handled long after it happened, and the deadline runs from the order.
   */
  z.object({
    kind: z.literal('draining'),
    since: z.number(),
    cause,
    surplus: z.literal(true).exactOptional(),
    unjoined: z.literal(true).exactOptional(),
    undated: z.literal(true).exactOptional(),
  }),
  /**
   * EC2 has been asked to end it; `pending`: it is decided, and EC2 has not taken it yet. `asleepSince`: it fell asleep then,
   * and has not been woken.
   */
  z.object({
    kind: z.literal('retiring'),
    since: z.number(),
    cause,
    pending: z.literal(true).exactOptional(),
    asleepSince: z.number().exactOptional(),
  }),
  /**
   * It has powered itself off, and EC2 keeps its disk. `stopping`: it has not been seen without power yet, and cannot be
   * woken. `cause`: why it was leaving when it fell asleep; it ends. `refusedAt`: when it was last asked to wake and did not;
   * `failures`: how often in a row it was started, as far as is known, and lost its power again before it joined.
   * `isTypeUnknown`: it was to wake as another size, and nobody knows how far that came.
   */
  z.object({
    kind: z.literal('asleep'),
    since: z.number(),
    stopping: z.literal(true).exactOptional(),
    cause: cause.exactOptional(),
    refusedAt: z.number().exactOptional(),
    failures: z.number().exactOptional(),
    isTypeUnknown: z.literal(true).exactOptional(),
  }),
  /** EC2 is asked to start it again, and its startd is not in the collector yet. */
  z.object({ kind: z.literal('waking'), since: z.number(), failures: z.number().exactOptional() }),
  /** Ended without ever having joined; it stays until the breaker has counted it. */
  z.object({ kind: z.literal('failed'), at: z.number(), cause }),
]);

export type WorkerState = Parsed<typeof workerState>;

/** When EC2 last refused to end a worker, and in which words. */
const endRefusal = z.object({ at: z.number(), why: z.string() });

export type EndRefusal = Parsed<typeof endRefusal>;

/** One live worker as the ledger knows it: from the answer to its launch until EC2 has ended it. */
export const workerRecord = z.object({
  instanceId: z.string(),
  ...purpose.shape,
  launchId: z.string(),
  offer,
  /** What it offers, as planned from its flavour; the pool's own figure counts once it has joined. */
  offers: resources,
  launchedAt: z.number(),
  state: workerState,
  /** What it was launched from: image and user-data are this version's. Absent: from before this was kept. */
  template: template.exactOptional(),
  /** An operator's mark: nothing is done to it, whatever the reason. */
  isProtected: z.boolean().exactOptional(),
  /** Absent: its fleet has no prices, or had none when it was written down; then the next tick adds it. */
  cost: cost.exactOptional(),
  /** Its power-off is a stop, and no end: EC2 has been told so, or is being told. Absent: it ends. */
  mayStop: z.literal(true).exactOptional(),
  /** When EC2 last refused to make it one. */
  stopRefusedAt: z.number().exactOptional(),
  /**
   * When it has slept, from and to, the first first; the sleep that it is in is not among them. A third number: what it cost
   * awake before, dollars per hour, if it was woken as another size. Absent: never.
   */
  sleeps: z.array(z.tuple([z.number(), z.number()], z.number())).exactOptional(),
  /** EC2 was asked for its end and will not; absent: it was not asked, or took it. */
  endRefused: endRefusal.exactOptional(),
});

export type WorkerRecord = Parsed<typeof workerRecord>;

/** Whose jobs a worker was launched for. */
export type Belonging = Pick<WorkerRecord, 'fleet' | 'onlyQueue'>;

/** A worker that is over and whose cost is not booked yet. */
export interface EndedWorker {
  readonly worker: WorkerRecord & { readonly cost: Cost };
  readonly endedAt: number;
}

/** A worker whose boot is over, one way or the other. */
export interface BootOutcome {
  readonly worker: WorkerRecord;
  readonly joined: boolean;
  /** When its startd came into the collector, by the pool's clock. */
  readonly joinedAt?: number;
}

/** A worker that ended before it joined, with EC2's reason. */
export interface EndedBoot {
  readonly worker: WorkerRecord;
  readonly reason: EndReason;
}

/** Whether EC2 took a worker back, or said that it would. */
export const isReclaimed = (state: WorkerState): boolean =>
  (state.kind === 'draining' || state.kind === 'retiring') &&
  (state.cause.kind === 'spot-interruption' || state.cause.kind === 'spot-rebalance');

/** Where workers may be put: one subnet per zone. */
export interface Placement {
  readonly subnetId: string;
  readonly zone: string;
}

/** A change of one worker's state that has to be written down. */
export interface Change {
  readonly worker: WorkerRecord;
  readonly to: WorkerState | 'gone';
  /** What it is from then on, of one that is woken as another size. Absent: what it was. */
  readonly as?: Pick<WorkerRecord, 'offer' | 'offers' | 'meantFor' | 'cost'>;
}

const asWhat = ({ offer, offers, meantFor, cost }: NonNullable<Change['as']>) => ({
  ...{ offer, offers },
  ...(meantFor === undefined ? {} : { meantFor }),
  ...(cost === undefined ? {} : { cost }),
});

type Sleeps = NonNullable<WorkerRecord['sleeps']>;

/** Every tick reads all of a record, and the ledger takes 400 KB of it: beyond so many sleeps the oldest become one. */
const MOST_SLEEPS = 200;

/**
 * The same with two of the oldest as one, which cost as much: what it was awake between them counts as before them. Two are taken
 * that no other price lies between, if there are such; else the first, and one price stands for both. The last stays as it is.
 */
const withOneLess = (sleeps: Sleeps, launchedAt: number): Sleeps => {
  const found = sleeps.slice(0, -2).findIndex(([, , before]) => before === undefined);
  const at = Math.max(0, found);
  const [first, second] = sleeps.slice(at, at + 2);
  if (first === undefined || second === undefined) return sleeps;
  const [from, to, before] = first;
  const [since, until, between = before] = second;
  const [awake, again] = [Math.max(1, from - launchedAt), since - to];
  const price =
    before === undefined || between === undefined
      ? between
      : (before * awake + between * again) / (awake + again);
  const asOne: Sleeps[number] = price === undefined ? [from + again, until] : [from + again, until, price];
  return [...sleeps.slice(0, at), asOne, ...sleeps.slice(at + 2)];
};

/** The sleeps of a worker that is no longer asleep. A wake that was refused was none: it has slept on. */
const withSleep = (
  { sleeps = [], cost, launchedAt }: WorkerRecord,
  from: number,
  to: number,
  as: Change['as'],
): Sleeps => {
  const last = sleeps.at(-1);
  if (last !== undefined && last[1] === from) {
    const [since, , ...before] = last;
    return [...sleeps.slice(0, -1), [since, to, ...before]];
  }
  const then = as?.cost?.dollarsPerHour ?? cost?.dollarsPerHour;
  const kept = sleeps.length < MOST_SLEEPS ? sleeps : withOneLess(sleeps, launchedAt);
  return [
    ...kept,
    cost !== undefined && cost.dollarsPerHour !== then ? [from, to, cost.dollarsPerHour] : [from, to],
  ];
};

/** The worker as it is after a change that does not end it. A sleep that is over is kept: it cost its disk only. */
export const afterChange = (
  worker: WorkerRecord,
  to: WorkerState,
  as: Change['as'] = worker,
): WorkerRecord => {
  const { state } = worker;
  const changed = { ...worker, ...asWhat(as), state: to };
  if (state.kind !== 'asleep' || to.kind === 'asleep' || to.kind === 'retiring') return changed;
  const until = to.kind === 'joined' ? to.joinedAt : to.kind === 'waking' ? to.since : state.since;
  return { ...changed, sleeps: withSleep(worker, state.since, Math.max(until, state.since), as) };
};

/** Whether its startd is still to come: of a machine that boots, or wakes. */
export const isComing = ({ kind }: WorkerState): boolean => kind === 'booting' || kind === 'waking';

/** Whether it takes jobs, or will without being woken. */
export const isServing = (state: WorkerState): boolean =>
  isComing(state) || state.kind === 'joined' || state.kind === 'missing';

/** Since when it has no power; undefined: it has. */
export const asleepSince = (state: WorkerState): number | undefined =>
  state.kind === 'asleep' ? state.since : state.kind === 'retiring' ? state.asleepSince : undefined;

/** The sleep that one is in, from before wakes of it that came to nothing; undefined: it has power. */
export const sleptSince = ({ state, sleeps }: Pick<WorkerRecord, 'state' | 'sleeps'>): number | undefined => {
  const since = asleepSince(state);
  const last = sleeps?.at(-1);
  return last !== undefined && last[1] === since ? last[0] : since;
};

/** When it was last woken; undefined: never. */
export const wokenAt = ({ state, sleeps }: Partial<WorkerRecord>): number | undefined =>
  state?.kind === 'waking' ? state.since : sleeps?.at(-1)?.[1];

/** Since when it boots, or wakes: of one that has joined, when that began. */
export const comingSince = (worker: Pick<WorkerRecord, 'state' | 'sleeps' | 'launchedAt'>): number =>
  wokenAt(worker) ?? worker.launchedAt;

/** What is known of a machine that did not become a worker. */
export interface ConsoleNote {
  readonly worker: WorkerRecord;
  readonly at: number;
  /** The end of what it said on its console. */
  readonly text?: string;
  /** Why EC2 says that it has ended; absent where aerie ended it. */
  readonly reason?: EndReason;
}
