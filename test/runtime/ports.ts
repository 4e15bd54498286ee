import type { Ledger } from '../../core/ledger.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { PandaJobs } from '../../core/model/panda.ts';
import type { PoolState, PoolView } from '../../core/model/pool.ts';
import { known } from '../../core/model/snapshot.ts';
import type { ParsedFleet } from '../../core/settings/fleet-settings.ts';
import { nameOf } from '../../core/settings/parse.ts';
import type { ParsedQueue } from '../../core/settings/queue-settings.ts';
import type { PilotsPorts } from '../../runtime/pilots-tick.ts';
import type { WorkersPorts } from '../../runtime/workers-tick.ts';
import { fleet, poolView, STAGE } from '../core/worlds.ts';
import { fakeLedger } from '../fakes/ledger.ts';
import { memoryEc2 } from './memory-ec2.ts';
import { memoryPool } from './memory-pool.ts';

/** What a tick finds outside. */
export interface Outside {
  readonly queues: readonly ParsedQueue[];
  /** Absent: the default fleet alone. */
  readonly fleets?: readonly ParsedFleet[];
  readonly jobs?: PandaJobs;
  readonly view?: PoolView;
  readonly ledger?: Partial<LedgerView>;
  readonly free?: Readonly<Record<string, number>>;
  readonly instances?: readonly Instance[];
}

/** A whole outside in memory, which keeps what is done to it, and the ports to it. */
export const outside = ({
  queues,
  fleets = [fleet()],
  jobs = {},
  view = poolView([]),
  ledger,
  free,
  instances,
}: Outside) => {
  const book = fakeLedger(ledger);
  const ec2 = memoryEc2(free, instances);
  const idle = view.pilots.queues.map(({ queue, shapes }) => [queue, shapes[0]?.idle ?? 0] as const);
  const pool = memoryPool(
    Object.fromEntries(idle),
    view.workers.workers.map(({ instanceId }) => instanceId),
  );
  const told: Decision[] = [];
  const users: PoolState[] = [];
  const sites = Object.fromEntries(queues.map((queue) => [nameOf(queue), { status: 'online' }]));
  let moment = 0;
  const ports: PilotsPorts & WorkersPorts = {
    settings: {
      async all(now) {
        moment = now;
        ec2.now = now;
        return { queues, fleets };
      },
    },
    panda: {
      jobs: async (now) => known(jobs, now),
      sites: async (now) => known(sites, now),
    },
    // The pool has a clock of its own, which happens to be right.
    pool: { view: async () => known({ ...view, observedAt: moment }, moment) },
    ledger: book.ledger,
    pilots: pool.port,
    poolWorkers: pool.port,
    poolUsers: { tellUsers: async (states) => void users.push(...states) },
    cloud: ec2.cloud,
    consoles: ec2.consoles,
    stage: STAGE,
    image: async (now) => known(undefined, now),
    tell: (decision) => void told.push(decision),
  };
  /** Everything that was done to the outside, to be compared. */
  const state = () => ({
    ledger: book.all(),
    instances: [...ec2.instances.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1)),
    pool: { ...pool, port: undefined },
  });
  return { ports, book, ec2, pool, told, users, state };
};

/** The process is killed after so many calls; from then on nothing of it reaches the outside any more. */
export interface Life {
  calls: number;
}

const mortal = <P extends object>(port: P, life: Life): P =>
  new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...asked: readonly unknown[]) => {
        if (life.calls <= 0) throw new Error('the process was killed');
        const answer: unknown = await Reflect.apply(method, target, asked);
        life.calls -= 1;
        if (life.calls <= 0) throw new Error('the process was killed');
        return answer;
      };
    },
  });

/** The parts of the ledger that write; what a process reads does not count: a kill there leaves no trace. */
const mortalLedger = (ledger: Ledger, life: Life): Ledger => ({
  ...ledger,
  decisions: mortal(ledger.decisions, life),
  leases: mortal(ledger.leases, life),
  launches: mortal(ledger.launches, life),
  workers: mortal(ledger.workers, life),
  learned: mortal(ledger.learned, life),
  accounts: mortal(ledger.accounts, life),
  ends: mortal(ledger.ends, life),
  submissions: mortal(ledger.submissions, life),
});

/** The ports of a process that lives only so long. */
export const mortalPorts = <P extends PilotsPorts & WorkersPorts>(ports: P, life: Life): P => ({
  ...ports,
  ledger: mortalLedger(ports.ledger, life),
  pilots: mortal(ports.pilots, life),
  poolWorkers: mortal(ports.poolWorkers, life),
  cloud: mortal(ports.cloud, life),
});
