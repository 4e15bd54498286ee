import type { Event, FleetRow, Machine, QueueRow, View } from '../../../cli/page/view.ts';
import { stream } from '../../../twin/clock/random.ts';

const START = 1_767_225_600;
const STEPS = 90;
const STATES = ['joined', 'joined', 'joined', 'joined', 'booting', 'asleep', 'draining', 'waking'] as const;
const TYPES = ['m6a.large', 'm6i.2xlarge', 'c6a.4xlarge'];
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** How large a made-up stage is. */
export interface Size {
  readonly queues: number;
  readonly fleets: number;
  readonly machines: number;
}

const wave = (index: number, turn: number, most: number) =>
  Array.from({ length: STEPS }, (_, step) =>
    Math.max(0, Math.round(most * (0.5 + 0.5 * Math.sin((step + turn + index * 7) / 9)))),
  );

const queueRow = (index: number, turn: number): QueueRow => {
  const quiet = index % 8 === 7;
  const held = index % 11 === 3;
  const running = quiet ? wave(index, 0, 0) : wave(index, turn, 40);
  return {
    name: `QUEUE_${index}`,
    isInShadow: false,
    fleet: `fleet-${index % 3}`,
    ready: quiet ? 0 : (running.at(-1) ?? 0) + turn,
    waiting: quiet ? 0 : index % 5,
    running: running.at(-1) ?? 0,
    waitSeconds: quiet ? null : 75 + index,
    kind: held ? 'hold' : 'rest',
    what: held ? 'hold' : 'rest',
    since: START + turn,
    ...(held ? { limit: 'PanDA refused: 503, so nothing is known of its jobs' } : {}),
    ...(held ? { mend: { text: 'it passes by itself', command: 'aerie doctor --stage made' } } : {}),
    series: {
      ready: wave(index, turn, quiet ? 0 : 12),
      waiting: wave(index + 2, turn, quiet ? 0 : 9),
      running,
    },
  };
};

const fleetRow = (index: number, turn: number, joined: number): FleetRow => ({
  name: `fleet-${index}`,
  isInShadow: index === 1,
  kind: 'act',
  what: 'launch 3 x m6a.large',
  since: START + turn,
  counts: { booting: 2, waking: 1, joined, draining: 1, asleep: 3 },
  maxWorkers: 2_000,
  coresBusy: joined * 2 - 1,
  coresPaid: joined * 2,
  dollarsPerHour: joined * 0.09,
  isListed: true,
  dollarsThisMonth: null,
  budgetThisMonth: null,
  dollars: joined * 0.4,
  joinSeconds: 68,
  series: { busy: wave(index, turn, joined * 2), paid: wave(index, turn, joined * 2 + 8) },
});

const machines = ({ fleets, machines: count }: Size, turn: number): Readonly<Record<string, Machine>> => {
  const random = stream(7, 'machines');
  return Object.fromEntries(
    Array.from({ length: count }, (_, index): [string, Machine] => {
      const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
      const [type, zone, spot] = [pick(TYPES), pick(ZONES), random() < 0.4];
      // One in so many is in another state at the next look.
      const state = STATES[(index + (index % 50 === turn % 50 ? turn : 0)) % STATES.length] ?? 'joined';
      return [
        `i-${String(index).padStart(8, '0')}`,
        [`fleet-${index % fleets}`, type, zone, spot ? 'spot' : 'on-demand', state, START - index],
      ];
    }),
  );
};

const events = (queues: number, turn: number): Readonly<Record<string, Event>> => ({
  ...Object.fromEntries(
    Array.from({ length: Math.min(60, queues * 4) }, (_, index): [string, Event] => [
      `e${index}`,
      {
        kind: index % 3 === 0 ? 'submit' : 'act',
        of: index % 3 === 0 ? `queue/QUEUE_${index % queues}` : 'fleet/fleet-0',
        from: START - index * 60,
        to: START - index * 60,
        times: 1 + (index % 4),
        what: index % 3 === 0 ? `submit ${index + 1}` : 'launch 3 x m6i.large',
        why: '12 waiting pilots have jobs; 4 of them fit on joined workers, 2 on booting ones',
        ...(index % 3 === 0 ? {} : { outcome: '3 m6a.large in us-east-1b' }),
      },
    ]),
  ),
  held: {
    kind: 'hold',
    of: 'queue/QUEUE_3',
    from: START - 1_800,
    times: 12 + turn,
    what: 'hold',
    why: '<img src="/x" onerror="alert(1)"> & "quotes"',
  },
});

/** What a made-up stage shows at one turn: always the same. */
export const madeView = (size: Size, turn = 0): View => {
  const at = START + turn * 60;
  const each = <R extends { readonly name: string }>(count: number, make: (index: number) => R) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => make(index)).map((row) => [row.name, row]),
    );
  return {
    head: {
      head: {
        stage: 'made',
        at,
        from: Math.floor(at / 40) * 40 - STEPS * 40,
        stepSeconds: 40,
        health: { word: '1 alarm on, 1 holds', tone: 'alarm' },
        facts: [
          { name: 'pilots', ageSeconds: 12, isOld: false },
          { name: 'workers', ageSeconds: 240, isOld: true },
          { name: 'pool', ageSeconds: 9, isOld: false },
          { name: 'settings', ageSeconds: 40, isOld: false },
        ],
        alarms: [{ name: 'ticks-missing (workers)', since: START - 300, urgency: 'now' }],
      },
    },
    queues: each(size.queues, (index) => queueRow(index, turn)),
    fleets: each(size.fleets, (index) => fleetRow(index, turn, Math.round(size.machines / size.fleets))),
    machines: machines(size, turn),
    events: events(size.queues, turn),
  };
};
