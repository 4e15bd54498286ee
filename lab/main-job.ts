import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaName } from '../lib/functions/bundling.ts';
import { EVENT_QUEUE } from '../lib/functions/functions.ts';
import { isNews } from '../twin/aws/ec2/events.ts';
import { type EventQueue, eventQueue } from '../twin/aws/sqs.ts';
import { scheduledEvent, startTimers, type TickCounts, tickCounter } from '../twin/aws/timers.ts';
import { pandaFace, pandaServer } from '../twin/panda/face.ts';
import type { JobOrder } from '../twin/panda/job.ts';
import { type PandaWorld, pandaWorld } from '../twin/panda/world.ts';
import type { Shown } from '../twin/report/sample.ts';
import { type Functions, openFunctions } from '../twin/stage/functions.ts';
import { stageAws, type TwinAws } from '../twin/stage/stage-aws.ts';
import { metricsIn } from '../twin/stage/watched.ts';
import { QUEUE } from './bare-worker.ts';
import { labGauge } from './lab-gauge.ts';
import { LAB_QUEUES, labSettings } from './lab-load.ts';
import { CLOUD } from './openstack/beside.ts';
import { PANDA_PORT, pilotFiles } from './pilots.ts';
import { type LabSite, type LabSiteOptions, labSite, nowSeconds } from './site.ts';

/** The deployed timers come each minute; in a lab that is watched for some minutes each five seconds. */
const PULSE = { tickSeconds: 60, timesAsOften: 12 } as const;
/** PanDA's own are two and three minutes; what they do to aerie is tried out on the twin. */
const PANDA_VIEW_SECONDS = 2;
const PANDA_HOLDING_SECONDS = 5;
const TURN_SECONDS = 0.5;
const TURNS_PER_SAMPLE = 4;

/** Jobs of sites that are not ours: the real PanDA is never empty. */
const JOBS_ELSEWHERE = 5000;

/** aerie at work on a real pool: PanDA, the functions on their timers, and the site that they serve. */
export interface MainJob {
  readonly site: LabSite;
  readonly panda: PandaWorld;
  readonly counts: () => TickCounts;
  readonly ec2Calls: () => number;
  /** Lets jobs come to PanDA, each at its moment; they are given their ids here. */
  order(jobs: readonly Omit<JobOrder, 'id'>[]): void;
  /**
   * Waits until every job is done and every worker is gone or asleep, and shows the way there. False: it was aborted. Throws if it
   * is not so in time.
   */
  untilDone(withinSeconds: number): Promise<boolean>;
  /** Ends the functions, and then everything of the site. */
  close(): Promise<void>;
}

export interface MainJobOptions {
  readonly show?: (shown: Shown) => void;
  readonly onLog?: (name: LambdaName, line: string) => void;
  /** Hears where the AWS of the stage is. */
  readonly onAws?: ((aws: TwinAws) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly openstack?: LabSiteOptions['openstack'];
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
    ...site.openstack?.surroundings,
    settings: labSettings(
      site.openstack === undefined
        ? { flavours: 'm6i.large' }
        : { flavours: site.openstack.flavours, cloud: CLOUD },
    ),
    seed: 1,
    httpTimeoutSeconds: 10,
    onLog,
  });
};

/** Whether nothing has power any more, and what does not sleep by a plan is gone: on an OpenStack it takes its part of the quota. */
const hasEnded = ({ cloud, openstack }: LabSite): boolean =>
  cloud.live().length === 0 && (openstack === undefined || cloud.sleeping().length === 0);

/** Builds a site and sets aerie to work on it. Without jobs nothing happens yet. */
export const startMainJob = async (options: MainJobOptions): Promise<MainJob> => {
  const { show = () => {}, signal } = options;
  const news = newsDesk();
  const pilots = [...LAB_QUEUES, { name: QUEUE, resourceType: 'SCORE' }] as const;
  const templates = pilotFiles(pilots, nowSeconds() + 86_400);
  const site = await labSite({ templates, onEvent: news.onEvent, openstack: options.openstack });
  let open: readonly (() => Promise<unknown>)[] = [() => site.remove()];
  const close = async () => {
    const steps = open;
    open = [];
    for (const step of steps) await step();
  };
  try {
    const panda = await openPanda(site);
    open = [() => panda.face.close(), ...open];
    let hear = (_: string): void => {};
    const functions = await openFunctionsOf(site, panda.face.url, (name, line) => {
      options.onLog?.(name, line);
      hear(line);
    });
    open = [() => functions.close(), ...open];
    const queue = eventQueue(
      site.clock,
      EVENT_QUEUE,
      (event, done) => void functions.invoke('events', event).then(done),
    );
    const looked = await stageAws(site.clock, functions, { hasPilots: true, news: { events: queue } });
    open = [() => looked.close(), ...open];
    hear = (line) => {
      for (const datum of metricsIn(line)) looked.take(datum);
    };
    options.onAws?.(looked.aws);

    const { clock, cloud } = site;
    const startsAt = clock.now;
    const counter = tickCounter((told) => show({ kind: 'told', told }));
    news.deliverTo(queue);
    // Time does not stand still here: the settings have to be in the ledger before the first tick asks for them.
    await functions.invoke('settings', scheduledEvent('settings', clock.now));
    startTimers(
      clock,
      (name, event) => {
        const atSeconds = clock.now - startsAt;
        void functions.invoke(name, event).then((outcome) => {
          if (name !== 'settings') counter.take(name, atSeconds, outcome);
        });
      },
      PULSE,
    );
    const gauge = labGauge(LAB_QUEUES, panda.world, cloud, site.endpoint);

    let ordered = 0;
    const order = (jobs: readonly Omit<JobOrder, 'id'>[]) => {
      for (const job of jobs) {
        ordered += 1;
        panda.world.jobs.arrive({ id: ordered, ...job });
      }
    };
    const isOver = (): boolean => {
      const done = [...panda.world.jobs.all()].filter(({ finishedAt }) => finishedAt !== undefined).length;
      return done === ordered && hasEnded(site) && queue.pending === 0;
    };
    const sample = async () => {
      const taken = await gauge(clock.now - startsAt);
      if (taken !== undefined) show({ kind: 'sample', ...taken });
    };
    const untilDone = async (withinSeconds: number): Promise<boolean> => {
      const latest = nowSeconds() + withinSeconds;
      for (let turn = 0; !isOver(); turn += 1) {
        if (signal?.aborted === true) return false;
        if (nowSeconds() > latest) {
          throw new Error(`after ${withinSeconds} s not every job was done and every worker gone or asleep`);
        }
        if (turn % TURNS_PER_SAMPLE === 0) await sample();
        await pause(TURN_SECONDS * 1000);
      }
      await sample();
      return true;
    };
    return {
      site,
      panda: panda.world,
      counts: counter.counts,
      ec2Calls: () => [...functions.ec2Calls.values()].reduce((sum, calls) => sum + calls, 0),
      order,
      untilDone,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
