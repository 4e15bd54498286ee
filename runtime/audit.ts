import { compare, type Finding, protections, type Remedy } from '../core/audit/compare.ts';
import { lookAgain, type Tally } from '../core/audit/confirm.ts';
import { type AuditInput, onlyOnEc2 } from '../core/audit/sides.ts';
import { isUnended } from '../core/decide/workers/rules/unended.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Discrepancy } from '../core/model/discrepancy.ts';
import type { EndNote } from '../core/model/instance.ts';
import type { UnreadItem } from '../core/model/ledger.ts';
import { TAG } from '../core/model/names.ts';
import type { Reason } from '../core/model/reason.ts';
import type { Stage } from '../core/model/stage.ts';
import { wholePool } from '../core/observe/plausibility.ts';
import type { Cloud, PoolSight, PoolWorkers, SettingsSource } from '../core/ports.ts';
import { next } from '../core/write/life.ts';
import { endKeeper } from './act/keep-ends.ts';
import { closeFound } from './act/launch.ts';
import { lastLook, noteRefusedEnds } from './act/retire.ts';
import { lookAtCloud } from './observe/look-at-cloud.ts';
import { type Failures, gatherFailures } from './run/failures.ts';
import { forEach } from './run/parallel.ts';
import { NEEDED_SECONDS, NO_END, type TimeLeft } from './run/time-left.ts';

export interface AuditPorts {
  readonly cloud: Cloud;
  readonly settings: SettingsSource;
  readonly pool: PoolSight;
  readonly ledger: Ledger;
  readonly poolWorkers: PoolWorkers;
  readonly stage: Stage;
}

/** A discrepancy, and what mends it. */
export type Found = Discrepancy & { readonly remedy: Remedy['kind'] };

/** What an audit came to: what it found, by name, or why it did not look. */
export type AuditReport =
  | {
      readonly kind: 'looked';
      readonly at: number;
      readonly tallies: readonly Tally[];
      /** What was found and is not as it should be, and what is done about it. */
      readonly findings: readonly Found[];
      /** Items of the ledger that this version cannot read. */
      readonly unread: readonly UnreadItem[];
      /** Ends that no audit has seen before, with EC2's reasons. */
      readonly ends: readonly EndNote[];
    }
  | { readonly kind: 'hold'; readonly at: number; readonly why: Reason };

const observe = async (
  ports: AuditPorts,
  now: number,
): Promise<AuditInput | { readonly kind: 'hold'; readonly at: number; readonly why: Reason }> => {
  const { cloud, settings, pool, ledger, stage } = ports;
  // EC2 first: what it shows has been launched, and is in the ledger that is read after it.
  const listed = await cloud.list({ [TAG.stage]: stage.stage }, now);
  if (listed.kind === 'unknown') {
    return { kind: 'hold', at: now, why: { kind: 'instances-unknown', words: listed.why } };
  }
  const looked = await lookAtCloud(cloud, stage, now);
  const view = wholePool(await pool.view(), now);
  if (!view.ok) return { kind: 'hold', at: now, why: view.why };
  const all = await settings.all(now);
  const world = {
    ...{ now, stage, ...all, instances: listed.value },
    ledger: await ledger.view(),
    pool: view.value,
  };
  // Whether machines on a cloud that the stage has lost still run, nobody can say either.
  return looked?.seen.kind === 'known'
    ? { ...world, instances: [...world.instances, ...looked.seen.value] }
    : onlyOnEc2(world);
};

type TimedPorts = AuditPorts & { readonly timeLeft: TimeLeft };

type Of<K extends Remedy['kind']> = Extract<Remedy, { kind: K }>;

const of = <K extends Remedy['kind']>(due: readonly Finding[], kind: K): readonly Of<K>[] =>
  due.flatMap(({ remedy }) => (remedy.kind === kind ? [remedy as Of<K>] : []));

