import * as z from 'zod';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { endInWords } from '../../core/tell/ends.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { clockOf, isoOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import { ownersOf } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import { rateOf } from '../stage/price.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';

const step = z.object({ at: z.string(), what: z.string(), text: z.string() });

/** What `aerie worker` tells. */
export const workerTold = z.object({
  stage: z.string(),
  at: z.string(),
  instanceId: z.string(),
  fleet: z.string(),
  flavour: z.string(),
  zone: z.string(),
  market: z.string(),
  cores: z.number(),
  memoryMb: z.number(),
  dollarsPerHour: z.number().nullable(),
  isListed: z.boolean(),
  /** As the ledger last had it; `gone`: it is over. */
  state: z.string(),
  story: z.array(step),
  /** The end of what it said on its console; null: nothing is kept of it. */
  console: z.string().nullable(),
});

type Told = z.output<typeof workerTold>;

/** A worker wherever the ledger has it, and the moment at which it was gone. */
const find = async (sight: Sight, instanceId: string) => {
  const { workers, ended = [] } = await sight.view();
  const alive = workers.find((worker) => worker.instanceId === instanceId);
  if (alive !== undefined) return { record: alive, goneAt: undefined };
  const unbooked = ended.find(({ worker }) => worker.instanceId === instanceId);
  if (unbooked !== undefined) return { record: unbooked.worker, goneAt: unbooked.endedAt };
  const fleets = (await ownersOf(sight)).filter(({ of }) => of === 'fleet');
  const past = await each(fleets, ({ name }) => sight.past.worker(name, instanceId));
  const found = past.find((worker) => worker !== undefined);
  return found === undefined ? undefined : { record: found, goneAt: found.goneAt };
};

type Step = { readonly at: number; readonly what: string; readonly text: string };

/** The tick that wished for it: its launch is named after fleet, moment and number. */
const wishOf = async (sight: Sight, { fleet, launchId }: WorkerRecord): Promise<readonly Step[]> => {
  const moment = Number(/\.([0-9.]+)\.[0-9]+$/.exec(launchId)?.[1] ?? Number.NaN);
  if (Number.isNaN(moment)) return [];
  const [wish, launch] = await Promise.all([
    sight.past.decision('workers', fleet, moment),
    sight.past.launch(fleet, launchId),
  ]);
  const waiting = wish?.why.find(({ kind }) => kind === 'jobs-waiting');
  const isIt = wish !== undefined && wish.at === moment;
  return [
    ...(isIt
      ? [
          {
            at: moment,
            what: 'wished for',
            text: [inShort(wish), ...(waiting === undefined ? [] : [sentence(waiting)])].join(': '),
          },
        ]
      : []),
    ...(launch === undefined ? [] : [{ at: launch.closedAt, what: 'asked for', text: launch.outcome }]),
  ];
};

/** What its record says of its life so far. */
const lived = ({
  state,
  launchedAt,
  sleeps = [],
  offer,
  template,
  mayStop,
  isProtected,
}: WorkerRecord): readonly Step[] => {
  const from = template === undefined ? '' : `, version ${template.version} of the template`;
  const joinedAt = 'joinedAt' in state ? state.joinedAt : undefined;
  return [
    { at: launchedAt, what: 'launched', text: `${offer.flavour} in ${offer.zone}, ${offer.market}${from}` },
    ...(joinedAt === undefined || sleeps.length > 0
      ? []
      : [{ at: joinedAt, what: 'joined', text: `${lengthOf(joinedAt - launchedAt)} after its launch` }]),
    ...sleeps.flatMap(([slept, woke]) => [
      { at: slept, what: 'asleep', text: 'it powered itself off; its disk stayed' },
      { at: woke, what: 'woken', text: `after ${lengthOf(woke - slept)}` },
    ]),
    ...stateSteps(state),
    ...(isProtected === true
      ? [{ at: launchedAt, what: 'protected', text: 'aerie does nothing to it' }]
      : []),
    ...(mayStop === true && state.kind !== 'asleep'
      ? [{ at: launchedAt, what: 'may sleep', text: 'when it powers itself off, its disk stays' }]
      : []),
  ];
};

