import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { PoolView } from '../../core/model/pool.ts';

/** What the endpoint tells Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  toolEnded(tool: string, seconds: number, ok: boolean): void;
  answered(route: string, status: number, seconds: number): void;
  seen(view: PoolView): void;
  credentials(ends: ReadonlyMap<string, number | null>): void;
  /** The state folder could be written just now, or not. */
  state(isWritable: boolean): void;
  /** A connection was hung up on, because there are as many as there may be. */
  connectionDropped(): void;
  /** The workers tick was nudged, or could not be. */
  nudged(outcome: 'sent' | 'failed'): void;
}

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** More names than anybody reads; Prometheus keeps a series for each. */
const MOST_NAMED = 100;

const STATES = ['idle', 'running', 'held'] as const;

type Counts = Readonly<Record<(typeof STATES)[number], number>>;

const sumOf = (kinds: readonly Counts[], state: (typeof STATES)[number]): number =>
  kinds.reduce((sum, counts) => sum + counts[state], 0);

/** `now` in seconds since 1970. */
export const metrics = (now: () => number): Metrics => {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  const tools = new Histogram({
    name: 'aerie_endpoint_tool_seconds',
    help: "Time that each run of HTCondor's tools took",
    labelNames: ['tool', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const requests = new Histogram({
    name: 'aerie_endpoint_request_seconds',
    help: 'Time that each request took',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const incomplete = new Counter({
    name: 'aerie_endpoint_incomplete_total',
    help: 'Snapshots of which a part could not be had',
    labelNames: ['part'],
    registers,
  });
  const pilots = new Gauge({
    name: 'aerie_endpoint_pilots',
    help: 'Pilots in the schedd as of the last snapshot',
    labelNames: ['queue', 'state'],
    registers,
  });
  const jobs = new Gauge({
    name: 'aerie_endpoint_jobs',
    help: 'Plain jobs in the schedd that name a fleet, as of the last snapshot',
    labelNames: ['fleet', 'state'],
    registers,
  });
  const workers = new Gauge({
    name: 'aerie_endpoint_workers',
    help: 'Workers in the collector as of the last snapshot',
    labelNames: ['fleet', 'state'],
    registers,
  });
  const unreadable = new Gauge({
    name: 'aerie_endpoint_unreadable',
    help: 'What the last snapshot passed over because it cannot be read: worker: named workers; ad: of no named worker; job: pilots; plain: plain jobs; landing: entries of landingsFile',
    labelNames: ['of'],
    registers,
  });
  const unreadableWorker = new Gauge({
    name: 'aerie_endpoint_unreadable_worker',
    help: `1 for workers whose ads cannot be read, the first ${MOST_NAMED} of them`,
    labelNames: ['instance'],
    registers,
  });
  const credentialSeconds = new Gauge({
    name: 'aerie_endpoint_credential_remaining_seconds',
    help: "Remaining life of each queue's pilot credential; negative: it has ended, or cannot be read",
    labelNames: ['queue'],
    registers,
  });
  const stateWritable = new Gauge({
    name: 'aerie_endpoint_state_writable',
    help: '1 if the state folder could be written when it was last tried, 0 if not: then no worker joins',
    registers,
  });
  const dropped = new Counter({
    name: 'aerie_endpoint_connections_dropped_total',
    help: 'Connections that were hung up on, because there were as many as there may be',
    registers,
  });
  const nudges = new Counter({
    name: 'aerie_endpoint_nudges_total',
    help: 'Nudges to the workers tick, because jobs have begun to wait',
    labelNames: ['outcome'],
    registers,
  });
  const snapshotAt = new Gauge({
    name: 'aerie_endpoint_snapshot_timestamp_seconds',
    help: 'When the last complete snapshot was taken',
    registers,
  });

  const seePilots = ({ complete, queues, unreadable: jobs = 0 }: PoolView['pilots']) => {
    if (!complete) return incomplete.inc({ part: 'pilots' });
    unreadable.set({ of: 'job' }, jobs);
    pilots.reset();
    for (const { queue, shapes } of queues) {
      for (const state of STATES) pilots.set({ queue, state }, sumOf(shapes, state));
    }
  };
  const seeJobs = ({ complete, fleets, unreadable: plain = 0 }: NonNullable<PoolView['jobs']>) => {
    if (!complete) return incomplete.inc({ part: 'jobs' });
    unreadable.set({ of: 'plain' }, plain);
    jobs.reset();
    for (const { fleet, shapes } of fleets) {
      for (const state of STATES) jobs.set({ fleet, state }, sumOf(shapes, state));
    }
  };
  const seeWorkers = ({
    complete,
    workers: seen,
    unreadable: odd = [],
    unnamed = 0,
  }: PoolView['workers']) => {
    if (!complete) return incomplete.inc({ part: 'workers' });
    unreadable.set({ of: 'worker' }, odd.length);
    unreadableWorker.reset();
    for (const { instanceId } of odd.slice(0, MOST_NAMED)) unreadableWorker.set({ instance: instanceId }, 1);
    unreadable.set({ of: 'ad' }, unnamed);
    workers.reset();
    for (const { fleet, reachable, draining, busy } of seen) {
      const state = !reachable ? 'unreachable' : draining ? 'draining' : busy > 0 ? 'busy' : 'idle';
      workers.inc({ fleet, state });
    }
  };

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    toolEnded: (tool, seconds, ok) => tools.observe({ tool, outcome: ok ? 'ok' : 'failed' }, seconds),
    answered: (route, status, seconds) => requests.observe({ route, status }, seconds),
    seen(view) {
      seePilots(view.pilots);
      if (view.jobs !== undefined) seeJobs(view.jobs);
      seeWorkers(view.workers);
      if (view.landings?.complete === true) {
        unreadable.set({ of: 'landing' }, view.landings.unreadable ?? 0);
      }
      if (view.pilots.complete && view.workers.complete) snapshotAt.set(view.observedAt);
    },
    state: (isWritable) => stateWritable.set(isWritable ? 1 : 0),
    connectionDropped: () => dropped.inc(),
    nudged: (outcome) => nudges.inc({ outcome }),
    credentials(ends) {
      credentialSeconds.reset();
      for (const [queue, end] of ends) if (end !== null) credentialSeconds.set({ queue }, end - now());
    },
  };
};
