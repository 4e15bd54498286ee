import { instanceId, LAST_MOMENT, type UnreadableWorker } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { linesOf, numberOr, readValue, rowsOf } from '../condor/rows.ts';
import type { ShutSlot } from './shut.ts';
import { type SeenWorker, type Slot, seenWorker, slotOf } from './slot.ts';

/** What the answers of the collector say. */
export type SeenWorkers =
  | { readonly ok: false; readonly why: string }
  | {
      readonly ok: true;
      readonly collectorStartedAt: number;
      /** In the order of their instance ids. */
      readonly workers: readonly SeenWorker[];
      readonly unreadable: readonly UnreadableWorker[];
      /** Ads of workers that do not even say whose they are. */
      readonly unnamed: number;
    };

/** The one heard last comes first; of two that are heard at the same time, the later start. */
const latestFirst = (a: Slot, b: Slot): number =>
  b.seen.lastHeardAt - a.seen.lastHeardAt || b.startedAt - a.startedAt;

const byInstance = (a: { readonly instanceId: string }, b: { readonly instanceId: string }): number =>
  a.instanceId < b.instanceId ? -1 : 1;

/** How many slots of a start of a startd take nothing new; `why`: by its START, and no drain. */
type Closed = ReadonlyMap<string, { readonly slots: number; readonly why: string | undefined }>;

const startOf = ({ seen, startedAt }: Slot): string => `${seen.instanceId} ${startedAt}`;

const closedOf = (stdout: string, shut: readonly ShutSlot[]): Closed => {
  const all = new Map<string, { readonly slots: number; readonly why: string | undefined }>();
  const add = (start: string, why: string | undefined) => {
    const known = all.get(start);
    all.set(start, { slots: (known?.slots ?? 0) + 1, why: why ?? known?.why });
  };
  for (const [byStart, id, startedAt] of rowsOf(stdout)) {
    add(`${id} ${startedAt}`, byStart === true ? 'START is false' : undefined);
  }
  for (const { instanceId, startedAt, why } of shut) add(`${instanceId} ${startedAt}`, why);
  return all;
};

const NO_ROOM: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };

const sum = (slots: readonly SeenWorker[], of: 'total' | 'free' | 'unclaimed'): Resources => {
  const all = (resource: keyof Resources) =>
    slots.reduce((n, slot) => n + (slot[of] ?? NO_ROOM)[resource], 0);
  return { cpus: all('cpus'), memoryMb: all('memoryMb'), diskMb: all('diskMb'), gpus: all('gpus') };
};

/** All slots of one instance, one at least. */
type Slots = readonly [Slot, ...Slot[]];

/** What says whose jobs a worker takes, and the attribute that says it. */
const TAKEN_BY = [
  ['fleet', 'AerieFleet'],
  ['queue', 'APF_QUEUE'],
  ['width', 'AerieWidth'],
] as const;

/**
 * One worker of the slots of one instance. Several of one start of its startd are added up. A startd that came back under
 * another name leaves its first ads: of two starts the one heard last is true.
 */
const together = (slots: Slots, closed: Closed): SeenWorker | UnreadableWorker => {
  const [last = slots[0]] = [...slots].sort(latestFirst);
  const latest = last.seen;
  const own = slots.filter(({ startedAt }) => startedAt === last.startedAt).map(({ seen }) => seen);
  const { slots: shut = 0, why: unwell } = closed.get(startOf(last)) ?? {};
  const draining = shut >= own.length;
  const told = { draining, ...(draining && unwell !== undefined ? { unwell } : {}) };
  // As nearly all workers have.
  if (own.length === 1) return { ...latest, ...told };
  const added = seenWorker.safeParse({
    ...latest,
    total: sum(own, 'total'),
    free: sum(own, 'free'),
    unclaimed: sum(own, 'unclaimed'),
    busy: own.reduce((all, { busy }) => all + busy, 0),
    ...told,
    reachable: own.every(({ reachable }) => reachable),
  });
  const odd = TAKEN_BY.find(([field]) => own.some((slot) => slot[field] !== latest[field]));
  if (odd === undefined && added.success) return added.data;
  const mistake =
    odd === undefined
      ? 'its slots come to more than a machine has'
      : `${odd[1]} is not the same on its slots`;
  return { instanceId: latest.instanceId, why: mistake };
};

interface Gathered {
  readonly slots: Map<string, [Slot, ...Slot[]]>;
  /** By instance. One slot that cannot be read may be the one with the jobs, so that nothing is known of its worker. */
  readonly unreadable: Map<string, UnreadableWorker>;
  unnamed: number;
  collectorStartedAt: number;
}

const passOver = (into: Gathered, whose: unknown, why: string) => {
  const named = instanceId.safeParse(whose);
  if (named.success) into.unreadable.set(named.data, { instanceId: named.data, why });
  else into.unnamed += 1;
};

/** The instance that an identity is of, if it is a worker's. */
const instanceOf = (identity: unknown): unknown => String(identity).split('@', 1)[0];

const gather = (into: Gathered, line: string) => {
  const [start, ...cells] = line.split('\t');
  const id = readValue(String(cells[0]));
  if (id === undefined) {
    // Of two that differ the later: whoever thinks it young waits for its workers.
    const startedAt = numberOr(readValue(String(start)), 0);
    if (startedAt <= LAST_MOMENT) into.collectorStartedAt = Math.max(startedAt, into.collectorStartedAt);
    return;
  }
  const read = slotOf(cells);
  if (!read.ok) return passOver(into, id, read.why);
  const whose = read.slot.seen.instanceId;
  const others = into.slots.get(whose);
  if (others === undefined) into.slots.set(whose, [read.slot]);
  else others.push(read.slot);
};

const NO_LITERALS = 'its ad has an expression or an odd character where a plain value belongs';

export interface StatusAnswers {
  /** To STATUS_ARGS. */
  readonly status: string;
  /** To ODD_ARGS. */
  readonly odd: string;
  /** To CLOSED_ARGS. */
  readonly closed: string;
  /** Slots that are closed otherwise. */
  readonly shut?: readonly ShutSlot[];
  /** Workers that were not asked for, by the identity that their ads came from. */
  readonly passedOver?: readonly { readonly identity: string; readonly why: string }[];
}

/** Reads the answers to the three questions. */
export const readWorkers = ({
  status,
  odd,
  closed,
  shut = [],
  passedOver = [],
}: StatusAnswers): SeenWorkers => {
  const into: Gathered = { slots: new Map(), unreadable: new Map(), unnamed: 0, collectorStartedAt: 0 };
  for (const line of linesOf(status)) gather(into, line);
  for (const [identity] of rowsOf(odd)) passOver(into, instanceOf(identity), NO_LITERALS);
  for (const { identity, why } of passedOver) passOver(into, instanceOf(identity), why);
  if (into.collectorStartedAt === 0) {
    return { ok: false, why: 'condor_status: nothing in the answer says when the collector started' };
  }
  const counts = closedOf(closed, shut);
  const workers: SeenWorker[] = [];
  for (const [whose, slots] of into.slots) {
    if (into.unreadable.has(whose)) continue;
    const worker = together(slots, counts);
    if ('why' in worker) into.unreadable.set(whose, worker);
    else workers.push(worker);
  }
  return {
    ok: true,
    collectorStartedAt: into.collectorStartedAt,
    workers: workers.sort(byInstance),
    unreadable: [...into.unreadable.values()].sort(byInstance),
    unnamed: into.unnamed,
  };
};
