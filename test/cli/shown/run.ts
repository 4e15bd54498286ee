import { normal, stream } from '../../../twin/clock/random.ts';
import type { FleetSample, QueueSample, Shown } from '../../../twin/report/sample.ts';

const HOUR = 3600;

interface Shape {
  readonly queues: readonly string[];
  /** Queues run on them in turn; one unless told. */
  readonly fleets?: readonly string[];
  readonly samples: number;
  readonly loadSeconds: number;
}

const wave = (index: number, share: number, random: () => number): number => {
  const day = Math.max(0, Math.sin(share * Math.PI * 2 * (1 + index / 3) - index)) * (1 - share * 0.3);
  return Math.max(0, day * 160 * (1 + 0.05 * normal(random)));
};

/** The workers that a queue's pilots need, of their fleet. */
type Workers = Omit<FleetSample, 'fleet' | 'listDollars'>;

/** One queue at one moment: workers follow the load late, and outlive it a little. */
const queueSample = (
  queue: string,
  index: number,
  share: number,
  random: () => number,
): { readonly sample: QueueSample; readonly workers: Workers } => {
  const alive = share < 0.98 ? 1 : 0;
  const load = wave(index, share, random) * alive;
  const served = wave(index, Math.max(0, share - 0.02), random) * alive;
  const busy = Math.min(load, served);
  const joined = Math.ceil(served / 8);
  const booting = Math.max(0, Math.ceil((load - served) / 8));
  const draining = served > load ? Math.ceil((served - load) / 16) : 0;
  return {
    sample: {
      queue,
      activated: Math.round(Math.max(0, load - busy)),
      jobsRunning: Math.round(busy),
      jobsDone: Math.round(share * 4000),
      idle: Math.round(Math.max(0, load - busy) * 0.9),
      running: Math.round(busy),
      coresBusy: Math.round(busy),
    },
    workers: {
      booting,
      joined,
      draining,
      asleep: served > load ? Math.ceil(joined / 4) : 0,
      maxWorkers: index === 1 ? 400 : 22,
      coresClaimed: Math.round(busy),
      coresPaid: 8 * (booting + joined + draining),
    },
  };
};

const together = (a: Workers, b: Workers): Workers => ({
  booting: a.booting + b.booting,
  joined: a.joined + b.joined,
  draining: a.draining + b.draining,
  asleep: a.asleep + b.asleep,
  maxWorkers: Math.max(a.maxWorkers, b.maxWorkers),
  coresClaimed: a.coresClaimed + b.coresClaimed,
  coresPaid: a.coresPaid + b.coresPaid,
});

const NO_WORKERS: Workers = {
  ...{ booting: 0, joined: 0, draining: 0, asleep: 0, maxWorkers: 0, coresClaimed: 0, coresPaid: 0 },
};

const because = (text: string) => ({ kind: 'told', text });

const decision = (atSeconds: number, queue: string, fleet: string, turn: number): Shown => {
  const held = turn % 9 === 0;
  const told = held
    ? { of: 'workers', kind: 'hold', what: 'hold', why: [because('pool snapshot is 240 s old, limit 180 s')] }
    : turn % 3 === 0
      ? {
          of: 'pilots',
          kind: 'submit',
          what: `submit ${turn}`,
          why: [because('Ready: 100 ready - 20 pending = 80'), because('MaxPerCycle(50): 80 -> 50')],
        }
      : turn % 3 === 1
        ? {
            of: 'workers',
            kind: 'act',
            what: `launch ${turn} x m6i.large`,
            why: [because(`${turn * 2} idle pilots fit nowhere`), because('spot before on-demand')],
          }
        : {
            of: 'workers',
            kind: 'rest',
            what: 'rest',
            why: [because('every idle pilot fits on a worker that is booting')],
          };
  return { kind: 'told', told: { atSeconds, whose: told.of === 'pilots' ? queue : fleet, ...told } } as Shown;
};

/** A whole run as the twin would show it: made up, always the same. */
export const syntheticRun = ({
  queues,
  fleets = ['default'],
  samples,
  loadSeconds,
}: Shape): readonly Shown[] => {
  const random = stream(7, 'page');
  const lastSeconds = loadSeconds * 1.05;
  const shown: Shown[] = [
    {
      kind: 'opening',
      scenario: 'faults',
      title: 'A working day with two outages',
      startsAt: 1_767_225_600,
      loadSeconds,
      seed: 42,
      queues,
      fleets,
      faults: [
        { what: 'PanDA is silent', fromSeconds: 0.3 * loadSeconds, toSeconds: 0.38 * loadSeconds },
        {
          what: 'EC2 has no capacity in us-east-1a',
          fromSeconds: 0.6 * loadSeconds,
          toSeconds: 0.63 * loadSeconds,
        },
      ],
    },
  ];
  for (let step = 0; step < samples; step += 1) {
    const share = step / (samples - 1);
    const atSeconds = Math.round(share * lastSeconds);
    const each = queues.map((queue, index) => queueSample(queue, index, share, random));
    const ofFleets = fleets.map(
      (fleet, of): FleetSample => ({
        fleet,
        ...each
          .filter((_, index) => index % fleets.length === of)
          .map(({ workers }) => workers)
          .reduce(together, NO_WORKERS),
        listDollars: atSeconds / 100 / fleets.length,
      }),
    );
    shown.push({
      kind: 'sample',
      atSeconds,
      queues: each.map(({ sample }) => sample),
      fleets: ofFleets,
      coresBusy: each.reduce((total, { sample }) => total + sample.coresBusy, 0),
      coresPaid: ofFleets.reduce((total, { coresPaid }) => total + coresPaid, 0),
      listDollars: atSeconds / 100,
    });
    const index = step % queues.length;
    const queue = queues[index] ?? '';
    const fleet = fleets[index % fleets.length] ?? '';
    if (step % 10 === 0) shown.push(decision(atSeconds, queue, fleet, step / 10));
  }
  return shown;
};

/** What closes a run, with figures of every sort of unit. */
export const CLOSING: Shown = {
  kind: 'closing',
  summary: {
    jobsDone: 24_000,
    meanWaitSeconds: 133,
    p95WaitSeconds: 227,
    usefulCoreHours: 1_204.25,
    paidCoreHours: 1_311.5,
    paidAtListPricesDollars: 77.4,
    wasteShare: 0.0818,
    costRatio: 1.031,
    lawsBroken: [],
    queues: {
      BNL_CLOUD: { jobsDone: 4_000, meanWaitSeconds: 121, paidCoreHours: 301.2 },
      'ANALY-BNL.long_queue_name_that_goes_on': {
        jobsDone: 4_000,
        meanWaitSeconds: 7_300,
        paidCoreHours: 88,
      },
    },
  },
};

export const QUEUES = [
  'BNL_CLOUD',
  'BNL_CLOUD_MCORE',
  'ANALY-BNL.long_queue_name_that_goes_on_for_63_characters_in_all_x',
  'CERN-T0',
  'TRIUMF_HIMEM',
  'GPU',
] as const;

export const DAY_SECONDS = 24 * HOUR;
