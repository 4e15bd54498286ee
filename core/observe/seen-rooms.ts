import { fits, least, type Resources } from '../model/resources.ts';
import { isSameTemplate, type Template } from '../model/templates.ts';
import { comingSince, isComing, type WorkerRecord } from '../model/worker.ts';
import type { Fleets, Member } from './fleet.ts';
import { takesJobs } from './supply.ts';

/** What workers of a flavour show that one offers. */
interface SeenRoom {
  readonly room: Resources;
  /** Only one shows it: it may be the odd one of its kind. */
  readonly isAlone: boolean;
}

/** What a worker of a flavour offers, as workers of it show; it replaces what was planned. */
export type SeenRooms = ReadonlyMap<string, SeenRoom>;

/**
 * Machines of one flavour differ by some MB: in what firmware keeps, and in how full a disk was at the start. Nine tenths
 * still hold whatever was planned for them; a lost disk or a lost GPU is less.
 */
const ALIKE_SHARE = 0.9;

/** Whether a worker offers less than its like, by more than machines differ. */
export const isSmaller = (room: Resources, like: Resources): boolean =>
  room.cpus < like.cpus * ALIKE_SHARE ||
  room.memoryMb < like.memoryMb * ALIKE_SHARE ||
  room.diskMb < like.diskMb * ALIKE_SHARE ||
  room.gpus < like.gpus * ALIKE_SHARE;

/** Workers that offer exactly the same. */
interface Alike {
  readonly room: Resources;
  count: number;
}

/** The smallest amount that more than half of the workers do not exceed. */
const median = (all: readonly Alike[], amountOf: (room: Resources) => number): number => {
  const half = all.reduce((n, { count }) => n + count, 0) / 2;
  let below = 0;
  for (const { room, count } of all.toSorted((a, b) => amountOf(a.room) - amountOf(b.room))) {
    below += count;
    if (below > half) return amountOf(room);
  }
  return 0;
};

/** What more than half of the workers offer, give or take a tenth: the least of these; undefined if no half agrees. */
const agreed = (all: readonly Alike[]): Resources | undefined => {
  const [first, ...others] = all;
  if (first === undefined || others.length === 0) return first?.room;
  const middle: Resources = {
    cpus: median(all, ({ cpus }) => cpus),
    memoryMb: median(all, ({ memoryMb }) => memoryMb),
    diskMb: median(all, ({ diskMb }) => diskMb),
    gpus: median(all, ({ gpus }) => gpus),
  };
  const agreeing = all.filter(({ room }) => !isSmaller(room, middle) && !isSmaller(middle, room));
  const countOf = (some: readonly Alike[]) => some.reduce((n, { count }) => n + count, 0);
  if (2 * countOf(agreeing) <= countOf(all)) return undefined;
  return agreeing.map(({ room }) => room).reduce(least);
};

const isEqual = (a: Resources, b: Resources): boolean => fits(a, b) && fits(b, a);

/**
 * Returns what workers of each flavour offer, where most of them agree. One odd machine says nothing of its kind: then what
 * was planned counts.
 */
export const seenRooms = (
  workers: Iterable<{ readonly flavour: string; readonly total: Resources }>,
): SeenRooms => {
  const byFlavour = new Map<string, Alike[]>();
  for (const { flavour, total } of workers) {
    const all = byFlavour.get(flavour) ?? [];
    byFlavour.set(flavour, all);
    // Nearly all of a flavour are alike, so there are few kinds to look through.
    const alike = all.find(({ room }) => isEqual(room, total));
    if (alike === undefined) all.push({ room: total, count: 1 });
    else alike.count += 1;
  }
  const rooms = new Map<string, SeenRoom>();
  for (const [flavour, all] of byFlavour) {
    const room = agreed(all);
    if (room !== undefined) rooms.set(flavour, { room, isAlone: all.length === 1 && all[0]?.count === 1 });
  }
  return rooms;
};

/** Whether a worker shows what one that is launched now will offer: the same template, healthy, and in service. */
const isSample = ({ record, pool, doubt }: Member, template: Template, now: number): boolean =>
  pool !== undefined &&
  doubt === undefined &&
  record.template !== undefined &&
  isSameTemplate(record.template, template) &&
  (record.state.kind === 'joined' || isComing(record.state)) &&
  takesJobs(pool, now);

/** Goes through the workers of all fleets that show what one launched now will offer. */
export function* samples({ all }: Fleets, template: Template, now: number) {
  for (const { members } of all.values()) {
    for (const member of members) {
      if (!isSample(member, template, now) || member.pool === undefined) continue;
      yield { flavour: member.record.offer.flavour, total: member.pool.total };
    }
  }
}

/** Goes through the flavours of which a worker was launched or woken lately, or may be on its way. */
export function* startedSince({ all }: Fleets, template: Template, since: number) {
  const isOf = (record: WorkerRecord) =>
    record.template !== undefined &&
    isSameTemplate(record.template, template) &&
    comingSince(record) >= since;
  for (const { members, launches, asleep = [] } of all.values()) {
    for (const { record } of members) if (isOf(record)) yield record.offer.flavour;
    for (const record of asleep) if (isOf(record)) yield record.offer.flavour;
    for (const { request } of launches) yield* request.overrides.map(({ flavour }) => flavour);
  }
}