/** Ends what should not live any more, after a last look at the collector and at the ledger. */
const endAll = async (ends: readonly Of<'end'>[], ports: TimedPorts, now: number): Promise<void> => {
  const hasTime = () => ports.timeLeft() >= NEEDED_SECONDS.terminate;
  if (!hasTime()) return;
  const unseen = ends
    .filter((end) => end.unseen)
    .map(({ instanceId, worker }) => ({ instanceId, state: worker?.state.kind ?? 'booting' }));
  const absent = await lastLook(unseen, ports.poolWorkers);
  const still = await forEach(ends, async (end) => {
    if (end.unseen && !absent.has(end.instanceId)) return [];
    const record = await ports.ledger.workers.find(end.instanceId);
    return record?.state.kind === end.worker?.state.kind ? [{ ...end, worker: record }] : [];
  });
  // One that EC2 will not end the ticks ask for again, and tell.
  const ending = still.flat().filter(({ worker }) => worker === undefined || !isUnended(worker, now));
  if (ending.length === 0) return;
  const ids = ending.map(({ instanceId }) => instanceId);
  const reply = await ports.cloud.terminate(ids, hasTime);
  const taken = new Set(reply.taken);
  await forEach(ending, async ({ instanceId, worker, cause }) => {
    if (worker === undefined || !taken.has(instanceId)) return;
    const to = next(worker.state, { kind: 'ended-asked', at: now, cause });
    if (to !== worker.state) await ports.ledger.workers.change({ worker, to }, now);
  });
  const records = new Map(
    ending.flatMap(({ instanceId, worker }) => (worker === undefined ? [] : [[instanceId, worker] as const])),
  );
  await noteRefusedEnds(reply, records, ports.ledger.workers, now);
  // Thrown: an audit counts no calls, and one whose ends were not heard has not gone well to its end.
  if (reply.unheard !== undefined) {
    throw new Error(`The cloud did not accept the caller of an order to end workers: ${reply.unheard.why}`);
  }
};

const mend = async (
  due: readonly Finding[],
  ports: TimedPorts,
  failures: Failures,
  now: number,
): Promise<void> => {
  const buried = of(due, 'bury').map(({ worker }) => worker);
  const dead = [...of(due, 'forget'), ...buried].map(({ instanceId }) => instanceId);
  await failures.during(() => forEach(of(due, 'adopt'), ({ worker }) => ports.ledger.workers.adopt(worker)));
  await failures.during(() =>
    forEach(of(due, 'close'), ({ launch, alive }) => closeFound(launch, alive, ports, now)),
  );
  await failures.during(async () => {
    // The pool first: once the ledger has let go of them, nobody would forget their ads any more.
    if (dead.length > 0) await ports.poolWorkers.forget([...new Set(dead)]);
    await forEach(buried, (worker) =>
      ports.ledger.workers.change({ worker, to: next(worker.state, { kind: 'gone', at: now }) }, now),
    );
  });
  await failures.during(() => endAll(of(due, 'end'), ports, now));
};

/** How findings become due; a simulation hands in another, to show what acting at first sight would break. */
export type Look = typeof lookAgain<Finding>;

/**
 * Compares EC2, the ledger and the pool in full, from each side. What does not fit is marked, looked at again in a later
 * audit, and only then mended.
 */
export const audit = (
  ports: AuditPorts,
  look: Look = lookAgain,
): ((now: number, timeLeft?: TimeLeft) => Promise<AuditReport>) => {
  const keepEnds = endKeeper(ports.ledger.ends);
  /** Ends that are kept and that no report has told yet, because the audit that found them failed. */
  let untold: readonly EndNote[] = [];
  return async (now, timeLeft = NO_END) => {
    const world = await observe(ports, now);
    if ('kind' in world) return world;
    const failures = gatherFailures();
    const found = compare(world);
    const { due, fresh, over, tallies } = look(found, await ports.ledger.marks.all(), now);
    await failures.during(() =>
      forEach(protections(world), ({ worker, isProtected }) =>
        ports.ledger.workers.protect(worker, isProtected),
      ),
    );
    await failures.during(() => forEach(fresh, (mark) => ports.ledger.marks.add(mark)));
    await mend(due, { ...ports, timeLeft }, failures, now);
    untold = [...untold, ...(await keepEnds(world.instances, failures, now))];
    await failures.during(() => forEach(over, (mark) => ports.ledger.marks.remove(mark)));
    failures.throwAny();
    const ends = untold;
    untold = [];
    const findings = found.map(({ name, subject, remedy }) => ({ name, subject, remedy: remedy.kind }));
    const unread = world.ledger.unread ?? [];
    return { kind: 'looked', at: now, tallies, findings, unread, ends };
  };
};
