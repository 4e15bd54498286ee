import { fits, minus, type Resources, shapeKey } from '../../core/model/resources.ts';
import { takes } from '../../core/model/takes.ts';
import type { Accountant } from './accountant.ts';
import type { PoolJob, Slot } from './model.ts';
import { type Dealt, mayHave, shareOut } from './pie.ts';

/** What a cycle of the negotiator looks at, and what it does with a match. */
export interface Cycle {
  readonly now: number;
  /** Jobs that wait, by submitter, the oldest first. */
  readonly waiting: ReadonlyMap<string, Iterable<PoolJob>>;
  /** Slots in the collector, dead ads among them: they look like any other. */
  readonly slots: readonly Slot[];
  readonly accountant: Accountant;
  /** The schedd claims: nothing comes of it if the machine behind the slot turns out to be dead. */
  readonly match: (job: PoolJob, slot: Slot) => void;
}

/** Jobs of one submitter that ask for the same: HTCondor's autocluster. */
interface Line {
  readonly jobs: PoolJob[];
  at: number;
}

const headOf = ({ jobs, at }: Line): PoolJob | undefined => jobs[at];

const likeOf = ({ fleet, wallSeconds, shape, ...job }: PoolJob): string =>
  `${job.kind === 'pilot' ? job.queue : ''}/${fleet}/${wallSeconds}/${shapeKey(shape)}`;

const linesOf = (jobs: Iterable<PoolJob>): readonly Line[] =>
  [...Map.groupBy(jobs, likeOf).values()].map((alike) => ({ jobs: alike, at: 0 }));

/** The line whose first job waits longest, of those that may be asked. */
const oldest = (lines: readonly Line[], isOpen: (line: Line) => boolean): Line | undefined => {
  let best: Line | undefined;
  for (const line of lines) {
    const head = headOf(line);
    if (head === undefined || !isOpen(line)) continue;
    if (best === undefined || head.id < (headOf(best)?.id ?? 0)) best = line;
  }
  return best;
};

/** Which slots may take a job at all: those of its fleet, and older ones of its queue. */
const groupOf = ({ fleet, queue }: Pick<Slot, 'fleet' | 'queue'>): string =>
  queue === undefined ? `fleet ${fleet}` : `queue ${queue}`;
const groupsFor = (job: PoolJob): readonly string[] =>
  job.kind === 'pilot' ? [`fleet ${job.fleet}`, `queue ${job.queue}`] : [`fleet ${job.fleet}`];

/** HTCondor packs: a machine that runs something before an empty one, so that empty ones can go; then the fullest. */
const isBetter = (a: Slot, b: Slot): boolean => {
  const [aInUse, bInUse] = [a.running.size > 0, b.running.size > 0];
  return aInUse === bInUse ? a.free.cpus < b.free.cpus : aInUse;
};

const mayTake = (slot: Slot, job: PoolJob, room: Resources, now: number): boolean =>
  fits(job.shape, room) && takes(slot, job, now);

type Open = ReadonlyMap<string, Set<Slot>>;

/** Slots that can be matched in this cycle. */
const openIn = (slots: readonly Slot[]): Open => {
  const open = new Map<string, Set<Slot>>();
  for (const slot of slots) {
    if (slot.draining || (slot.odd === 'unmatched' && slot.running.size > 0)) continue;
    const group = groupOf(slot);
    open.set(group, (open.get(group) ?? new Set()).add(slot));
  }
  return open;
};

/** The best slot for a job among those that are cheap enough, and whether there is one that is not. */
const bestFor = (open: Open, job: PoolJob, now: number, isAffordable: (cores: number) => boolean) => {
  let best: Slot | undefined;
  let isDear = false;
  for (const group of groupsFor(job)) {
    for (const slot of open.get(group) ?? []) {
      if (!mayTake(slot, job, slot.free, now)) continue;
      if (!isAffordable(slot.free.cpus)) isDear = true;
      else if (best === undefined || isBetter(slot, best)) best = slot;
    }
  }
  return { best, isDear };
};

/** The schedd uses what is left of a slot for more jobs of the same submitter (CLAIM_PARTITIONABLE_LEFTOVERS). */
const fill = (slot: Slot, lines: readonly Line[], { now, match }: Cycle): void => {
  let room: Resources = slot.free;
  const isOpen = (line: Line) => {
    const head = headOf(line);
    return head !== undefined && mayTake(slot, head, room, now);
  };
  for (let line = oldest(lines, isOpen); line !== undefined; line = oldest(lines, isOpen)) {
    const job = headOf(line);
    if (job === undefined) return;
    line.at += 1;
    room = minus(room, job.shape);
    match(job, slot);
    if (slot.odd === 'unmatched') return;
  }
};

/** Matches what one submitter has waiting, until nothing fits or its slice of the pie is used up. */
const deal = (lines: readonly Line[], open: Open, limit: number, cycle: Cycle): Dealt => {
  const rejected = new Set<Line>();
  let cores = 0;
  let isLimited = false;
  const isOpen = (line: Line) => !rejected.has(line);
  for (let line = oldest(lines, isOpen); line !== undefined; line = oldest(lines, isOpen)) {
    if (cores >= limit) return { cores, isDone: false };
    const job = headOf(line);
    if (job === undefined) break;
    const { best, isDear } = bestFor(open, job, cycle.now, (cost) => mayHave(cores, limit, cost));
    if (best === undefined) {
      rejected.add(line);
      isLimited ||= isDear;
      continue;
    }
    cores += best.free.cpus;
    // A slot is offered once in a cycle: what its new owner leaves of it is for the next one.
    open.get(groupOf(best))?.delete(best);
    fill(best, lines, cycle);
  }
  return { cores, isDone: !isLimited };
};

/**
 * One cycle of the negotiator: the pool's cores are shared out among submitters, and each gets the slots of its slice, its
 * oldest job first. Within a cycle a worker is one submitter's, and weighs as many cores as it has free.
 */
export const negotiate = (cycle: Cycle): void => {
  const { waiting, slots, accountant, now } = cycle;
  const open = openIn(slots);
  const poolCores = slots.reduce((sum, { total }) => sum + total.cpus, 0);
  const lines = new Map([...waiting].map(([name, jobs]) => [name, linesOf(jobs)]));
  const names = new Set([...lines.keys(), ...accountant.holders()]);
  const submitters = [...names].map((name) => ({
    name,
    priority: accountant.priorityOf(name, now),
    usedCores: accountant.usedBy(name),
  }));
  shareOut(submitters, poolCores, ({ name }, limit) => deal(lines.get(name) ?? [], open, limit, cycle));
};
