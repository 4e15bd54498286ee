import { type Clock, simulatedClock } from '../../twin/clock/clock.ts';
import { pandaFace } from '../../twin/panda/face.ts';
import { type PandaWorld, pandaWorld } from '../../twin/panda/world.ts';
import { type EndpointOptions, endpointFace } from '../../twin/pool/face.ts';
import { type PoolWorld, poolWorld } from '../../twin/pool/world.ts';
import { simulatedJob } from '../../twin/worker/pilot.ts';

/** What a deployed stage finds outside of AWS: a PanDA and a pool, both of the twin. */
export interface Site {
  readonly clock: Clock;
  readonly panda: PandaWorld;
  readonly pool: PoolWorld;
  readonly pandaUrl: string;
  readonly endpointUrl: string;
  /** Lets simulated time pass. */
  pass(seconds: number): void;
  close(): Promise<void>;
}

const SEED = 1;
const JOBS_ELSEWHERE = 5_000;
const VIEW_SECONDS = 120;

export interface SiteOptions {
  /** Absent: a site whose pool knows plain jobs only. */
  readonly queue?: string;
  readonly secret: string;
  /** Seconds since 1970. */
  readonly startsAt: number;
  /** Whose workers the endpoint says it admits. */
  readonly admission?: NonNullable<EndpointOptions['admission']>;
}

/** Opens a site with one queue, or none, at a moment, without jobs. */
export const openSite = async ({ queue, secret, startsAt, ...ofEndpoint }: SiteOptions): Promise<Site> => {
  const clock = simulatedClock(startsAt);
  const queues = queue === undefined ? [] : [queue];
  const panda = pandaWorld({
    clock,
    sites: Object.fromEntries(queues.map((name) => [name, { status: 'online', type: 'unified' }])),
    viewSeconds: VIEW_SECONDS,
    jobsElsewhere: JOBS_ELSEWHERE,
  });
  const sites = Object.fromEntries(queues.map((name) => [name, { siteid: name, resourceType: 'SCORE' }]));
  const pool = poolWorld({
    clock,
    runJob: simulatedJob({ clock, seed: SEED, panda, sites, onPayload: () => undefined }),
  });
  const [pandaServed, endpointServed] = await Promise.all([
    pandaFace(panda),
    endpointFace(pool, { secret, queues, ...ofEndpoint }),
  ]);
  return {
    clock,
    panda,
    pool,
    pandaUrl: pandaServed.url,
    endpointUrl: endpointServed.url,
    pass(seconds) {
      const until = clock.now + seconds;
      for (let next = clock.next(); next !== undefined && next <= until; next = clock.next()) clock.step();
      clock.advance(until);
    },
    async close() {
      await Promise.all([pandaServed.close(), endpointServed.close()]);
    },
  };
};
