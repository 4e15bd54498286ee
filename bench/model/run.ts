import { simulatedClock } from '../../twin/clock/clock.ts';
import { exponential, stream, xorshift32 } from '../../twin/clock/random.ts';
import type { Load } from '../load/load.ts';
import type { Bill } from './account.ts';
import { landings } from './ahead.ts';
import { type BootCurve, drawBoot, WOKEN_SECONDS } from './boots.ts';
import { FAULTS, type Fault } from './faults.ts';
import { hands } from './hands.ts';
import { type Ask, isIdle, type Machine, type WakeAs } from './machine.ts';
import { matchmaker } from './match.ts';
import type { Kind, Policy } from './policy.ts';
import { newPool, type Pool } from './pool.ts';
import { releaseRates } from './release.ts';
import { every, ORDER, onceAfter, oneByOne } from './turns.ts';

export interface Options {
  readonly fault?: Fault;
  readonly boot?: Partial<Pick<BootCurve, 'meanSeconds' | 'deviationSeconds'>>;
  readonly woken?: Partial<Pick<BootCurve, 'meanSeconds' | 'deviationSeconds'>>;
  readonly negotiatorSeconds?: number;
  /** The negotiator knows no submitters, and claims last: as the peers' figures were published. */
  readonly fifo?: boolean;
  /** The most cores that may be live at once, for every policy. */
  readonly capCores?: number;
  /** Of boot times and faults. */
  readonly seed?: number;
  /** How often a spot machine is taken back, per hour; absent: never. */
  readonly spotHazardPerHour?: number;
  /** Told of each machine that ends or falls asleep, which is paid for since its last start. */
  readonly paid?: (machine: Machine, until: number) => void;
}

/** What the pool was like at a moment; cores. */
export interface Sample {
  readonly at: number;
  readonly live: number;
  readonly booting: number;
  readonly busy: number;
  readonly queued: number;
  /** Machines. */
  readonly asleep: number;
}

export interface Outcome {
  readonly bill: Bill;
  /** When each job began, seconds; the jobs in the order of the load. */
  readonly starts: Float64Array;
  readonly samples: readonly Sample[];
  /** How long the run took. */
  readonly seconds: number;
}

/** The first negotiation comes after this share of its interval. */
const FIRST_NEGOTIATION = 0.37;
const SAMPLE_SECONDS = 600;
/** A run that is not over so long after the last submission never will be. */
const CUT_SECONDS = 40 * 86_400;
const BOOT: BootCurve = {
  shortestSeconds: 45,
  meanSeconds: 180,
  deviationSeconds: 30,
  failingShare: 0,
  longTail: true,
};
/** EC2 alone takes some 16 s. */
const WOKEN: BootCurve = {
  shortestSeconds: 16,
  meanSeconds: WOKEN_SECONDS,
  deviationSeconds: 6,
  failingShare: 0,
  longTail: false,
};
/** NEGOTIATOR_INTERVAL's default. */
const NEGOTIATOR_SECONDS = 60;
const SEED = 7;
const HOUR = 3_600;

/** The queues of a load, in order of width. */
const kindsOf = ({ jobs }: Load): readonly Kind[] => {
  const cores = new Map(jobs.map((job) => [job.queue, job.cores]));
  return [...cores].map(([queue, width]) => ({ queue, cores: width })).sort((a, b) => a.cores - b.cores);
};

/** Ends what has been booting for too long; one call for all. */
const endLate = (pool: Pool, timeoutSeconds: number, now: number): void => {
  if (timeoutSeconds === 0) return;
  const late = [...pool.booting].filter(({ startedAt }) => now - startedAt > timeoutSeconds);
  for (const machine of late) pool.end(machine, now);
  if (late.length > 0) pool.bill.calls += 1;
};

const sampleOf = ({ cores, lines, asleep }: Pool, kinds: readonly Kind[], at: number): Sample => ({
  at,
  live: cores.live,
  booting: cores.booting,
  busy: cores.busy,
  queued: lines.reduce((n, { length }, kind) => n + length * (kinds[kind]?.cores ?? 0), 0),
  asleep: asleep.size,
});

/** What a run is set to: the options, the policy's own wishes, and where neither says anything, HTCondor's and EC2's ways. */
const settingsOf = (policy: Policy, options: Options) => {
  const fault = options.fault ?? FAULTS.exact;
  const ideal = policy.ideal === undefined ? {} : { deviationSeconds: 0 };
  return {
    fault,
    // What nobody can have is matched at once by whoever comes first.
    fifo: options.fifo === true || policy.ideal !== undefined,
    interval: policy.ideal?.negotiatorSeconds ?? options.negotiatorSeconds ?? NEGOTIATOR_SECONDS,
    curve: { ...BOOT, ...options.boot, failingShare: fault.failingBoots, ...ideal },
    wokenCurve: { ...WOKEN, ...options.woken, failingShare: fault.failingWakes },
    random: xorshift32(options.seed ?? SEED),
  };
};

