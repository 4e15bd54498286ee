import fc from 'fast-check';
import { templateKind } from '../../core/learn/boots.ts';
import { parseFlavour } from '../../core/model/flavours.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { Boots, Joins } from '../../core/model/learned.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { PandaJobs } from '../../core/model/panda.ts';
import type { PoolView, PoolWorker, QueuePilots } from '../../core/model/pool.ts';
import { minus, type Shape } from '../../core/model/resources.ts';
import { known, type Snapshot } from '../../core/model/snapshot.ts';
import type { Template } from '../../core/model/templates.ts';
import type { WorkerRecord, WorkerState } from '../../core/model/worker.ts';
import type { PilotWorld, WorkerWorld } from './worlds.ts';
import {
  fleet,
  inEc2,
  inLedger,
  inPool,
  type Knobs,
  NARROW,
  NOW,
  openLaunch,
  poolView,
  queue,
  STAGE,
  submission,
  WIDE,
} from './worlds.ts';

/** A world as plain data, as it would be written into a file: settings are still text. */
export interface Source {
  /** Knobs of the queues and of the fleets, by name. */
  readonly queues: Readonly<Record<string, Knobs>>;
  readonly fleets: Readonly<Record<string, Knobs>>;
  readonly panda: Snapshot<PandaJobs>;
  readonly pandaBefore?: PandaJobs;
  readonly sites: Snapshot<Readonly<Record<string, { readonly status: string }>>>;
  readonly pool: Snapshot<PoolView>;
  readonly ledger: LedgerView;
}

/** The world that a source describes, for pilots and workers alike. */
export const worldOf = ({ queues, fleets, ledger, ...observed }: Source): PilotWorld & WorkerWorld => ({
  now: NOW,
  ...observed,
  submissions: ledger.submissions,
  pilotsEver: ledger.pilotsEver,
  ledger,
  stage: STAGE,
  queues: Object.entries(queues).map(([name, of]) => queue(of, name)),
  fleets: Object.entries(fleets).map(([name, of]) => fleet(of, name)),
});

const DAY = 86_400;
const whole = (min: number, max: number) => fc.integer({ min, max });
const text = (of: fc.Arbitrary<number>) => of.map(String);
const ago = (max: number) => whole(0, max).map((seconds) => NOW - seconds);

const FLAVOURS = ['m6i.large', 'm6i.large, m6a.large, m6i.2xlarge', 'c5.xlarge, r5.xlarge, m5.2xlarge'];

const anyStanding = fc.constantFrom('active', 'active', 'active', 'paused', 'drain');

const anyFleetKnobs: fc.Arbitrary<Knobs> = fc
  .record(
    {
      state: anyStanding,
      flavours: fc.constantFrom(...FLAVOURS),
      market: fc.constantFrom('on-demand', 'spot', 'spot-first'),
      widths: fc.constantFrom('mixed', 'apart'),
      'max-workers': text(whole(0, 40)),
      'max-cores': text(whole(0, 120)),
      'max-launch-per-tick': text(whole(1, 30)),
      'linger-seconds': text(whole(60, 1200)),
      'join-deadline-seconds': text(whole(120, 1800)),
      'drain-deadline-seconds': text(whole(0, 2 * DAY)),
    },
    { requiredKeys: [] },
  )
  .map((knobs) => ({ ...knobs }));

/** Knobs of a queue on one of the fleets. */
const anyQueueKnobs = (fleets: readonly string[]): fc.Arbitrary<Knobs> =>
  fc
    .record(
      {
        state: anyStanding,
        fleet: fc.constantFrom(...fleets),
        'pilot-wall-seconds': text(whole(60, 2 * DAY)),
      },
      { requiredKeys: ['state', 'fleet'] },
    )
    .map((knobs) => ({ ...knobs }));

const SHAPES: readonly Shape[] = [
  NARROW,
  WIDE,
  { ...WIDE, cpus: 3, memoryMb: 6000 },
  { ...NARROW, memoryMb: 12_000 },
];

/** Pilots of a queue; now and then for another fleet than its settings name. */
const anyPilots = (
  name: string,
  fleets: readonly string[],
  shapes: readonly Shape[],
): fc.Arbitrary<QueuePilots> =>
  fc.record({
    queue: fc.constant(name),
    shapes: fc.tuple(
      ...shapes.map((shape) =>
        fc.record({
          shape: fc.constant(shape),
          fleet: fc.constantFrom(...fleets),
          idle: whole(0, 40),
          running: whole(0, 40),
          held: whole(0, 5),
        }),
      ),
    ),
    recentStarts: fc.array(fc.constantFrom(0, 0, 0, 1, 5), { minLength: 10, maxLength: 10 }),
    ended: fc.constant({ count: 0, short: 0, shortSeconds: 300 }),
  });