const stateSteps = (state: WorkerRecord['state']): readonly Step[] => {
  switch (state.kind) {
    case 'booting':
    case 'joined':
      return [];
    case 'missing':
      return [{ at: state.since, what: 'missing', text: 'it is not in the collector any more' }];
    case 'draining':
      return [{ at: state.since, what: 'draining', text: sentence(state.cause) }];
    case 'retiring':
      return [{ at: state.since, what: 'retiring', text: sentence(state.cause) }];
    case 'asleep':
      return [{ at: state.since, what: 'asleep', text: 'it powered itself off; its disk stays' }];
    case 'waking':
      return [{ at: state.since, what: 'waking', text: 'EC2 is asked to start it' }];
    case 'failed':
      return [{ at: state.at, what: 'failed', text: sentence(state.cause) }];
    default:
      return state satisfies never;
  }
};

/** Looks at one worker. Throws UsageError where the ledger knows none of that name. */
export const lookAtWorker = async (sight: Sight, instanceId: string): Promise<Told> => {
  const found = await find(sight, instanceId);
  if (found === undefined) {
    throw new UsageError(
      `the ledger of ${sight.stage} knows no worker "${instanceId}"; it keeps those that are gone for 30 days: aerie workers --lost.`,
    );
  }
  const { record, goneAt } = found;
  const { fleet, offer, offers, state } = record;
  const [wish, end, said] = await Promise.all([
    wishOf(sight, record),
    sight.past.end(fleet, instanceId),
    sight.past.console(fleet, instanceId),
  ]);
  const rate = rateOf(record, sight.place);
  const story: readonly Step[] = [
    ...wish,
    ...lived(record),
    ...(goneAt === undefined
      ? []
      : [{ at: goneAt, what: 'gone', text: `it lived ${lengthOf(goneAt - record.launchedAt)}` }]),
    ...(end === undefined ? [] : [{ at: end.at, what: 'EC2 says', text: endInWords(end.reason) }]),
  ];
  return {
    stage: sight.stage,
    at: isoOf(sight.now),
    instanceId,
    ...{ fleet, flavour: offer.flavour, zone: offer.zone, market: offer.market },
    ...{ cores: offers.cpus, memoryMb: offers.memoryMb },
    dollarsPerHour: rate?.awake ?? null,
    isListed: rate?.isListed ?? false,
    state: goneAt === undefined ? state.kind : 'gone',
    story: [...story].sort((a, b) => a.at - b.at).map((of) => ({ ...of, at: isoOf(of.at) })),
    console: said?.text ?? null,
  };
};

const at = (iso: string): number => Date.parse(iso) / 1000;
const WHAT_COLUMNS = 10;
const CONSOLE_LINES = 12;

export const worker = verb({
  name: 'worker',
  takes: 'ID',
  names: [1, 1],
  does: DOES.worker,
  more: ['A console is kept of workers that never joined. Exit code: 1 if it has failed, else 0.'],
  options: {},
  means: {},
  examples: ['aerie worker i-0123456789abcdef0 --stage prod'],
  schema: workerTold,
  ask: ({ sight, names: [id = ''] }) => lookAtWorker(sight, id),
  lines(told, { columns, paint }) {
    const now = at(told.at);
    const price =
      told.dollarsPerHour === null ? '' : `, ${told.isListed ? '~' : ''}$${told.dollarsPerHour.toFixed(3)}/h`;
    const head = `${told.instanceId}: ${told.state}, fleet ${told.fleet}, ${told.flavour} (${told.cores} cores, ${told.memoryMb} MB) in ${told.zone}, ${told.market}${price}`;
    return [
      ...wrapped(head, columns, ['', '  ']).map((line) => paint('bold', line)),
      ...told.story.flatMap((of) =>
        wrapped(of.text, columns, [
          `  ${clockOf(at(of.at), now)}  ${of.what.padEnd(WHAT_COLUMNS)}  `,
          ' '.repeat(WHAT_COLUMNS + 12),
        ]),
      ),
      ...(told.console === null
        ? []
        : [
            paint('dim', '  console, its end:'),
            ...told.console
              .trim()
              .split('\n')
              .slice(-CONSOLE_LINES)
              .flatMap((line) => wrapped(line, columns, ['    ', '      '])),
          ]),
    ];
  },
  isWell: ({ state }) => state !== 'failed',
});
