import { createHash } from 'node:crypto';
import type { Decision } from '../../core/decisions.ts';
import { type Offer, offerKey } from '../../core/flavours.ts';
import type {
  Cloud,
  DecisionBook,
  Instance,
  LaunchBook,
  LaunchOutcome,
  LedgerSight,
  PoolPilots,
  PoolWorkers,
  SubmissionBook,
  WorkerBook,
} from '../../core/ports.ts';
import type {
  CoolingRecord,
  LaunchRequest,
  LedgerView,
  OpenLaunch,
  SubmissionRecord,
  WorkerRecord,
} from '../../core/records.ts';
import { known, unknown } from '../../core/snapshot.ts';

/** A ledger in memory: the same promises as the table's, without the table. */
export type MemoryLedger = LedgerSight & DecisionBook & LaunchBook & WorkerBook & SubmissionBook;

export interface Book {
  readonly ledger: MemoryLedger;
  /** Everything it holds, to be compared. */
  all(): unknown;
}

const sorted = <T>(of: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...of].sort(([a], [b]) => (a < b ? -1 : 1));

export const memoryLedger = (start: Partial<LedgerView> = {}): Book => {
  const decisions = new Map<string, Decision>();
  const launches = new Map((start.launches ?? []).map((of) => [of.request.launchId, of]));
  const workers = new Map((start.workers ?? []).map((of) => [of.instanceId, of]));
  const cooling = new Map<string, CoolingRecord>();
  const submissions = new Map<string, SubmissionRecord>();
  const past = new Map<string, string>();
  const putOnce = <T>(into: Map<string, T>, key: string, value: T): T => {
    const there = into.get(key);
    if (there === undefined) into.set(key, value);
    return there ?? value;
  };
  const ledger: MemoryLedger = {
    view: async () => ({
      launches: [...launches.values()],
      workers: [...workers.values()],
      cooling: [...cooling.values()],
      submissions: Object.groupBy(submissions.values(), ({ queue }) => queue) as LedgerView['submissions'],
      pilotsEver: {},
    }),
    keep: async (decision) =>
      putOnce(decisions, `${decision.of} ${decision.queue} ${decision.at}`, decision),
    open: async (launch) => void putOnce(launches, launch.request.launchId, launch),
    close: async ({ request }: OpenLaunch, brought: readonly WorkerRecord[], outcome: string) => {
      for (const worker of brought) putOnce(workers, worker.instanceId, worker);
      past.set(request.launchId, outcome);
      launches.delete(request.launchId);
    },
    cool: async (records) => {
      for (const record of records) cooling.set(offerKey(record.offer), record);
    },
    find: async (id) => workers.get(id),
    change: async ({ worker, to }) => {
      const there = workers.get(worker.instanceId);
      if (there === undefined || (to !== 'gone' && there.state.kind !== worker.state.kind)) return;
      if (to === 'gone') workers.delete(worker.instanceId);
      else workers.set(worker.instanceId, { ...there, state: to });
    },
    submitted: async (record) => void putOnce(submissions, record.requestId, record),
  };
  const all = () => [decisions, launches, workers, cooling, submissions, past].map(sorted);
  return { ledger, all };
};

export interface Ec2 {
  readonly cloud: Cloud;
  /** Tokens that were asked for, each time. */
  readonly asked: string[];
  readonly instances: Map<string, Instance>;
  /** What goes wrong from now on, instead of an answer. */
  fault: Exclude<LaunchOutcome, { readonly kind: 'answered' }> | undefined;
}

const idOf = (token: string, n: number): string =>
  `i-${createHash('sha256').update(`${token}/${n}`).digest('hex').slice(0, 17)}`;

/** EC2 in memory: launches from what `free` says is left of each flavour; a token that it has seen brings the same again. */
export const memoryEc2 = (free: Readonly<Record<string, number>> = {}, start: readonly Instance[] = []): Ec2 => {
  const left = new Map(Object.entries(free));
  const instances = new Map(start.map((of) => [of.instanceId, of]));
  const answers = new Map<string, LaunchOutcome>();
  const asked: string[] = [];
  const launch = (request: LaunchRequest): LaunchOutcome => {
    const [override] = request.overrides;
    if (override === undefined) throw new Error('a launch without an override');
    const have = left.get(override.flavour) ?? Number.POSITIVE_INFINITY;
    const count = Math.min(have, request.count);
    left.set(override.flavour, have - count);
    const offers = request.overrides.map(
      ({ flavour, zone }): Offer => ({ flavour, zone, market: request.market }),
    );
    const [offer = { flavour: override.flavour, zone: override.zone, market: request.market }] = offers;
    const launched = Array.from({ length: count }, (_, n) => ({
      instanceId: idOf(request.clientToken, n),
      offer,
    }));
    for (const { instanceId } of launched) {
      instances.set(instanceId, { instanceId, state: 'running', launchedAt: 0, offer, tags: request.tags });
    }
    const refused = count < request.count ? offers : [];
    return {
      kind: 'answered',
      launched,
      refused: refused.map((of) => ({ offer: of, class: 'capacity', why: 'none left' })),
    };
  };
  const ec2: Ec2 = {
    asked,
    instances,
    fault: undefined,
    cloud: {
      async launch(request) {
        asked.push(request.clientToken);
        if (ec2.fault !== undefined) return ec2.fault;
        const answer = answers.get(request.clientToken) ?? launch(request);
        answers.set(request.clientToken, answer);
        return answer;
      },
      async terminate(ids) {
        for (const id of ids) {
          const there = instances.get(id);
          if (there !== undefined) instances.set(id, { ...there, state: 'shutting-down' });
        }
        return ids;
      },
      describe: async (ids, now) =>
        ec2.fault === undefined
          ? known(ids.flatMap((id) => instances.get(id) ?? []), now)
          : unknown('throttled'),
      list: async (tags, now) =>
        known(
          [...instances.values()].filter((of) => Object.entries(tags).every(([tag, value]) => of.tags[tag] === value)),
          now,
        ),
    },
  };
  return ec2;
};

export interface MemoryPool {
  readonly port: PoolPilots & PoolWorkers;
  /** Pilots in the schedd by request id. */
  readonly submitted: Map<string, number>;
  readonly removed: string[];
  readonly draining: Set<string>;
  readonly forgotten: Set<string>;
}

/** The pool in memory: remembers each request id, as the schedd does. */
export const memoryPool = (): MemoryPool => {
  const pool = {
    submitted: new Map<string, number>(),
    removed: [] as string[],
    draining: new Set<string>(),
    forgotten: new Set<string>(),
  };
  const each = (act: (id: string) => void) => async (ids: readonly string[]) => {
    for (const id of ids) act(id);
    return { done: [...ids], failed: [] };
  };
  return {
    ...pool,
    port: {
      async submit({ requestId, count }) {
        const before = pool.submitted.get(requestId);
        pool.submitted.set(requestId, before ?? count);
        return { submitted: before ?? count, repeated: before !== undefined };
      },
      async remove({ queue, count, leave }) {
        pool.removed.push(`${queue}: ${count}, leave ${leave}`);
        return count;
      },
      drain: each((id) => pool.draining.add(id)),
      undrain: each((id) => pool.draining.delete(id)),
      forget: each((id) => pool.forgotten.add(id)),
    },
  };
};
