import * as z from 'zod';
import { market } from '../../core/model/flavours.ts';
import { type WorkerRecord, workerRecord } from '../../core/model/worker.ts';
import { jsonOf } from '../json.ts';
import { workerInFleet } from './fleets.ts';
import { LIVE, workerKey } from './items.ts';
import { writtenState } from './reasons.ts';
import { type Reading, readItem } from './version.ts';

/**
 * The form of a worker's item: since version 2 what never changes is one text, and what conditions name or updates change
 * stands beside it. Every tick reads every worker, and pays for its bytes and its attributes
 * (docs/decisions/0033-compact-workers.md). Since version 3 it is of a fleet.
 */
const FORM = 3;

/** `launchId`, the offer, what it offers, `launchedAt`, and the template. */
const fixedText = z.tuple([
  z.string(),
  z.tuple([z.string(), z.string(), market]),
  z.tuple([z.number().min(0), z.number().min(0), z.number().min(0), z.number().min(0)]),
  z.number(),
  z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.string(), z.string()])]).nullable(),
]);

const FIXED = {
  instanceId: true,
  launchId: true,
  offer: true,
  offers: true,
  launchedAt: true,
  template: true,
} as const;

/** What of a worker never changes, but for its id, which is the item's key. */
type Fixed = Omit<Pick<WorkerRecord, keyof typeof FIXED>, 'instanceId'>;

/** Answers what a text says; undefined if it is none. */
export type FixedOf = (text: string) => Fixed | undefined;

/** `endedAt`: of a worker that is over and stays until its cost is booked. */
const over = { endedAt: z.number().exactOptional() };
/** Of versions before the text. */
const spread = z.object({ ...over, ...workerRecord.shape });
const compact = z.object({ ...over, ...workerRecord.omit(FIXED).shape, fixed: z.string() });

type Standing = z.output<typeof spread>;

/** What never changes of a worker but when it is woken as another size, as one text. */
export const fixedTextOf = ({ launchId, offer, offers, launchedAt, template }: WorkerRecord): string => {
  const { cpus, memoryMb, diskMb, gpus } = offers;
  return JSON.stringify([
    launchId,
    [offer.flavour, offer.zone, offer.market],
    [cpus, memoryMb, diskMb, gpus],
    launchedAt,
    template === undefined
      ? null
      : [template.id, template.version, template.imageId].filter((of) => of !== undefined),
  ]);
};

/** Reads the text of what never changes. */
export const fixedIn: FixedOf = (text) => {
  const read = fixedText.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const [launchId, [flavour, zone, of], [cpus, memoryMb, diskMb, gpus], launchedAt, from] = read.data;
  const [id, version, imageId] = from ?? [];
  return {
    launchId,
    offer: { flavour, zone, market: of },
    offers: { cpus, memoryMb, diskMb, gpus },
    launchedAt,
    ...(id === undefined || version === undefined
      ? {}
      : { template: imageId === undefined ? { id, version } : { id, version, imageId } }),
  };
};

/** A live worker as it is written. */
export const workerItem = (worker: WorkerRecord) => {
  const { instanceId, launchId, offer, offers, launchedAt, template, state, ...others } = worker;
  const key = { pk: LIVE, sk: workerKey(instanceId), v: FORM };
  return { ...key, ...others, state: writtenState(state), fixed: fixedTextOf(worker) };
};

/** Reads a live worker's item, of this version or of those before. */
export const readWorker = (item: unknown, sk: string, fixedOf: FixedOf = fixedIn): Reading<Standing> => {
  const isCompact = typeof item === 'object' && item !== null && 'fixed' in item;
  if (!isCompact) return readItem(spread, workerInFleet(item));
  const read = readItem(compact, workerInFleet(item));
  if (!read.ok) return read;
  const { fixed: text, ...changing } = read.value;
  const fixed = fixedOf(text);
  return fixed === undefined
    ? { ok: false, why: 'does not read: fixed: no worker is described by it' }
    : { ok: true, value: { instanceId: sk.slice(workerKey('').length), ...fixed, ...changing } };
};

/** Remembers what texts say from one look at the ledger to the next: a worker has the same for as long as it lives. */
export const fixedMemory = () => {
  let before: ReadonlyMap<string, Fixed | undefined> = new Map();
  /** For one look; what it does not meet is forgotten. */
  return (): FixedOf => {
    const known = before;
    const met = new Map<string, Fixed | undefined>();
    before = met;
    return (text) => {
      const fixed = known.has(text) ? known.get(text) : fixedIn(text);
      met.set(text, fixed);
      return fixed;
    };
  };
};
