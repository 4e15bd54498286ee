import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaName } from '../../lib/bundling.ts';
import { isNews } from '../../twin/ec2/news.ts';
import { type Functions, openFunctions } from '../../twin/functions.ts';
import { pandaFace, pandaServer } from '../../twin/panda/face.ts';
import { type PandaWorld, pandaWorld } from '../../twin/panda/world.ts';
import { type EventQueue, eventQueue } from '../../twin/queue.ts';
import type { Shown } from '../../twin/sample.ts';
import { startTimers, type TickCounts, tickCounter } from '../../twin/timers.ts';
import { labGauge } from './lab-gauge.ts';
import { LAB_QUEUES, labJobs } from './lab-load.ts';
import { PANDA_PORT, pilotFiles } from './pilots.ts';
import { type LabSite, labSite, nowSeconds } from './site.ts';

/** The deployed timers come each minute; a lab that is watched for some minutes needs them more often. */
const TICK_SECONDS = 5;
const SAMPLE_SECONDS = 2;
/** PanDA's own are two and three minutes; what they do to aerie is tried out on the twin. */
const PANDA_VIEW_SECONDS = 2;
const PANDA_HOLDING_SECONDS = 5;
/** After its load, a lab has its last payloads to run and its workers' linger to wait for. */
const LONGEST_TAIL_SECONDS = 600;
const TURN_SECONDS = 0.5;

/** Jobs of sites that are not ours: the real PanDA is never empty. */
const JOBS_ELSEWHERE = 5000;

/** aerie at work on a real pool: PanDA, the functions on their timers, and the site that they serve. */
export interface MainJob {
  readonly site: LabSite;
  readonly panda: PandaWorld;
  readonly counts: () => TickCounts;
  readonly ec2Calls: () => number;
  /** Lets jobs come for some minutes, and then waits until all are done and no worker is left. False: it was aborted. */
  run(minutes: number): Promise<boolean>;
  /** Ends the functions, and then everything of the site. */
  close(): Promise<void>;
}

export interface MainJobOptions {
  readonly seed: number;
  readonly show?: (shown: Shown) => void;
  readonly onLog?: (name: LambdaName, line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** EC2's events, on their way to the function that takes them. The queue exists only once there is a clock. */
const newsDesk = () => {
  let queue: EventQueue | undefined;
  return {
    onEvent(event: Parameters<typeof isNews>[0]) {
      if (isNews(event)) queue?.send(event);
    },
    deliverTo(made: EventQueue) {
      queue = made;
    },
  };
};

const openPanda = async (site: LabSite) => {
  const world = pandaWorld({
    clock: site.clock,
    sites: Object.fromEntries(LAB_QUEUES.map(({ name }) => [name, { status: 'online', type: 'unified' }])),
    viewSeconds: PANDA_VIEW_SECONDS,
    holdingSeconds: PANDA_HOLDING_SECONDS,
    jobsElsewhere: JOBS_ELSEWHERE,
  });
  // Pilots find PanDA at the central manager; the functions are outside of the lab.
  await site.serve(PANDA_PORT, pandaServer(world));
  return { world, face: await pandaFace(world) };
};

const openFunctionsOf = async (
  site: LabSite,
  pandaUrl: string,
  onLog: MainJobOptions['onLog'],
): Promise<Functions> => {
  const caFile = join(site.network.directory, 'ca.pem');
  await writeFile(caFile, site.endpoint.ca);
  return openFunctions({
    pandaUrl,
    endpointUrl: site.endpoint.url,
    endpointSecret: site.endpoint.secret,
    caFile,
    ec2: site.ec2,
    queues: LAB_QUEUES,
    httpTimeoutSeconds: 10,
    onLog,
  });
};

/** Builds a site and sets aerie to work on it. Without jobs nothing happens yet. */
export const startMainJob = async (options: MainJobOptions): Promise<MainJob> => {
  const { seed, show = () => {}, signal } = options;
  const news = newsDesk();
  const templates = pilotFiles(LAB_QUEUES, nowSeconds() + 86_400);
  const site = await labSite({ templates, onEvent: news.onEvent });
  let open: readonly (() => Promise<unknown>)[] = [() => site.remove()];
  const close = async () => {
    const steps = open;
    open = [];
    for (const step of steps) await step();
  };
  try {
    const panda = await openPanda(site);
    open = [() => panda.face.close(), ...open];
    const functions = await openFunctionsOf(site, panda.face.url, options.onLog);
    open = [() => functions.close(), ...open];

    const { clock, ec2 } = site;
    const startsAt = clock.now;
    const counter = tickCounter((told) => show({ kind: 'told', told }));
    const queue = eventQueue(clock, (event, done) => void functions.invoke('events', event).then(done));
    news.deliverTo(queue);
    startTimers(
      clock,
      (name, event) => {
        const atSeconds = clock.now - startsAt;
        void functions.invoke(name, event).then((outcome) => counter.take(name, atSeconds, outcome));
      },
      TICK_SECONDS,
    );
    const gauge = labGauge(LAB_QUEUES, panda.world, ec2, site.endpoint);

    const isOver = (jobs: number): boolean => {
      const done = [...panda.world.jobs.all()].filter(({ finishedAt }) => finishedAt !== undefined).length;
      return done === jobs && ec2.live.size === 0 && queue.pending === 0;
    };
    const run = async (minutes: number): Promise<boolean> => {
      show({
        kind: 'opening',
        scenario: `${minutes} minutes of short jobs`,
        title: 'aerie on a real pool, in a box',
        loadSeconds: minutes * 60,
        seed,
        queues: LAB_QUEUES.map(({ name }) => name),
        faults: [],
      });
      const jobs = labJobs(LAB_QUEUES, minutes, seed, clock.now);
      for (const job of jobs) panda.world.jobs.arrive(job);
      const latest = nowSeconds() + minutes * 60 + LONGEST_TAIL_SECONDS;
      let sampleAt = 0;
      while (!isOver(jobs.length)) {
        if (signal?.aborted === true) return false;
        if (nowSeconds() > latest) {
          throw new Error(
            `not every job was done and every worker gone ${LONGEST_TAIL_SECONDS} s after the load`,
          );
        }
        if (nowSeconds() >= sampleAt) {
          sampleAt = nowSeconds() + SAMPLE_SECONDS;
          const sample = await gauge(clock.now - startsAt);
          if (sample !== undefined) show({ kind: 'sample', ...sample });
        }
        await pause(TURN_SECONDS * 1000);
      }
      return true;
    };
    return {
      site,
      panda: panda.world,
      counts: counter.counts,
      ec2Calls: () => [...functions.ec2Calls.values()].reduce((sum, calls) => sum + calls, 0),
      run,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
