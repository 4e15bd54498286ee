import type { Hands, Policy } from '../model/policy.ts';
import { describeCalls, idleFor, machinesFor, PEER_CORES, residual, roomsAhead } from './fit.ts';

const TERMINATE_BATCH = 1000;

/** One size for all jobs, or each queue's own: its width, or this if that is more. */
type Sizes = { readonly one: number } | { readonly atLeast: number };

interface Rule {
  readonly name: string;
  readonly size: Sizes;
  readonly lingerSeconds: number;
  readonly periodSeconds: number;
  readonly wakeSeconds?: number;
  readonly rescheduleSeconds?: number;
  readonly lookAheadSeconds?: number;
  readonly ideal?: Policy['ideal'];
}

export const launchFor = (hands: Hands, rest: readonly number[], size: Sizes) => {
  if ('one' in size) {
    const n = machinesFor(hands, rest, size.one);
    if (n > 0) hands.launch(size.one, n);
    hands.calls(n > 0 ? 1 : 0);
    return;
  }
  for (const [kind, { cores }] of hands.kinds.entries()) {
    const own = Math.max(cores, size.atLeast);
    const n = Math.ceil((rest[kind] ?? 0) / Math.floor(own / cores));
    if (n > 0) hands.launch(own, n);
    hands.calls(n > 0 ? 1 : 0);
  }
};

/** The plain rule: what fits neither on what is there nor on what is booting is launched for; idle ones go after a linger. */
const residualRule = (rule: Rule): Policy => ({
  name: rule.name,
  periodSeconds: rule.periodSeconds,
  registerTimeoutSeconds: 900,
  ...(rule.wakeSeconds === undefined ? {} : { wakeSeconds: rule.wakeSeconds }),
  ...(rule.rescheduleSeconds === undefined ? {} : { rescheduleSeconds: rule.rescheduleSeconds }),
  ...(rule.ideal === undefined ? {} : { ideal: rule.ideal }),
  start(hands) {
    const plan = () => {
      const view = hands.view();
      const ahead = rule.lookAheadSeconds ?? 0;
      const queued = ahead === 0 ? view.queued : view.queued.map((n, kind) => n + hands.landing(kind, ahead));
      if (queued.some((jobs) => jobs > 0)) {
        launchFor(hands, residual(hands, queued, roomsAhead(hands, view)), rule.size);
      }
    };
    return {
      wake: plan,
      cycle() {
        plan();
        const idle = idleFor(hands, rule.lingerSeconds);
        hands.terminate(idle);
        hands.calls(Math.ceil(idle.length / TERMINATE_BATCH));
        if (Math.floor(hands.now / 60) % 10 === 0) hands.calls(describeCalls(hands));
      },
    };
  },
});

/** Residual packing each minute, linger 180 s, eight cores: what the others are measured against. */
export const plainResidual = (size = PEER_CORES): Policy =>
  residualRule({ name: 'residual, plain', size: { one: size }, lingerSeconds: 180, periodSeconds: 60 });

/** The same with small machines, looked at 10 s after an arrival, and a negotiator that is told of new machines. */
export const smallResidual = (atLeast: number): Policy =>
  residualRule({
    name: `residual, ${atLeast} cores or the job's`,
    size: { atLeast },
    lingerSeconds: 120,
    periodSeconds: 60,
    wakeSeconds: 10,
    rescheduleSeconds: 20,
  });

/** Nobody has this: a look at every second, a match at every second, boots that never vary, EC2 without limits. */
export const reactiveIdeal = (): Policy =>
  residualRule({
    name: 'reactive ideal',
    size: { atLeast: 1 },
    lingerSeconds: 180,
    periodSeconds: 10,
    wakeSeconds: 1,
    ideal: { negotiatorSeconds: 1 },
  });

/** Nobody has this either: every job known 200 s before it comes, and when it will end. */
export const clairvoyant = (): Policy =>
  residualRule({
    name: 'clairvoyant, 8 cores',
    size: { one: PEER_CORES },
    lingerSeconds: 180,
    periodSeconds: 10,
    wakeSeconds: 1,
    lookAheadSeconds: 200,
    ideal: { negotiatorSeconds: 1, knowsAllJobs: true, knowsEnds: true },
  });

/** The same on machines as wide as the job. */
export const clairvoyantWidth = (): Policy =>
  residualRule({
    name: 'clairvoyant, job width',
    size: { atLeast: 1 },
    lingerSeconds: 180,
    periodSeconds: 5,
    wakeSeconds: 1,
    lookAheadSeconds: 190,
    ideal: { negotiatorSeconds: 1, knowsAllJobs: true },
  });
