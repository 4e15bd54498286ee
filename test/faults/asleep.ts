import type { CurveOf } from '../../core/learn/joins.ts';
import { NOTICE_SECONDS } from '../../core/model/takes.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { keepSeconds, type Terms, termsOf } from '../../core/observe/keep-asleep.ts';
import { isLive, startedAt, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { type FleetName, fleetSettingsOf, shortestWallOn } from './queues.ts';

/** How EC2 and aerie see one worker, and what is known of its fleet. */
interface Sides {
  readonly instance: TwinInstance;
  readonly record: WorkerRecord | undefined;
  readonly fleet: FleetName;
  readonly terms: Terms;
  readonly curveOf: CurveOf;
}

/** What the workers of a fleet have come to that may sleep. */
export const termsIn = (workers: readonly WorkerRecord[], fleet: FleetName): Terms => {
  const own = workers.filter((worker) => worker.fleet === fleet);
  const [asleep, awake] = [true, false].map((is) =>
    own.filter(({ state }) => (state.kind === 'asleep') === is),
  );
  const members = (awake ?? []).map((record) => ({ record, pool: undefined }));
  return termsOf({ members, asleep: asleep ?? [], strangers: [], launches: [] });
};

/** Whether one that sleeps is kept for longer than its disk is worth, or than it would live for any job. */
const isKeptTooLong = ({ instance, record, fleet, terms, curveOf }: Sides, now: number): boolean => {
  const settings = fleetSettingsOf(fleet);
  const lastUse = instance.launchedAt + settings.maxLifeSeconds - NOTICE_SECONDS - shortestWallOn(fleet);
  if (now > lastUse) return true;
  if (record?.state.kind !== 'asleep') return false;
  return now - record.state.since > (keepSeconds(record, settings, curveOf, terms) ?? 0);
};

/** A wrong, and since when it is one. */
interface Wrong {
  readonly since: number;
  readonly what: string;
}

/** Watches machines that sleep, or slept, for what law 4 forbids; asked once a minute. */
export const asleepWatch = () => {
  // What a sleeper is worth changes with its fleet: it is too long only once it has been so in each look.
  const tooLongSince = new Map<string, number>();
  return (sides: Sides, now: number): readonly Wrong[] => {
    const { instance, record } = sides;
    const { instanceId, life } = instance;
    if (isLive(instance)) {
      tooLongSince.delete(instanceId);
      return record?.state.kind === 'asleep'
        ? [{ since: startedAt(instance), what: `${instanceId} has power and is asleep in the ledger` }]
        : [];
    }
    const since = life.kind === 'stopped' || life.kind === 'stopping' ? life.since : now;
    if (record === undefined) return [{ since, what: `${instanceId} sleeps and is not in the ledger` }];
    const { kind } = record.state;
    if (kind !== 'asleep') return [{ since, what: `${instanceId} sleeps and is ${kind} in the ledger` }];
    const first = isKeptTooLong(sides, now) ? (tooLongSince.get(instanceId) ?? now) : undefined;
    if (first === undefined) tooLongSince.delete(instanceId);
    else tooLongSince.set(instanceId, first);
    return first === undefined
      ? []
      : [{ since: first, what: `${instanceId} sleeps, and nothing wakes it any more` }];
  };
};
