import * as z from 'zod';
import { isByOthers } from '../../core/model/instance.ts';
import { comingSince, type WorkerRecord, type WorkerState } from '../../core/model/worker.ts';
import { endInWords } from '../../core/tell/ends.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { type Column, tableLines } from '../command/columns.ts';
import { clockOf, isoOf, lengthOf, secondsIn } from '../command/moments.ts';
import { verb } from '../command/verb.ts';
import { ownerNamed, ownersOf } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';

const worker = z.object({
  instanceId: z.string(),
  fleet: z.string(),
  flavour: z.string(),
  zone: z.string(),
  market: z.string(),
  /** Of one that lives, as the ledger has it; `lost`: it is gone. */
  state: z.string(),
  /** Since when it is in that state, or when it was lost. */
  since: z.string(),
  launchedAt: z.string(),
  /** Why it leaves, or was lost; absent: it does not. */
  why: z.string().exactOptional(),
});

/** What `aerie workers` tells. */
export const workersTold = z.object({ stage: z.string(), at: z.string(), workers: z.array(worker) });

type Told = z.output<typeof workersTold>;

/** Since when a worker is in its state. */
export const sinceOf = (record: WorkerRecord): number => {
  const { state } = record;
  switch (state.kind) {
    case 'booting':
    case 'waking':
      return comingSince(record);
    case 'joined':
      return state.joinedAt;
    case 'failed':
      return state.at;
    case 'missing':
    case 'draining':
    case 'retiring':
    case 'asleep':
      return state.since;
    default:
      return state satisfies never;
  }
};

const causeOf = (state: WorkerState): string | undefined =>
  'cause' in state && state.cause !== undefined ? sentence(state.cause) : undefined;

const shown = (
  {
    instanceId,
    fleet,
    offer,
    launchedAt,
  }: Pick<WorkerRecord, 'instanceId' | 'fleet' | 'offer' | 'launchedAt'>,
  { state, since, why }: { readonly state: string; readonly since: number; readonly why: string | undefined },
): Told['workers'][number] => ({
  ...{ instanceId, fleet, flavour: offer.flavour, zone: offer.zone, market: offer.market },
  ...{ state, since: isoOf(since), launchedAt: isoOf(launchedAt) },
  ...(why === undefined ? {} : { why }),
});

const living = async (sight: Sight, fleets: readonly string[]): Promise<Told['workers']> => {
  const { workers } = await sight.view();
  return workers
    .filter(({ fleet, state }) => fleets.includes(fleet) && state.kind !== 'failed')
    .map((record) =>
      shown(record, { state: record.state.kind, since: sinceOf(record), why: causeOf(record.state) }),
    )
    .sort((a, b) => (a.launchedAt < b.launchedAt ? -1 : 1));
};

const bootLine = /aerie: boot failed: (.*)/;

/** What a machine said last of its boot, or its last line at all. */
const lastWord = (text: string | undefined): string | undefined =>
  bootLine.exec(text ?? '')?.[1] ?? text?.trim().split('\n').at(-1);

/** Those that never joined, or were ended by somebody else than aerie and themselves. */
const lostOf = async (sight: Sight, fleet: string, from: number): Promise<Told['workers']> => {
  const [{ workers }, past, ends, consoles] = await Promise.all([
    sight.view(),
    sight.past.workers(fleet, from),
    sight.past.ends(fleet, from),
    sight.past.consoles(fleet, from),
  ]);
  const endOf = new Map(ends.map((note) => [note.instanceId, note]));
  const saidBy = new Map(consoles.map((note) => [note.instanceId, note]));
  const over = [
    ...past.map((record) => ({ record, at: record.goneAt })),
    ...workers
      .filter((record) => record.fleet === fleet && record.state.kind === 'failed')
      .map((record) => ({ record, at: sinceOf(record) })),
  ];
  return over.flatMap(({ record, at }) => {
    const { instanceId, state } = record;
    const end = endOf.get(instanceId);
    const said = saidBy.get(instanceId);
    // One that idled and powered itself off was missing too: that is no loss.
    const isLost = said !== undefined || state.kind === 'failed' || (end !== undefined && isByOthers(end));
    if (!isLost) return [];
    const why = [
      causeOf(state),
      end === undefined ? undefined : endInWords(end.reason),
      lastWord(said?.text),
    ].filter((part) => part !== undefined && part !== '');
    return [shown(record, { state: 'lost', since: at, why: why.length === 0 ? undefined : why.join('; ') })];
  });
};

type Row = Told['workers'][number];

const at = (iso: string): number => Date.parse(iso) / 1000;

const columnsOf = (now: number): readonly Column<Row>[] => [
  { head: 'worker', cell: ({ instanceId }) => instanceId },
  { head: 'fleet', cell: ({ fleet }) => fleet, spare: 2 },
  { head: 'type', cell: ({ flavour }) => flavour },
  { head: 'zone', cell: ({ zone }) => zone, spare: 3 },
  { head: 'market', cell: ({ market }) => market, spare: 4 },
  { head: 'state', cell: ({ state }) => state },
  { head: 'since', cell: ({ since }) => clockOf(at(since), now) },
  {
    head: 'age',
    align: 'right',
    cell: ({ state, since, launchedAt }) => lengthOf((state === 'lost' ? at(since) : now) - at(launchedAt)),
    spare: 1,
  },
  { head: 'why', cell: ({ why: text }) => text ?? '' },
];

export const workers = verb({
  name: 'workers',
  takes: '[FLEET] [--lost] [--since 8h]',
  names: [0, 1],
  does: DOES.workers,
  more: [
    'Lost are those that never joined the pool, or were ended neither by aerie nor by themselves.',
    'Exit code: 1 if any was lost, else 0.',
  ],
  options: { lost: { type: 'boolean', default: false }, since: { type: 'string', default: '8h' } },
  means: {
    lost: ['', 'those that were lost'],
    since: ['TIME', 'how long ago at the most: 90m, 8h (default), 7d; kept for 30 days'],
  },
  examples: ['aerie workers --stage prod', 'aerie workers default --lost --since 7d'],
  schema: workersTold,
  async ask({ sight, names: [name], options: { lost, since } }) {
    const from = sight.now - secondsIn('since', String(since));
    const owners =
      name === undefined
        ? await ownersOf(sight)
        : [await ownerNamed(sight, `fleet/${name.replace(/^fleet\//, '')}`)];
    const fleets = owners.filter(({ of }) => of === 'fleet').map((fleet) => fleet.name);
    const found = lost
      ? (await each(fleets, (fleet) => lostOf(sight, fleet, from)))
          .flat()
          .sort((a, b) => (a.since < b.since ? -1 : 1))
      : await living(sight, fleets);
    return { stage: sight.stage, at: isoOf(sight.now), workers: found };
  },
  lines: (told, look) =>
    told.workers.length === 0 ? ['none'] : tableLines(columnsOf(at(told.at)), told.workers, look),
  isWell: (told) => told.workers.every(({ state }) => state !== 'lost'),
});
