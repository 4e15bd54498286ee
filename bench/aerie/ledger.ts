import { memoryLedger } from '../../adapters/memory/ledger.ts';
import { accountsOf, withEnded } from '../../core/learn/accounts.ts';
import { countBoots } from '../../core/learn/boots.ts';
import { coolingAfterWakes } from '../../core/learn/cooling.ts';
import { countJoins } from '../../core/learn/joins.ts';
import type { PlannedLaunch } from '../../core/model/decision.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import { endsBy } from '../../core/model/lifetimes.ts';
import { TAG } from '../../core/model/names.ts';
import type { PoolView } from '../../core/model/pool.ts';
import type { PlannedWake } from '../../core/model/wake.ts';
import type { BootOutcome, WorkerRecord } from '../../core/model/worker.ts';
import { next, type WorkerEvent } from '../../core/write/life.ts';
import { doubtful, joinedOf, reconcilePool } from '../../core/write/reconcile.ts';
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

/** aerie's ledger in the bench, moved on by the functions that move it on in the Lambdas, and whose machines are which. */
export const benchLedger = () => {
  const { ledger } = memoryLedger();
  const entries = new Map<string, Entry>();
  const idsOf = new Map<Machine, string>();

  const count = (outcomes: readonly BootOutcome[]) => {
    if (outcomes.length === 0) return;
    const { boots = [], joins = [] } = ledger.view();
    for (const of of countBoots(boots, outcomes)) ledger.learned.boots(of);
    for (const of of countJoins(joins, outcomes)) ledger.learned.joins(of);
  };
  /** What the workers tick books of those that have a cost. */
  const book = () => {
    const { ended = [], accounts = [] } = ledger.view();
    for (const [fleet, of] of Map.groupBy(ended, ({ worker }) => worker.fleet)) {
      ledger.accounts.enter(withEnded(accountsOf(fleet, accounts), of));
      for (const each of of) ledger.accounts.bury(each);
    }
  };
  const forgetGone = (workers: readonly WorkerRecord[]) => {
    let isAnyGone = false;
    for (const worker of workers) {
      const machine = entries.get(worker.instanceId)?.machine;
      if (machine?.state !== 'gone' || machine.endedAt === undefined) continue;
      ledger.workers.change({ worker, to: 'gone' }, momentOf(machine.endedAt));
      entries.delete(worker.instanceId);
      isAnyGone = true;
    }
    if (isAnyGone) book();
    return isAnyGone;
  };
  /** EC2 reports at once what has powered itself off and may sleep. */
  const seeAsleep = (workers: readonly WorkerRecord[]) => {
    let isAnyAsleep = false;
    for (const worker of workers) {
      const machine = entries.get(worker.instanceId)?.machine;
      if (machine?.state !== 'asleep' || worker.state.kind === 'asleep') continue;
      move(worker, { kind: 'stopped', at: momentOf(machine.asleepSince) }, momentOf(machine.asleepSince));
      isAnyAsleep = true;
    }
    return isAnyAsleep;
  };
  const recordOf = (machine: Machine) => ledger.workers.find(idsOf.get(machine) ?? '');
  const move = (worker: WorkerRecord | undefined, event: WorkerEvent, at: number) => {
    if (worker !== undefined) ledger.workers.change({ worker, to: next(worker.state, event) }, at);
  };
  return {
    machineOf: (instanceId: string) => entries.get(instanceId)?.machine,
    recordOf,
    lingerOf: (machine: Machine): number => entries.get(idsOf.get(machine) ?? '')?.lingerSeconds ?? 0,
    /** The ledger without the workers that have ended, the others in the states that the pool's view leads to. */
    reconciled(view: PoolView): LedgerView {
      const before = ledger.view();
      const hasChanged = [forgetGone(before.workers), seeAsleep(before.workers)].includes(true);
      const left = hasChanged ? ledger.view() : before;
      const changes = reconcilePool(left.workers, view);
      if (changes.length === 0) return left;
      count(joinedOf(changes));
      for (const change of changes) ledger.workers.change(change, view.observedAt);
      return ledger.view();
    },
    /** A worker that was given up: it never joined. */
    neverJoined(instanceId: string) {
      const worker = ledger.workers.find(instanceId);
      if (worker !== undefined) count([{ worker, joined: false }]);
    },
    /** DescribeInstances that the tick would make: workers whose end may have been missed. */
    describeCalls: (workers: readonly WorkerRecord[], view: PoolView, at: number): number =>
      Math.ceil(doubtful(workers, view, momentOf(at)).length / 1000),
    /** EC2's warning that it takes a machine back. */
    reclaimed(machine: Machine, at: number) {
      move(
        recordOf(machine),
        { kind: 'drained', at: momentOf(at), cause: { kind: 'spot-interruption' } },
        momentOf(at),
      );
    },
    launched(machines: readonly Machine[], launch: PlannedLaunch, at: number) {
      const { request, offers, prices } = launch;
      const override = request.overrides[0];
      if (override === undefined) throw new Error(`launch ${request.launchId} asks for nothing`);
      const { flavour, zone } = override;
      const workers = machines.map((machine): WorkerRecord => {
        const instanceId = idOf(machine);
        entries.set(instanceId, { machine, lingerSeconds: Number(request.tags[TAG.lingerSeconds]) });
        idsOf.set(machine, instanceId);
        return {
          instanceId,
          fleet: request.fleet,
          ...(request.width === undefined ? {} : { width: request.width }),
          ...(request.firstWidth === undefined ? {} : { firstWidth: request.firstWidth }),
          launchId: request.launchId,
          offer: { flavour, zone, market: request.market },
          offers,
          launchedAt: momentOf(at),
          template: STAGE.template,
          state: { kind: 'booting' },
          ...costOf(prices?.[flavour], momentOf(at), request.tags),
        };
      });
      ledger.launches.close({ ...launch, createdAt: momentOf(at) }, workers, 'launched', momentOf(at));
    },
    letStop(instanceId: string) {
      const worker = ledger.workers.find(instanceId);
      if (worker !== undefined) ledger.workers.letStop(worker, true);
    },
    /** A sleeper is being woken, as what was planned. */
    woken({ instanceId, offer, offers, meantFor, dollarsPerHour }: PlannedWake, at: number) {
      const worker = ledger.workers.find(instanceId);
      if (worker === undefined) return;
      const cost =
        worker.cost === undefined || dollarsPerHour === undefined
          ? {}
          : { cost: { ...worker.cost, dollarsPerHour } };
      const as = { ...worker, offer, offers, meantFor, ...cost };
      ledger.workers.change(
        { worker, to: next(worker.state, { kind: 'woken', at: momentOf(at) }), as },
        momentOf(at),
      );
    },
    /** EC2 had no capacity for one, so others of its offer are left alone for a while as well. */
    refused({ instanceId, offer }: PlannedWake, at: number) {
      move(ledger.workers.find(instanceId), { kind: 'unwoken', at: momentOf(at) }, momentOf(at));
      const words = { code: 'InsufficientInstanceCapacity', why: 'InsufficientInstanceCapacity' };
      ledger.learned.cool(coolingAfterWakes([{ offer, class: 'capacity', ...words }], momentOf(at)));
    },
    moved(instanceId: string, event: WorkerEvent) {
      move(ledger.workers.find(instanceId), event, event.at);
    },
  };
};
