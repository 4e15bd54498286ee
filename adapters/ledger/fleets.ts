import { DEFAULT_FLEET } from '../../core/model/pool.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What belonged to a queue, before version 3 had fleets, as one of the default fleet; `as`: what its queue is told as. */
const inFleet = (item: unknown, as: 'onlyQueue' | 'former'): unknown => {
  if (!isFields(item) || 'fleet' in item || typeof item.queue !== 'string') return item;
  const { queue, ...others } = item;
  return { ...others, fleet: DEFAULT_FLEET, [as]: queue };
};

/** A worker's item: one of before takes the pilots of its queue only. */
export const workerInFleet = (item: unknown): unknown => inFleet(item, 'onlyQueue');

/** A launch's item, the same. */
export const launchInFleet = (item: unknown): unknown =>
  isFields(item) ? { ...item, request: inFleet(item.request, 'onlyQueue') } : item;

/** An account's item: the money of a queue. */
export const accountInFleet = (item: unknown): unknown => inFleet(item, 'former');

/** Whose an item is, as far as it says: a fleet, or the queue whose pilots it is about. */
export const whoseItem = (kind: string, item: unknown): string | undefined => {
  if (!isFields(item)) return undefined;
  if (kind === 'queue') return typeof item.queue === 'string' ? item.queue : undefined;
  const of = isFields(item.request) ? item.request : item;
  if (typeof of.fleet === 'string') return of.fleet;
  return typeof of.queue === 'string' ? DEFAULT_FLEET : undefined;
};