/** Replays a load through a policy on a simulated clock. The same arguments give the same outcome. */
export const simulate = (load: Load, policy: Policy, options: Options = {}): Outcome => {
  const { jobs } = load;
  const kinds = kindsOf(load);
  const kindOf = new Map(kinds.map(({ queue }, kind) => [queue, kind]));
  const { fault, fifo, interval, curve, wokenCurve, random } = settingsOf(policy, options);
  const clock = simulatedClock(0);
  const starts = new Float64Array(jobs.length).fill(Number.NaN);
  const samples: Sample[] = [];
  const mostCores = Math.max(8, ...kinds.map(({ cores }) => cores), policy.mostCores ?? 0);
  const rates = releaseRates(kinds.length);
  let left = jobs.length;

  const pool = newPool(kinds, mostCores, policy.lanes === true ? kinds.length : 1, {
    ...(options.paid === undefined ? {} : { paid: options.paid }),
    idle(machine) {
      const after = policy.powerOff === true ? running.powerOffAfter?.(machine) : undefined;
      if (after === undefined) return;
      const since = machine.idleSince;
      const powerOff = () => {
        if (isIdle(machine) && machine.idleSince === since) pool.powerOff(machine, clock.now);
      };
      clock.at(clock.now + after, powerOff, ORDER.end);
    },
  });
  const ended = (kind: number) => {
    left -= 1;
    rates.ended(kind);
  };
  const { negotiate: negotiateNow, lose } = matchmaker({
    load,
    kinds,
    policy,
    clock,
    pool,
    starts,
    ended,
    fifo,
  });
  const askNegotiator = onceAfter(clock, ORDER.negotiation, negotiateNow);
  const registered = (machine: Machine) => {
    if (!pool.register(machine, clock.now)) return;
    if (interval <= 2) negotiateNow();
    else if (policy.rescheduleSeconds !== undefined) askNegotiator(policy.rescheduleSeconds);
  };
  const registers = (machine: Machine, boot: ReturnType<typeof drawBoot>) => {
    const { startedAt } = machine;
    const come = () => {
      if (machine.startedAt === startedAt) registered(machine);
    };
    if (boot !== 'never') clock.at(clock.now + boot, come, ORDER.registered);
  };
  const reclaims = stream(options.seed ?? SEED, 'reclaims');
  const reclaim = (machine: Machine) => {
    if (machine.state === 'gone') return;
    running.reclaimed?.(machine);
    lose(machine);
  };
  const launch = (ask: Ask): Machine => {
    const { market } = ask;
    const machine = pool.launch(ask, clock.now);
    if (market === 'spot' && options.spotHazardPerHour !== undefined) {
      const lives = exponential(reclaims, HOUR / options.spotHazardPerHour);
      clock.at(clock.now + lives, () => reclaim(machine), ORDER.end);
    }
    registers(machine, drawBoot(random, curve));
    return machine;
  };
  // Draws of their own: whoever wakes nobody has the same boots as ever.
  const wakes = stream(options.seed ?? SEED, 'wakes');
  const wakeUp = (machine: Machine, as: WakeAs): boolean => {
    const isRefused = wakes() < fault.refusedWakes;
    const boot = drawBoot(wakes, wokenCurve);
    if (isRefused) return false;
    pool.wake(machine, as, clock.now);
    registers(machine, boot);
    return true;
  };
  const all = policy.ideal?.knowsAllJobs === true;
  const known = all ? jobs.map((job) => ({ ...job, landingKnown: true })) : jobs;
  const running = policy.start(
    hands({
      ...{
        pool,
        kinds,
        mostCores,
        policy,
        fault,
        clock,
        launch,
        rates,
        wake: wakeUp,
        landings: landings(known, kinds),
      },
      capCores: options.capCores ?? Number.POSITIVE_INFINITY,
    }),
  );

  const isNeeded = () => left > 0;
  const negotiations = { first: FIRST_NEGOTIATION * interval, seconds: interval, order: ORDER.negotiation };
  every(clock, negotiations, isNeeded, negotiateNow);
  every(clock, { first: 1, seconds: policy.periodSeconds, order: ORDER.cycle }, isNeeded, () => {
    rates.update(clock.now);
    endLate(pool, policy.registerTimeoutSeconds, clock.now);
    if (fault.lostCycles === 0 || random() >= fault.lostCycles) running.cycle();
  });
  every(clock, { first: SAMPLE_SECONDS, seconds: SAMPLE_SECONDS, order: ORDER.sample }, isNeeded, () => {
    samples.push(sampleOf(pool, kinds, clock.now));
  });
  const wake = onceAfter(clock, ORDER.wake, () => running.wake?.());
  const submittedAt = (index: number) => jobs[index]?.submitSeconds;
  oneByOne(clock, ORDER.arrival, submittedAt, (index) => {
    pool.lines[kindOf.get(jobs[index]?.queue ?? '') ?? 0]?.push(index, clock.now);
    if (policy.wakeSeconds !== undefined) wake(policy.wakeSeconds);
  });
  const until = (jobs.at(-1)?.submitSeconds ?? 0) + CUT_SECONDS;
  while (left > 0 && (clock.next() ?? until) < until) clock.step();
  const seconds = clock.now;
  for (const machine of [...pool.machines]) pool.end(machine, clock.now);
  return { bill: pool.bill, starts, samples, seconds };
};