const anyState: fc.Arbitrary<WorkerState> = fc.oneof(
  fc.constant<WorkerState>({ kind: 'booting' }),
  ago(4 * DAY).map((joinedAt): WorkerState => ({ kind: 'joined', joinedAt })),
  ago(7200).map((since): WorkerState => ({ kind: 'missing', joinedAt: since - 60, since })),
  ago(3 * DAY).map(
    (since): WorkerState => ({ kind: 'draining', since, cause: { kind: 'told', words: 'x' } }),
  ),
  ago(3600).map((since): WorkerState => ({ kind: 'retiring', since, cause: { kind: 'told', words: 'x' } })),
);

type Whose = Pick<WorkerRecord, 'fleet' | 'onlyQueue'>;

const anyInPool = (
  id: string,
  { fleet: name, onlyQueue }: Whose,
  room: PoolWorker['total'],
): fc.Arbitrary<PoolWorker> =>
  fc
    .record({
      busy: whole(0, Math.min(room.cpus, 3)),
      idleSince: ago(2000),
      draining: fc.boolean(),
      reachable: fc.constantFrom(true, true, true, false),
      joinedAt: ago(4 * DAY),
      lastHeardAt: ago(1000),
    })
    .map((given) => ({
      ...inPool(id, given),
      fleet: name,
      ...(onlyQueue === undefined ? {} : { queue: onlyQueue }),
      total: room,
      free: minus(room, NARROW, given.busy),
      idleSince: given.busy === 0 ? given.idleSince : null,
    }));

/** What there is of one instance: its record, its startd, or both. */
interface Known {
  readonly record: WorkerRecord | undefined;
  readonly seen: PoolWorker | undefined;
  /** What EC2 shows of one without a record. */
  readonly instance: Instance | undefined;
}

/** Of a fleet; one in four from before there were fleets, for the queue of the same name. */
const anyWhose = (name: string): fc.Arbitrary<Whose> =>
  fc.constantFrom<Whose>({ fleet: name }, { fleet: name }, { fleet: name }, { fleet: name, onlyQueue: name });

const anyWorker = (id: string, name: string): fc.Arbitrary<Known> =>
  fc.tuple(fc.constantFrom('m6i.large', 'm6i.2xlarge'), anyWhose(name)).chain(([flavour, whose]) => {
    const { cpus = 0, memoryMb = 0 } = parseFlavour(flavour) ?? {};
    const room = { cpus, memoryMb: memoryMb - 1000, diskMb: 100_000, gpus: 0 };
    const launched = fc.oneof(ago(6 * DAY), ago(1200));
    const record = fc.tuple(anyState, launched).map(([state, launchedAt]) =>
      inLedger(id, state, {
        ...whose,
        launchedAt,
        offers: room,
        template: STAGE.template,
        offer: { flavour, zone: 'us-east-1a', market: 'on-demand' },
      }),
    );
    // A stranger's tags say its fleet, or its queue alone and then it is of the default fleet: here all strangers are new.
    return fc
      .tuple(fc.constantFrom('both', 'both', 'ledger', 'pool'), record, anyInPool(id, whose, room))
      .map(([where, of, { queue: old, ...seen }]) => ({
        record: where === 'pool' ? undefined : of,
        seen:
          where === 'ledger'
            ? undefined
            : { ...seen, ...(old === undefined || where === 'pool' ? {} : { queue: old }) },
        instance: where === 'pool' ? inEc2(id, { offer: of.offer }, name) : undefined,
      }));
  });

const idOf = (name: string, n: number): string =>
  `i-${name.charCodeAt(0).toString(16)}${String(n).padStart(8, '0')}`;

const anyQueue = (name: string, fleets: readonly string[], shapes: readonly Shape[]) =>
  fc.record({
    knobs: anyQueueKnobs(fleets),
    pilots: anyPilots(name, fleets, shapes),
    jobs: fc.record({ activated: whole(0, 120), running: whole(0, 60) }),
    submissions: fc.array(
      fc.tuple(whole(1, 20), ago(60), fc.constantFrom(...shapes), fc.constantFrom(...fleets)),
      { maxLength: 2 },
    ),
  });

