import type { Ledger } from '../core/ledger.ts';
import type { Decision } from '../core/model/decision.ts';
import type { Lease, LeaseWish } from '../core/model/lease.ts';
import { isWhole } from '../core/model/panda.ts';
import type { Reason } from '../core/model/reason.ts';
import { establish, type Facts, runningEverywhere } from '../core/observe/facts.ts';
import type { PoolUsers } from '../core/ports.ts';
import type { Rested } from '../core/replay/inputs.ts';
import { poolStates } from '../core/tell/pool-states.ts';
import { type InputsPorts, inputsKeeper } from './observe/keep-inputs.ts';
import { type Outside, observer, type Sources } from './observe/observe.ts';
import { type Failures, gatherFailures } from './run/failures.ts';
import { forEach } from './run/parallel.ts';
import { NO_END, type TimeLeft } from './run/time-left.ts';
import { type Tell, type WriteDown, writerDown } from './tell/write-down.ts';

/** What both ticks need. */
export interface TickPorts extends Sources {
  readonly tell: Tell;
  readonly poolUsers: PoolUsers;
  /** Keeps what is decided on, for who looks back; absent: nobody does. */
  readonly inputs?: InputsPorts;
}

/** What a tick acts on: the world outside as it was established once, the lease, and how it writes down and fails. */
export interface Turn extends Outside {
  readonly facts: Facts;
  readonly lease: Lease;
  readonly writeDown: WriteDown;
  readonly failures: Failures;
  readonly timeLeft: TimeLeft;
  /** Says what of the ledger is decided on, before it is. */
  readonly restOn: (rested: Rested) => void;
}

/** Decisions to hold, and the fleets that have workers, which they rest on too. */
interface Held {
  readonly decisions: readonly Decision[];
  readonly fleetsWithWorkers: readonly string[];
}

/** One tick at its moment; answers what was decided. `isNudged`: it comes before its time. */
export type Tick = (now: number, timeLeft?: TimeLeft, isNudged?: boolean) => Promise<readonly Decision[]>;

/** What one of the two queues does with its tick. */
interface TickOf<Beside> {
  readonly name: 'pilots' | 'workers';
  /** Whether nothing can be done without PanDA. */
  readonly needsPanda: boolean;
  /** Decides that every queue, or every fleet, holds. */
  readonly hold: (world: Outside, why: Reason) => Promise<Held>;
  /** Asks for what acting needs besides, while the world is observed. */
  readonly beside: (now: number, timeLeft: TimeLeft) => Promise<Beside>;
  /** Decides, writes down and acts. */
  readonly act: (turn: Turn, beside: Beside) => Promise<Acted>;
}

/** What was decided, and when the next machine of each fleet is expected; absent: nobody looks at machines. */
export interface Acted {
  readonly decisions: readonly Decision[];
  readonly machineAt?: ReadonlyMap<string, number>;
}

/** Jobs that run everywhere, as a measure for other ticks: a sum without some of the sites is none for one with them. */
const measureIn = ({ jobs, jobsUnknown }: Facts): Pick<LeaseWish, 'pandaRunning'> =>
  jobsUnknown === undefined && isWhole(jobs) ? { pandaRunning: runningEverywhere(jobs) } : {};

/** Takes the lease. If only PanDA's counts stand in its way, a tick that can do without them goes on without them. */
const takeLease = async (
  leases: Ledger['leases'],
  facts: Facts,
  { name, needsPanda }: Pick<TickOf<unknown>, 'name' | 'needsPanda'>,
) => {
  const wish = { name, at: facts.now, viewedAt: facts.viewedAt };
  const lease = await leases.take({ ...wish, ...measureIn(facts) });
  if (needsPanda || lease.kind === 'lease' || lease.why.kind !== 'running-jumped') return { facts, lease };
  return { facts: { ...facts, jobs: {}, jobsUnknown: lease.why }, lease: await leases.take(wish) };
};

/** The stack lets EventBridge hand an event over so late at the most. */
const RULE_LATE_SECONDS = 60;

/**
 * A nudged tick has the moment at which it was asked for, one that comes by itself that of its rule's event, which may be
 * a minute late: then the nudged one was there before it, and has done all that it would do.
 */
const isDoneAlready = (why: Reason): boolean =>
  why.kind === 'tick-overtaken' && why.laterSeconds < RULE_LATE_SECONDS;

/** How one tick writes down, and whether it did: what it only says again is not written. */
const writing = (write: ReturnType<typeof writerDown>) => {
  let hasWritten = false;
  const writeDown: WriteDown = async (decision) => {
    const written = await write(decision);
    if (!written.isRepeated) hasWritten = true;
    return written.decision;
  };
  return { writeDown, hasWritten: () => hasWritten };
};

/** One tick: observe, take the lease, decide, write down, act, tell, keep what it rested on. Throws what went wrong at its end. */
export const tick = <Beside>(
  ports: TickPorts,
  { name, needsPanda, hold, beside, act }: TickOf<Beside>,
): Tick => {
  const observe = observer(ports);
  const write = writerDown(ports.ledger.decisions, ports.tell);
  const keepInputs = inputsKeeper(name, ports.inputs);
  const tellUsers = ({ decisions, machineAt }: Acted) =>
    ports.poolUsers.tellUsers(poolStates(decisions, machineAt));
  return async (now, timeLeft = NO_END, isNudged = false) => {
    const [world, besides] = await Promise.all([observe(now), beside(now, timeLeft)]);
    const { writeDown, hasWritten } = writing(write);
    const established = establish(world);
    const holdAll = async (why: Reason): Promise<readonly Decision[]> => {
      const { decisions: held, fleetsWithWorkers } = await hold(world, why);
      const decisions = await forEach(held, writeDown);
      const rested = { of: 'held', why, fleetsWithWorkers } as const;
      await keepInputs({ world, rested, hasWritten: hasWritten() }, timeLeft);
      // Who has not answered is not asked to tell anybody.
      if (world.pool.kind === 'known') await tellUsers({ decisions });
      return decisions;
    };
    if (!established.ok) return holdAll(established.why);
    const { jobsUnknown } = established.facts;
    if (needsPanda && jobsUnknown !== undefined) return holdAll(jobsUnknown);
    const { facts, lease } = await takeLease(ports.ledger.leases, established.facts, { name, needsPanda });
    if (lease.kind === 'refused') {
      if (isNudged || isDoneAlready(lease.why)) return [];
      // Told and not written down: what is written down for this moment is for the holder to carry out.
      const { decisions } = await hold(world, lease.why);
      for (const decision of decisions) ports.tell(decision);
      return decisions;
    }
    const failures = gatherFailures();
    let rested: Rested | undefined;
    const restOn = (of: Rested) => {
      rested = of;
    };
    const acted = await act({ ...world, facts, lease, writeDown, failures, timeLeft, restOn }, besides);
    await failures.during(() => ports.ledger.leases.release(lease));
    await keepInputs({ world, facts, rested, hasWritten: hasWritten() }, timeLeft);
    await failures.during(() => tellUsers(acted));
    failures.throwAny();
    return acted.decisions;
  };
};
