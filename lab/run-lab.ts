import { DEFAULT_FLEET } from '../core/model/pool.ts';
import type { Shown } from '../twin/report/sample.ts';
import type { TwinAws } from '../twin/stage/stage-aws.ts';
import { LAB_QUEUES, labJobs } from './lab-load.ts';
import { type MainJob, startMainJob } from './main-job.ts';
import { realNova } from './openstack/real.ts';
import { standIn } from './openstack/stand-in.ts';
import { PROOFS } from './proofs/all.ts';
import type { Finding } from './proofs/proof.ts';
import type { LabSiteOptions } from './site.ts';
import { type Traces, tracesOf } from './traces.ts';

/** The clouds that a lab's machines may be of: the simulated EC2, the stand-in for an OpenStack, or a real Nova. */
export const LAB_CLOUDS = ['ec2', 'openstack', 'nova'] as const;

export type LabCloudName = (typeof LAB_CLOUDS)[number];

export interface LabOptions {
  /** Absent: EC2. */
  readonly cloud?: LabCloudName;
  /** How long jobs keep coming; the run goes on until all are done and every worker is gone or asleep. */
  readonly minutes: number;
  readonly seed: number;
  readonly show?: (shown: Shown) => void;
  /** Hears where the AWS of the stage is. */
  readonly onAws?: (aws: TwinAws) => void;
  /** Says what is going on where nothing else is shown: a line each. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a run on the real pool came to. */
export interface LabSummary {
  readonly minutes: number;
  readonly seed: number;
  readonly jobsArrived: number;
  readonly jobsDone: number;
  readonly waitMeanSeconds: number;
  readonly workersLaunched: number;
  /** Starts of workers that slept. */
  readonly workersWoken: number;
  /** Workers that sleep when every job is done: nothing would wake them, and their keep time is hours. */
  readonly workersAsleep: number;
  readonly workersAtEnd: number;
  /** Workers that ended in any other way than by powering themselves off when nothing claimed them. */
  readonly workersEndedFromOutside: number;
  readonly ec2Calls: number;
  readonly ticks: number;
  readonly ticksFailed: number;
  readonly holds: number;
  /** What is left in the OpenStack's project; absent: the machines were EC2's. */
  readonly leftInProject?: { readonly servers: number; readonly ports: number; readonly keypairs: number };
  /** None on an OpenStack: they are about the pool, and shown with EC2's machines. */
  readonly proofs: Readonly<Record<string, Finding>>;
  readonly leftBehind: Traces;
}

/** What the machines are of besides EC2. */
const OPENSTACKS: Readonly<Record<LabCloudName, LabSiteOptions['openstack']>> = {
  ec2: undefined,
  openstack: standIn,
  nova: realNova,
};

/** After its load, a lab has its last payloads to run and its workers' linger to wait for. */
const LONGEST_TAIL_SECONDS = 600;

const mainJob = async (
  job: MainJob,
  { minutes, seed, show }: LabOptions & { readonly show: (shown: Shown) => void },
): Promise<boolean> => {
  show({
    kind: 'opening',
    scenario: `${minutes} minutes of short jobs`,
    title: 'aerie on a real pool, in a box',
    startsAt: job.site.clock.now,
    loadSeconds: minutes * 60,
    seed,
    queues: LAB_QUEUES.map(({ name }) => name),
    fleets: [DEFAULT_FLEET],
    faults: [],
  });
  job.order(labJobs(LAB_QUEUES, minutes, seed, job.site.clock.now));
  return job.untilDone(minutes * 60 + LONGEST_TAIL_SECONDS);
};

/** What the main job came to, read before the proofs add workers and jobs of their own. */
const resultOf = async (job: MainJob, { minutes, seed }: LabOptions) => {
  const jobs = [...job.panda.jobs.all()];
  const done = jobs.filter(({ finishedAt }) => finishedAt !== undefined);
  const waited = done.reduce((sum, { arrivedAt, startedAt = arrivedAt }) => sum + startedAt - arrivedAt, 0);
  const { cloud, openstack } = job.site;
  const instances = cloud.instances();
  const endedFromOutside = instances.filter(
    ({ life }) => 'cause' in life && life.cause !== 'Client.InstanceInitiatedShutdown',
  );
  return {
    minutes,
    seed,
    jobsArrived: jobs.length,
    jobsDone: done.length,
    waitMeanSeconds: Number((waited / Math.max(1, done.length)).toFixed(1)),
    workersLaunched: instances.length,
    workersWoken: instances.reduce((sum, { runs }) => sum + runs.length - 1, 0),
    workersAsleep: cloud.sleeping().length,
    workersAtEnd: cloud.live().length,
    workersEndedFromOutside: endedFromOutside.length,
    ec2Calls: job.ec2Calls(),
    ...job.counts(),
    ...(openstack === undefined ? {} : { leftInProject: await openstack.left() }),
  };
};

const aborted = (signal: AbortSignal | undefined): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** Shows one after the other; undefined if that was aborted. */
const prove = async (job: MainJob, { say = () => {}, signal }: LabOptions) => {
  const findings: Record<string, Finding> = {};
  const abort = aborted(signal);
  for (const [name, proof] of Object.entries(PROOFS)) {
    say(`showing ${name} …`);
    const finding = await Promise.race([proof(job), abort]);
    if (finding === undefined) return undefined;
    say(`${name}: ${JSON.stringify(finding)}`);
    findings[name] = finding;
  }
  return findings;
};

/** Passes on what is shown up to the closing: what the proofs do to the pool is no part of the main job any more. */
const untilClosing = (show: (shown: Shown) => void): ((shown: Shown) => void) => {
  let closed = false;
  return (shown) => {
    if (!closed) show(shown);
    closed ||= shown.kind === 'closing';
  };
};

/**
 * The main job on a real pool from empty to empty, and then what a site may rely on, shown one by one. Whatever
 * happens, the lab is removed. An aborted run answers undefined.
 */
export const runLab = async (given: LabOptions): Promise<LabSummary | undefined> => {
  const show = untilClosing(given.show ?? (() => {}));
  const options = { ...given, show };
  const { say = () => {}, signal } = options;
  say('building the pool …');
  const job = await startMainJob({
    signal,
    show,
    onAws: given.onAws,
    openstack: OPENSTACKS[options.cloud ?? 'ec2'],
  });
  const { network } = job.site;
  let result: Omit<LabSummary, 'leftBehind'> | undefined;
  try {
    if (await mainJob(job, options)) {
      const came = await resultOf(job, options);
      show({ kind: 'closing', summary: came });
      const proofs = job.site.openstack === undefined ? await prove(job, options) : {};
      result = proofs === undefined ? undefined : { ...came, proofs };
    }
  } finally {
    say('removing the pool …');
    await job.close();
  }
  return result === undefined ? undefined : { ...result, leftBehind: await tracesOf(network) };
};
