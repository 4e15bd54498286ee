import type { PandaJobs } from '../../core/model/panda.ts';
import { known, type Snapshot, unknown } from '../../core/model/snapshot.ts';
import type { Panda } from '../../core/ports.ts';
import type { Pass } from '../../twin/in-process/sdk.ts';
import { inflated } from '../../twin/panda/statistics.ts';
import type { Statistics } from '../../twin/panda/tally.ts';
import type { Invocation } from './gate.ts';
import { QUEUE_NAMES } from './queues.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';

/** PanDA is never empty: thousands of jobs run elsewhere, and from them one sees that a reply is inflated. */
const ELSEWHERE = { ELSEWHERE: { SCORE: { managed: { activated: 5000, running: 2000 } } } };
const INFLATED = 3;
/** How long an earlier sample is a measure for the next one. */
const COMPARABLE_SECONDS = 600;

/** PanDA's statistics for all handlers, with their faults. */
export const pandaViews = ({ panda }: Truth, weather: Weather) => {
  let stuck: { readonly since: number; readonly statistics: Statistics } | undefined;
  return (): Statistics => {
    const { statistics } = panda.view();
    const since = weather.since('PanDA stuck');
    if (since === undefined || !weather.is('PanDA stuck')) return statistics;
    if (stuck?.since !== since) stuck = { since, statistics };
    return stuck.statistics;
  };
};

/** PanDA, as one process of a handler asks it; `ran` is told when a run of it went through, with what it had seen. */
export interface PandaPort extends Panda {
  ran(): void;
}

export const pandaPort = (
  { clock }: Truth,
  weather: Weather,
  views: () => Statistics,
  pass: Pass,
  current: () => Invocation,
): PandaPort => {
  let soundAt: number | undefined;
  let answered: { readonly at: number; readonly isInflated: boolean } | undefined;
  const noJobs = (): Snapshot<PandaJobs> => {
    current().jobDoubts.add('PanDA is unknown');
    return unknown('PanDA did not answer');
  };
  const jobs = (): Snapshot<PandaJobs> => {
    if (weather.is('PanDA down')) return noJobs();
    const { moment, jobDoubts } = current();
    const isInflated = weather.is('PanDA inflated');
    answered = { at: moment, isInflated };
    const hasMeasure = soundAt !== undefined && Math.abs(moment - soundAt) <= COMPARABLE_SECONDS;
    if (isInflated && hasMeasure) jobDoubts.add('PanDA has three times as many jobs as before');
    return known(inflated({ ...views(), ...ELSEWHERE }, isInflated ? INFLATED : 1), clock.now);
  };
  const noSites = () => unknown('PanDA did not answer');
  return {
    async jobs(nowSeconds) {
      answered = undefined;
      const answer = await pass('panda jobs', jobs, { lost: noJobs, throttled: noJobs });
      return answer.kind === 'known' ? known(answer.value, nowSeconds) : answer;
    },
    sites: (nowSeconds) =>
      pass(
        'panda sites',
        () =>
          weather.is('PanDA down')
            ? noSites()
            : known(Object.fromEntries(QUEUE_NAMES.map((name) => [name, { status: 'online' }])), nowSeconds),
        { lost: noSites, throttled: noSites },
      ),
    ran() {
      if (answered !== undefined && !answered.isInflated) soundAt = answered.at;
    },
  };
};
