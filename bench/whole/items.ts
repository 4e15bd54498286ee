import { workerItem } from '../../adapters/ledger/worker-item.ts';
import { SETTINGS_PARTITION } from '../../core/model/names.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';

/** A value as DynamoDB's wire has it. */
type Wire =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Wire[] }
  | { readonly M: Readonly<Record<string, Wire>> };

export type WireItem = Readonly<Record<string, Wire>>;

const fieldsOf = (of: object): WireItem =>
  Object.fromEntries(
    Object.entries(of)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, wireOf(value)]),
  );

const wireOf = (value: unknown): Wire => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null || typeof value !== 'object') return { NULL: true };
  return Array.isArray(value) ? { L: value.map(wireOf) } : { M: fieldsOf(value) };
};

/** A worker as the ledger keeps it. */
export const itemOf = (worker: WorkerRecord): WireItem => fieldsOf(workerItem(worker));

const settingsItem = (of: 'queue' | 'fleet', name: string, readAt: number, good: object): WireItem =>
  fieldsOf({ pk: SETTINGS_PARTITION, sk: `${of}#${name}`, [of]: name, readAt, good });

/** The settings of queues and their fleets, as the settings function keeps them. */
export const settingsItems = (
  queues: readonly { readonly queue: string; readonly fleet: string }[],
  readAt: number,
): readonly WireItem[] => [
  ...[...new Set(queues.map(({ fleet }) => fleet))]
    .toSorted()
    .map((fleet) => settingsItem('fleet', fleet, readAt, { 'max-workers': '100000' })),
  ...queues
    .toSorted((a, b) => (a.queue < b.queue ? -1 : 1))
    .map(({ queue, fleet }) => settingsItem('queue', queue, readAt, { state: 'active', fleet })),
  fieldsOf({ pk: SETTINGS_PARTITION, sk: 'read', completeAt: readAt, readAt, fleets: true }),
];

/** DynamoDB ends a page at 1 MB of attribute names and values; its JSON is some 1.7 times as long. */
const PAGE_BYTES = 2 ** 20;

const sizeOf = (value: Wire): number => {
  if ('S' in value) return value.S.length;
  if ('N' in value) return Math.ceil(value.N.length / 2) + 1;
  if ('L' in value) return 3 + value.L.reduce((n, one) => n + 1 + sizeOf(one), 0);
  if ('M' in value) return 3 + Object.values(value.M).length + itemSize(value.M);
  return 1;
};

const itemSize = (item: WireItem): number =>
  Object.entries(item).reduce((n, [name, value]) => n + name.length + sizeOf(value), 0);

/** Items in pages as a Query gives them. */
export const pagesOf = (items: readonly WireItem[]): readonly (readonly WireItem[])[] => {
  const pages: WireItem[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    if (bytes >= PAGE_BYTES) {
      pages.push([]);
      bytes = 0;
    }
    bytes += itemSize(item);
    pages.at(-1)?.push(item);
  }
  return pages;
};
