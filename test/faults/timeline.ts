import { AUDIT_SECONDS } from '../../lib/functions/functions.ts';
import { stream } from '../../twin/clock/random.ts';
import type { Lambdas } from './fleet-of-lambdas.ts';
import { strike } from './moments.ts';
import type { QueueName } from './queues.ts';
import { type Script, STORM_MINUTES } from './script.ts';
import type { Tally } from './tally.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';

/** When in each minute the ticks come, and when the laws that need a look around are checked; seconds. */
const PHASES = { pilots: 5, workers: 35, look: 59 } as const;
/** A tick comes after everything else that happens at its moment. */
const LAST = 100;

/** A timer counts from when it was deployed: the audit may come at any second, right after a tick that launched too. */
const auditPhase = (seed: number): number => Math.floor(AUDIT_SECONDS * stream(seed, 'audit phase')());

/** Another stack has timers of its own; so close, or at the same moment, its ticks and these are at work together. */
const OTHER_TIMER_SECONDS = 1;

interface Work {
  readonly queue: QueueName;
  readonly minute: number;
  readonly count: number;
  readonly runMinutes: number;
}

/**
 * Jobs that come in every episode, so that no storm hits an empty pool, workers that have fallen asleep are woken, some of them
 * as another size, and no calm is without work.
 */
const BASE: readonly Work[] = [
  { queue: 'NARROW', minute: 1, count: 7, runMinutes: 12 },
  { queue: 'WIDE', minute: 2, count: 2, runMinutes: 20 },
  { queue: 'SMALL', minute: 1, count: 6, runMinutes: 15 },
  { queue: 'LARGE', minute: 3, count: 2, runMinutes: 12 },
  { queue: 'NARROW', minute: 28, count: 5, runMinutes: 8 },
  { queue: 'LARGE', minute: 29, count: 2, runMinutes: 8 },
  { queue: 'SMALL', minute: 44, count: 8, runMinutes: 10 },
  { queue: 'NARROW', minute: STORM_MINUTES - 5, count: 9, runMinutes: 15 },
  { queue: 'WIDE', minute: STORM_MINUTES - 5, count: 2, runMinutes: 10 },
  { queue: 'SMALL', minute: STORM_MINUTES - 5, count: 7, runMinutes: 12 },
  { queue: 'LARGE', minute: STORM_MINUTES - 4, count: 2, runMinutes: 12 },
];

/** The same of the fleets on the OpenStack. */
const SITE_BASE: readonly Work[] = [
  { queue: 'PRICED', minute: 1, count: 6, runMinutes: 10 },
  { queue: 'UNPRICED', minute: 2, count: 2, runMinutes: 14 },
  { queue: 'PRICED', minute: 27, count: 5, runMinutes: 8 },
  { queue: 'UNPRICED', minute: 45, count: 2, runMinutes: 10 },
  { queue: 'PRICED', minute: STORM_MINUTES - 5, count: 6, runMinutes: 12 },
  { queue: 'UNPRICED', minute: STORM_MINUTES - 4, count: 2, runMinutes: 12 },
];

export interface Timeline {
  readonly world: Truth;
  readonly weather: Weather;
  readonly tally: Tally;
  readonly functions: Pick<Lambdas, 'tick' | 'deploy'>;
  /** Once a minute, after both ticks. */
  readonly look: () => void;
}

/** What a timer does in one minute, and what the script makes of it. */
const timer = ({ world: { clock }, weather, functions }: Timeline) => {
  return (of: 'pilots' | 'workers', minute: number): void => {
    const moment = clock.now;
    const fault = weather.tickFate(of, minute);
    const run = (copy: string) => functions.tick(of, moment, copy, 'this');
    if (weather.is('two versions deployed')) {
      const own = moment + OTHER_TIMER_SECONDS * (minute % 2);
      clock.at(own, () => functions.tick(of, own, 'next version', 'next'), LAST);
    }
    switch (fault?.fate) {
      case 'lost':
        return;
      case 'late':
        clock.at(moment + fault.seconds, () => run('late'));
        return;
      case 'twice at once':
        run('first');
        run('second');
        return;
      case 'repeated':
        run('first');
        clock.at(moment + fault.seconds, () => run('again'));
        return;
      default:
        run('first');
    }
  };
};

/** Puts everything that an episode brings on the clock: load, timers, what the script strikes with. */
export const schedule = (script: Script, minutes: number, timeline: Timeline): void => {
  const { world, look } = timeline;
  const { clock, panda } = world;
  const start = clock.now;
  const fire = timer(timeline);
  const at = (minute: number, happen: () => void, order?: number) =>
    void clock.at(start + minute * 60, happen, order);
  const inspect = () => timeline.functions.tick('audit', clock.now, 'first', 'this');
  let jobs = 0;
  const arrive = ({ queue, count, runMinutes }: Work) => {
    for (let i = 0; i < count; i += 1) {
      jobs += 1;
      const cores = queue === 'WIDE' ? 8 : 1;
      const order = { id: jobs, siteid: queue, resourceType: 'SCORE', cores, runSeconds: runMinutes * 60 };
      panda.jobs.arrive({ ...order, arrivesAt: clock.now });
    }
  };
  for (let minute = 0; minute < minutes; minute += 1) {
    at(minute + PHASES.pilots / 60, () => fire('pilots', minute), LAST);
    at(minute + PHASES.workers / 60, () => fire('workers', minute), LAST);
    at(minute + PHASES.look / 60, look, LAST);
  }
  for (let second = auditPhase(script.seed); second < minutes * 60; second += AUDIT_SECONDS) {
    at(second / 60, inspect, LAST);
  }
  at(STORM_MINUTES, world.protection.lift);
  const base = script.hasSite === true ? [...BASE, ...SITE_BASE] : BASE;
  for (const work of base) at(work.minute, () => arrive(work));
  for (const fault of script.faults) {
    if (fault.kind === 'moment') at(fault.minute, () => strike(fault, timeline));
    if (fault.kind === 'jobs') at(fault.minute, () => arrive(fault));
  }
};
