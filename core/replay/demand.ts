import { jobsOf } from '../model/panda.ts';
import type { FleetJobs, PoolView, QueuePilots } from '../model/pool.ts';
import { type Shape, shapeKey } from '../model/resources.ts';
import { readyJobs } from '../observe/demand.ts';
import { type QueueSettings, siteOf } from '../settings/queue-settings.ts';
import { settingsOverTime } from '../settings/settings-over-time.ts';
import type { TickInputs } from './inputs.ts';
import { type DemandSample, type Ended, jobsIn, type SeenJob, spread } from './seen-jobs.ts';

/** Plain jobs of one kind: whose workers take them, and what each asks for. */
interface PlainKind {
  readonly fleet: string;
  readonly shape: Shape;
  readonly wallSeconds?: number;
}

/** The jobs of a time, as they are worked out from what ticks have seen of their numbers. */
export interface Demand {
  readonly queues: ReadonlyMap<string, readonly SeenJob[]>;
  readonly plain: readonly (PlainKind & { readonly jobs: readonly SeenJob[] })[];
}

const HOUR = 3600;

/** Counts ends out of a sum over the last hour, which those leave after an hour that were added before. */
const endsOutOf = () => {
  const told: number[] = [];
  let before: number | undefined;
  let forgotten = 0;
  return (inHour: number, at: number): number => {
    while ((told[forgotten] ?? Number.POSITIVE_INFINITY) <= at - HOUR) forgotten += 1;
    const more = Math.max(0, inHour - (told.length - forgotten));
    // Nobody knows when they ended: since the look before, and within the hour.
    told.push(...spread(Math.max(before ?? 0, at - HOUR), at, more));
    const isFirst = before === undefined;
    before = at;
    return isFirst ? 0 : more;
  };
};

/** Follows the pilots of one queue. */
const pilotsFollowed = () => {
  const samples: DemandSample[] = [];
  const [short, others] = [endsOutOf(), endsOutOf()];
  const look = ({ at, observed: { panda } }: TickInputs, settings: QueueSettings, pilots: QueuePilots) => {
    const jobs = panda.kind === 'known' ? jobsOf(panda.value, siteOf(settings), settings) : undefined;
    const { ended } = pilots;
    samples.push({
      at,
      waiting: jobs && readyJobs(jobs, pilots).ready,
      running: pilots.shapes.reduce((sum, { running }) => sum + running, 0),
      ended: { short: short(ended.short, at), others: others(ended.count - ended.short, at) },
    });
  };
  return { samples, look };
};

type PlainRow = Pick<FleetJobs['shapes'][number], 'idle' | 'running' | 'waitingSince'>;

/** Those of a row that have waited since a moment or longer: the rest of it has come since. */
const waitedSince = ({ waitingSince }: PlainRow, moment: number): number =>
  waitingSince.reduce((sum, { at, count }) => (at <= moment ? sum + count : sum), 0);

const NONE: PlainRow = { idle: 0, running: 0, waitingSince: [] };

/** Follows plain jobs of one kind. Nobody tells of their ends: who waited and waits no more has begun in the place of one that ended. */
const plainFollowed = () => {
  const samples: DemandSample[] = [];
  const look = (at: number, row: PlainRow) => {
    const before = samples.at(-1);
    const endedIn = ({ waiting = 0, running, at: then }: DemandSample): Ended => {
      const begun = waiting - waitedSince(row, then);
      return { short: 0, others: Math.max(0, begun - (row.running - running)) };
    };
    samples.push({
      ...{ at, waiting: row.idle, running: row.running },
      ended: before === undefined ? { short: 0, others: 0 } : endedIn(before),
    });
  };
  return { samples, look };
};

const kindKey = ({ fleet, shape, wallSeconds }: PlainKind): string =>
  `${fleet} ${shapeKey(shape)} ${wallSeconds}`;

/** Follows plain jobs of all kinds. */
const plainDemand = () => {
  const kinds = new Map<
    string,
    { readonly kind: PlainKind; readonly followed: ReturnType<typeof plainFollowed> }
  >();
  const look = (at: number, { jobs }: PoolView) => {
    // Those of a schedd that did not answer would end here, and come anew when it does.
    if (jobs?.complete !== true) return;
    const rows = new Map(
      jobs.fleets.flatMap(({ fleet, shapes }) =>
        shapes.map((row) => {
          const { shape, wallSeconds } = row;
          const kind = { fleet, shape, ...(wallSeconds === undefined ? {} : { wallSeconds }) };
          return [kindKey(kind), { kind, row }] as const;
        }),
      ),
    );
    for (const [key, { kind }] of rows) {
      if (!kinds.has(key)) kinds.set(key, { kind, followed: plainFollowed() });
    }
    for (const [key, { followed }] of kinds) followed.look(at, rows.get(key)?.row ?? NONE);
  };
  return { kinds, look };
};

/** A pilot that ends so soon has got no job: it sets itself up, asks, and gives up. When it began is known to half a minute. */
const EMPTY_SECONDS = 90;

/**
 * Follows the jobs of a time from one look at them to the next. Where a part could not be seen it takes the next that could: those that
 * ran before and run after are taken for the same. So the core-hours of a gap come out right. What came and ended within it is missed
 * of plain jobs, and of pilots if the gap is longer than the hour whose ends the endpoint tells.
 */
export interface FollowedDemand {
  /** Looks at what a workers tick saw; the oldest first. */
  look(inputs: TickInputs): void;
  /** Works out the jobs: so many came, began and ended between two looks, and who came first began first. */
  demand(): Demand;
}

export const followDemand = (): FollowedDemand => {
  const queues = new Map<string, ReturnType<typeof pilotsFollowed>>();
  const plain = plainDemand();
  const settingsAt = settingsOverTime();
  const lookAtPilots = (inputs: TickInputs, { pilots: seen }: PoolView) => {
    const byName = new Map(seen.queues.map((pilots) => [pilots.queue, pilots]));
    for (const queue of settingsAt(inputs.basis, inputs.at).queues) {
      const pilots = queue.ok ? byName.get(queue.settings.name) : undefined;
      if (!queue.ok || pilots === undefined) continue;
      const { name } = queue.settings;
      const followed = queues.get(name) ?? pilotsFollowed();
      queues.set(name, followed);
      followed.look(inputs, queue.settings, pilots);
    }
  };
  return {
    look(inputs) {
      const { pool } = inputs.observed;
      if (pool.kind === 'unknown') return;
      if (pool.value.pilots.complete) lookAtPilots(inputs, pool.value);
      plain.look(inputs.at, pool.value);
    },
    demand: () => ({
      queues: new Map([...queues].map(([name, { samples }]) => [name, jobsIn(samples, EMPTY_SECONDS)])),
      plain: [...plain.kinds.values()].map(({ kind, followed }) => ({
        ...kind,
        jobs: jobsIn(followed.samples, 0),
      })),
    }),
  };
};