const anyFleet = (name: string) =>
  fc.record({
    knobs: anyFleetKnobs,
    known: whole(0, 8).chain((n) =>
      fc.tuple(...Array.from({ length: n }, (_, index) => anyWorker(idOf(name, index), name))),
    ),
    launches: fc.array(fc.tuple(whole(1, 5), ago(300)), { maxLength: 2 }),
  });

const OFFERS = ['m6i.large', 'm6i.2xlarge', 'c5.xlarge'].flatMap((flavour) =>
  STAGE.placements.flatMap(({ zone }) =>
    (['spot', 'on-demand'] as const).map((market) => ({ flavour, zone, market })),
  ),
);

/** What was learned of the boots of a flavour: nothing, too little, or a curve with failures in it. */
const anyJoins: fc.Arbitrary<readonly Joins[]> = fc
  .array(fc.oneof({ weight: 9, arbitrary: whole(60, 400) }, fc.constant(null)), { maxLength: 64 })
  .map((took) => [{ template: STAGE.template, flavour: 'm6i.large', took, launchedAt: NOW - 3600 }]);

/** How workers of a template have booted, one a minute and the last a while ago. */
const booted = (template: Template, joined: readonly boolean[]): Boots => ({
  kind: templateKind(template),
  template,
  boots: joined.map((is, n) => ({
    instanceId: `i-boot${template.version}${n}`,
    launchedAt: NOW - 4000 + 60 * n,
    joined: is,
  })),
});

/** Nothing is known, or the template before has joined while canaries of this one have not: never so many that a breaker opens. */
const anyBoots: fc.Arbitrary<readonly Boots[]> = fc.oneof(
  fc.constant([]),
  whole(0, 4).map((failed) => [
    booted({ ...STAGE.template, version: '2' }, [true]),
    booted(
      STAGE.template,
      Array.from({ length: failed }, () => false),
    ),
  ]),
);

const byName = <T, R>(all: Readonly<Record<string, T>>, of: (one: T, name: string) => R) =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, of(one, name)]));

/**
 * Worlds whose facts are known, fresh, whole and believable, of queues with pilots of the given shapes: two queues and two
 * fleets of the same names, and each queue on either.
 */
export const anyWorldOf = (shapes: readonly Shape[]): fc.Arbitrary<Source> =>
  fc
    .record({
      queues: fc.record({
        A: anyQueue('A', ['A', 'A', 'B'], shapes),
        B: anyQueue('B', ['B', 'B', 'A'], shapes),
      }),
      fleets: fc.record({ A: anyFleet('A'), B: anyFleet('B') }),
      status: fc.constantFrom('online', 'brokeroff', 'offline', 'standby'),
      joins: anyJoins,
      boots: anyBoots,
      cooling: fc
        .subarray(OFFERS)
        .map((offers) => offers.map((offer) => ({ offer, until: NOW + 100, why: 'x' }))),
    })
    .map(({ queues, fleets, status, cooling, joins, boots }) => {
      const instances = Object.values(fleets).flatMap((of) => of.known);
      const seen = instances.flatMap((worker) => worker.seen ?? []);
      const ledger: LedgerView = {
        workers: instances.flatMap(({ record }) => record ?? []),
        launches: Object.entries(fleets).flatMap(([name, { launches }]) =>
          launches.map(([count, at], index) => {
            const launch = openLaunch(count, at);
            return {
              ...launch,
              request: { ...launch.request, fleet: name, launchId: `${name}.${at}.${index}` },
            };
          }),
        ),
        submissions: byName(queues, (of, name) =>
          of.submissions.map(([count, at, shape, whose]) => ({
            ...submission(count, at, shape),
            queue: name,
            fleet: whose,
          })),
        ),
        cooling,
        joins,
        boots,
        vouched: instances.flatMap(({ instance }) => instance ?? []),
        pilotsEver: byName(queues, () => 0),
      };
      return {
        queues: byName(queues, ({ knobs }) => knobs),
        fleets: byName(fleets, ({ knobs }) => knobs),
        panda: known(
          byName(queues, ({ jobs }) => ({ SCORE: { managed: jobs } })),
          NOW - 30,
        ),
        sites: known(
          byName(queues, () => ({ status })),
          NOW - 300,
        ),
        pool: known(
          poolView(
            Object.values(queues).map(({ pilots }) => pilots),
            seen,
          ),
          NOW - 10,
        ),
        ledger,
      };
    });

/** Worlds with pilots of several shapes: wide ones, narrow ones, and some that fit badly. */
export const anyWorld = anyWorldOf(SHAPES);
