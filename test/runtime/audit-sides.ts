import type { Instance } from '../../core/model/instance.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { known } from '../../core/model/snapshot.ts';
import { type AuditPorts, audit } from '../../runtime/audit.ts';
import { fleet, inEc2, NOW, poolView, queue, STAGE } from '../core/worlds.ts';
import { fakeLedger } from '../fakes/ledger.ts';
import { memoryEc2 } from './memory-ec2.ts';
import { memoryPool } from './memory-pool.ts';

export const ID = 'i-00000001';
export const BOOTING = { kind: 'booting' } as const;

export const instance = (
  given: Partial<Instance> = {},
  tags: Readonly<Record<string, string>> = {},
): Instance => ({
  ...inEc2(ID, { launchedAt: NOW - 300 }),
  tags: { 'aerie:stage': 'lab', 'aerie:fleet': 'default', 'aerie:launch': 'default.1.0', ...tags },
  ...given,
});

interface Given {
  readonly instances?: readonly Instance[];
  readonly ledger?: Partial<LedgerView>;
  readonly view?: PoolView;
}

/** The three sides, and an audit of them. */
export const sides = ({ instances = [], ledger = {}, view = poolView([]) }: Given) => {
  const book = fakeLedger(ledger);
  const ec2 = memoryEc2({}, instances);
  const ids = view.workers.workers.map(({ instanceId }) => instanceId);
  const pool = memoryPool({}, ids);
  let now = NOW;
  const look = () => ({
    ...view,
    observedAt: now,
    workers: {
      ...view.workers,
      workers: view.workers.workers.map((of) => ({ ...of, lastHeardAt: of.lastHeardAt + now - NOW })),
    },
  });
  const ports: AuditPorts = {
    cloud: ec2.cloud,
    settings: { all: async () => ({ queues: [queue()], fleets: [fleet()] }) },
    pool: { view: async () => known(look(), now) },
    ledger: book.ledger,
    poolWorkers: pool.port,
    stage: STAGE,
  };
  const run = (at: number, other: Partial<AuditPorts> = {}) => {
    now = at;
    return audit({ ...ports, ...other })(at);
  };
  const states = async () =>
    (await book.ledger.view()).workers.map(({ instanceId, state }) => `${instanceId} ${state.kind}`);
  const ec2State = (id = ID) => ec2.instances.get(id)?.state;
  return { run, book, ec2, pool, ports, states, ec2State };
};
