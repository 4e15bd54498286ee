import { simulatedClock } from '../../twin/clock.ts';
import { xorshift32 } from '../../twin/random.ts';
import type { Load } from '../load/load.ts';
import type { Bill } from './account.ts';
import { landings } from './ahead.ts';
import { type BootCurve, drawBoot } from './boots.ts';
import { FAULTS, type Fault } from './faults.ts';
import { endAware } from './find.ts';
import { hands } from './hands.ts';
import { isIdle, type Machine } from './machine.ts';
import { negotiate } from './negotiator.ts';
import type { Kind, Policy } from './policy.ts';
import { newPool } from './pool.ts';
import { releaseRates } from './release.ts';

export interface Options {
  readonly fault?: Fault;
  readonly boot?: Partial<Pick<BootCurve, 'meanSeconds' | 'deviationSeconds'>>;
  readonly negotiatorSeconds?: number;
  /** Of boot times and faults. */
  readonly seed?: number;
}

/** What the pool was like at a moment; cores. */
export interface Sample {
  readonly at: number;
  readonly live: number;
  readonly booting: number;
  readonly busy: number;
  readonly queued: number;
}

export interface Outcome {
  readonly bill: Bill;
  /** When each job began, seconds; the jobs in the order of the load. */
  readonly starts: Float64Array;
  readonly samples: readonly Sample[];
}

/** Happenings of one moment come in this order. */
const ORDER = { end: 0, registered: 1, arrival: 2, negotiation: 3, cycle: 4, wake: 5, sample: 6 } as const;
/** The first negotiation comes after this share of its interval. */
const FIRST_NEGOTIATION = 0.37;
const SAMPLE_SECONDS = 600;
/** A run that is not over so long after the last submission never will be. */
const CUT_SECONDS = 40 * 86_400;
const BOOT: BootCurve = { meanSeconds: 180, deviationSeconds: 30, failingShare: 0, longTail: true };
const SEED = 7;

/** The queues of a load, in order of width. */
const kindsOf = ({ jobs }: Load): readonly Kind[] => {
  const cores = new Map(jobs.map((job) => [job.queue, job.cores]));
  return [...cores].map(([queue, width]) => ({ queue, cores: width })).sort((a, b) => a.cores - b.cores);
};

