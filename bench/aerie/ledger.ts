import { withEnded } from '../../core/learn/accounts.ts';
import { countBoots, mergedBoots } from '../../core/learn/boots.ts';
import { countJoins, mergedJoins } from '../../core/learn/joins.ts';
import { type Account, NO_ACCOUNT } from '../../core/model/account.ts';
import type { PlannedLaunch } from '../../core/model/decision.ts';
import type { Boots, Joins } from '../../core/model/learned.ts';
import { endsBy } from '../../core/model/lifetimes.ts';
import { TAG } from '../../core/model/names.ts';
import type { PoolView } from '../../core/model/pool.ts';
import type { BootOutcome, Change, EndedWorker, WorkerRecord } from '../../core/model/worker.ts';
import { next, type WorkerEvent } from '../../core/write/life.ts';
import { applied, doubtful, joinedOf, reconcilePool } from '../../core/write/reconcile.ts';
import type { Machine } from '../model/machine.ts';
import { momentOf, STAGE } from './world.ts';

interface Entry {
  readonly machine: Machine;
  readonly lingerSeconds: number;
}

const costOf = (
  dollarsPerHour: number | undefined,
  at: number,
  tags: Readonly<Record<string, string>>,
): Pick<WorkerRecord, 'cost'> =>
  dollarsPerHour === undefined
    ? {}
    : { cost: { dollarsPerHour, endsBy: endsBy(at, Number(tags[TAG.maxLifeSeconds])) } };

const idOf = ({ serial }: Machine): string => `i-${serial.toString(16).padStart(17, '0')}`;

/** aerie's memory in the bench: what the tables would hold, moved on by the functions that move it on in the Lambdas. */
export const benchLedger = () => {
  const entries = new Map<string, Entry>();
  const idsOf = new Map<Machine, string>();
  let records: readonly WorkerRecord[] = [];
  const byId = new Map<string, WorkerRecord>();
  let boots: readonly Boots[] = [];
  let joins: readonly Joins[] = [];

  const count = (outcomes: readonly BootOutcome[]) => {
    boots = mergedBoots(boots, countBoots(boots, outcomes));
    joins = mergedJoins(joins, countJoins(joins, outcomes));
  };
  const isGone = ({ instanceId }: WorkerRecord) => entries.get(instanceId)?.machine.state === 'gone';
  const accounts = new Map<string, Account>();
  /** What the workers tick books of those that have a cost. */
  const book = (gone: readonly WorkerRecord[]) => {
    const ended = gone.flatMap((worker): readonly EndedWorker[] => {
      const endedAt = entries.get(worker.instanceId)?.machine.endedAt;
      const { cost } = worker;
      return cost === undefined || endedAt === undefined
        ? []
        : [{ worker: { ...worker, cost }, endedAt: momentOf(endedAt) }];
    });
    for (const [queue, of] of Map.groupBy(ended, ({ worker }) => worker.queue)) {
      accounts.set(queue, withEnded(accounts.get(queue) ?? NO_ACCOUNT(queue), of));
    }
  };
  const forgetGone = () => {
    if (!records.some(isGone)) return;
    book(records.filter(isGone));
    for (const record of records.filter(isGone)) {
      byId.delete(record.instanceId);
      entries.delete(record.instanceId);
    }
    records = records.filter(({ instanceId }) => byId.has(instanceId));
  };
  const change = (changes: readonly Change[]) => {
    if (changes.length === 0) return;
    records = applied(records, changes);
    for (const { worker, to } of changes) {
      if (to === 'gone') byId.delete(worker.instanceId);
      else byId.set(worker.instanceId, { ...worker, state: to });
    }
  };
  return {
    machineOf: (instanceId: string) => entries.get(instanceId)?.machine,
    recordOf: (machine: Machine) => byId.get(idsOf.get(machine) ?? ''),
    lingerOf: (machine: Machine): number => entries.get(idsOf.get(machine) ?? '')?.lingerSeconds ?? 0,
    /** The workers that EC2's events have not reported gone, in the states that the pool's view leads to. */
    reconciled(view: PoolView): readonly WorkerRecord[] {
      forgetGone();
      const changes = reconcilePool(records, view);
      count(joinedOf(changes));
      change(changes);
      return records;
    },
    lore: () => ({ boots, joins }),
    /** A worker that was given up: it never joined. */
    neverJoined(instanceId: string) {
      const worker = byId.get(instanceId);
      if (worker !== undefined) count([{ worker, joined: false }]);
    },
    /** DescribeInstances that the tick would make: workers whose end may have been missed. */
    describeCalls: (view: PoolView, at: number): number =>
      Math.ceil(doubtful(records, view, momentOf(at)).length / 1000),
    accounts: (): readonly Account[] => [...accounts.values()],
    /** EC2's warning that it takes a machine back. */
    reclaimed(machine: Machine, at: number) {
      const worker = byId.get(idsOf.get(machine) ?? '');
      if (worker === undefined) return;
      const event = { kind: 'drained', at: momentOf(at), cause: { kind: 'spot-interruption' } } as const;
      change([{ worker, to: next(worker.state, event) }]);
    },
    launched(machines: readonly Machine[], { request, offers, prices }: PlannedLaunch, at: number) {
      const override = request.overrides[0];
      if (override === undefined) throw new Error(`launch ${request.launchId} asks for nothing`);
      const { flavour, zone } = override;
      for (const machine of machines) {
        const record: WorkerRecord = {
          instanceId: idOf(machine),
          queue: request.queue,
          launchId: request.launchId,
          offer: { flavour, zone, market: request.market },
          offers,
          launchedAt: momentOf(at),
          template: STAGE.template,
          state: { kind: 'booting' },
          ...costOf(prices?.[flavour], momentOf(at), request.tags),
        };
        entries.set(record.instanceId, { machine, lingerSeconds: Number(request.tags[TAG.lingerSeconds]) });
        idsOf.set(machine, record.instanceId);
        byId.set(record.instanceId, record);
      }
      records = [...records, ...machines.flatMap((machine) => byId.get(idOf(machine)) ?? [])];
    },
    moved(instanceId: string, event: WorkerEvent) {
      const worker = byId.get(instanceId);
      if (worker !== undefined) change([{ worker, to: next(worker.state, event) }]);
    },
  };
};