/** Replays a load through a policy on a simulated clock. The same arguments give the same outcome. */
export const simulate = (load: Load, policy: Policy, options: Options = {}): Outcome => {
  const { jobs } = load;
  const kinds = kindsOf(load);
  const kindOf = new Map(kinds.map(({ queue }, kind) => [queue, kind]));
  const fault = options.fault ?? FAULTS.exact;
  const interval = policy.ideal?.negotiatorSeconds ?? options.negotiatorSeconds ?? 60;
  const ideal = policy.ideal === undefined ? {} : { deviationSeconds: 0 };
  const curve = { ...BOOT, ...options.boot, failingShare: fault.failingBoots, ...ideal };
  const random = xorshift32(options.seed ?? SEED);
  const clock = simulatedClock(0);
  const starts = new Float64Array(jobs.length).fill(Number.NaN);
  const samples: Sample[] = [];
  const mostCores = Math.max(8, ...kinds.map(({ cores }) => cores), policy.mostCores ?? 0);
  const powerOff = (machine: Machine) => {
    const after = policy.powerOff === true ? running.powerOffAfter?.(machine) : undefined;
    if (after === undefined) return;
    const since = machine.idleSince;
    clock.at(
      clock.now + after,
      () => {
        if (isIdle(machine) && machine.idleSince === since) pool.end(machine, clock.now);
      },
      ORDER.end,
    );
  };
  const pool = newPool(kinds, mostCores, policy.lanes === true ? kinds.length : 1, { idle: powerOff });
  const rates = releaseRates(kinds.length);
  let left = jobs.length;

  const begin = (machine: Machine, kind: number) => {
    const index = pool.lines[kind]?.shift();
    const job = index === undefined ? undefined : jobs[index];
    if (index === undefined || job === undefined) return;
    starts[index] = clock.now;
    const end = clock.now + job.runSeconds;
    machine.lastEnd = machine.jobs === 0 ? end : Math.max(machine.lastEnd, end);
    pool.begin(machine, kind, clock.now);
    clock.at(end, () => finish(machine, kind), ORDER.end);
  };
  const finish = (machine: Machine, kind: number) => {
    left -= 1;
    rates.ended(kind);
    pool.finish(machine, kind, clock.now);
    // The schedd gives a claim that comes free to the next job of the same kind, without the negotiator.
    if (machine.state === 'ready') begin(machine, kind);
  };
  const laneOf = (kind: number) => (policy.lanes === true ? kind : 0);
  const find = (index: number, cores: number, lane: number) =>
    policy.ideal?.knowsEnds === true
      ? endAware(pool.rooms(lane), cores, clock.now, clock.now + (jobs[index]?.runSeconds ?? 0))
      : pool.rooms(lane).tightest(cores);
  const negotiateNow = () =>
    negotiate(pool, kinds, laneOf, find, (index) => jobs[index]?.submitSeconds ?? 0, begin);
  let asked = false;
  const registered = (machine: Machine) => {
    if (!pool.register(machine, clock.now)) return;
    if (interval <= 2) return negotiateNow();
    if (policy.rescheduleSeconds === undefined || asked) return;
    asked = true;
    const ask = () => {
      asked = false;
      negotiateNow();
    };
    clock.at(clock.now + policy.rescheduleSeconds, ask, ORDER.negotiation);
  };
  const launch = (cores: number, lane: number): Machine => {
    const machine = pool.launch(cores, lane, clock.now);
    const boot = drawBoot(random, curve);
    if (boot !== 'never') clock.at(clock.now + boot, () => registered(machine), ORDER.registered);
    return machine;
  };
  const known =
    policy.ideal?.knowsAllJobs === true ? jobs.map((job) => ({ ...job, landingKnown: true })) : jobs;
  const running = policy.start(
    hands({ pool, kinds, mostCores, policy, fault, clock, launch, rates, landings: landings(known, kinds) }),
  );

  /** Lets something happen again and again until every job has run. */
  const every = (first: number, seconds: number, order: number, happen: () => void) => {
    const turn = () => {
      happen();
      if (left > 0) clock.at(clock.now + seconds, turn, order);
    };
    clock.at(first, turn, order);
  };
  every(FIRST_NEGOTIATION * interval, interval, ORDER.negotiation, negotiateNow);
  every(1, policy.periodSeconds, ORDER.cycle, () => {
    rates.update(clock.now);
    endLate(pool, policy.registerTimeoutSeconds, clock.now);
    if (fault.lostCycles === 0 || random() >= fault.lostCycles) running.cycle();
  });
  every(SAMPLE_SECONDS, SAMPLE_SECONDS, ORDER.sample, () => {
    const { live, booting, busy } = pool.cores;
    const queued = pool.lines.reduce((n, { length }, kind) => n + length * (kinds[kind]?.cores ?? 0), 0);
    samples.push({ at: clock.now, live, booting, busy, queued });
  });
  let awake = false;
  const arrive = (index: number) => {
    const job = jobs[index];
    if (job === undefined) return;
    clock.at(
      job.submitSeconds,
      () => {
        pool.lines[kindOf.get(job.queue) ?? 0]?.push(index);
        arrive(index + 1);
        if (policy.wakeSeconds === undefined || awake) return;
        awake = true;
        const wake = () => {
          awake = false;
          running.wake?.();
        };
        clock.at(clock.now + policy.wakeSeconds, wake, ORDER.wake);
      },
      ORDER.arrival,
    );
  };
  arrive(0);
  const until = (jobs.at(-1)?.submitSeconds ?? 0) + CUT_SECONDS;
  while (left > 0 && (clock.next() ?? until) < until) clock.step();
  for (const machine of [...pool.machines]) pool.end(machine, clock.now);
  return { bill: pool.bill, starts, samples };
};

const endLate = (pool: ReturnType<typeof newPool>, timeoutSeconds: number, now: number): void => {
  if (timeoutSeconds === 0) return;
  const late = [...pool.booting].filter(({ launchedAt }) => now - launchedAt > timeoutSeconds);
  for (const machine of late) pool.end(machine, now);
  if (late.length > 0) pool.bill.calls += 1;
};
