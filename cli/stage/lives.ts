import { asleepSince, type WorkerRecord } from '../../core/model/worker.ts';
import { each } from './parallel.ts';
import { rateOf } from './price.ts';
import type { Sight } from './sight.ts';

/** A worker's life from its launch to its end, as far as it has come. */
export interface Life {
  readonly record: WorkerRecord;
  /** Undefined: it lives. */
  readonly goneAt: number | undefined;
}

/** All workers of fleets that lived at some time since a moment. */
export const livesSince = async (
  sight: Sight,
  fleets: readonly string[],
  from: number,
): Promise<readonly Life[]> => {
  const { workers, ended = [] } = await sight.view();
  const past = await each(fleets, (fleet) => sight.past.workers(fleet, from));
  const ours = ({ fleet }: WorkerRecord) => fleets.includes(fleet);
  const all: readonly Life[] = [
    ...workers
      .filter(ours)
      .map((record) => ({ record, goneAt: record.state.kind === 'failed' ? record.state.at : undefined })),
    ...ended
      .filter(({ worker, endedAt }) => ours(worker) && endedAt >= from)
      .map(({ worker: record, endedAt: goneAt }) => ({ record, goneAt })),
    ...past.flat().map((record) => ({ record, goneAt: record.goneAt })),
  ];
  // One that is being booked is kept twice for a moment.
  return [...new Map(all.map((life) => [life.record.instanceId, life])).values()];
};

/** When a worker was woken, each time; one that did not wake slept on. */
export const wakesOf = ({ record: { state, sleeps = [] } }: Life): readonly number[] =>
  sleeps.map(([, to]) => to).filter((to) => to !== asleepSince(state));

/** How much of a time lies within another, seconds. */
const within = (from: number, to: number, span: readonly [number, number]): number =>
  Math.max(0, Math.min(to, span[1]) - Math.max(from, span[0]));

/** How long a worker was on, and asleep, within a span, seconds. */
export const timesOf = ({ record, goneAt }: Life, span: readonly [number, number]) => {
  const { launchedAt, sleeps = [], state } = record;
  const end = goneAt ?? span[1];
  const since = asleepSince(state);
  const now = since === undefined ? [] : [[since, end] as const];
  const asleep = [...sleeps, ...now].reduce((sum, [from, to]) => sum + within(from, to, span), 0);
  return { on: within(launchedAt, end, span) - asleep, asleep };
};

/** What a worker cost within a span, dollars; undefined: nothing is known of its type. */
export const dollarsOf = (life: Life, span: readonly [number, number], sight: Sight): number | undefined => {
  const rate = rateOf(life.record, sight.place);
  if (rate === undefined) return undefined;
  const { on, asleep } = timesOf(life, span);
  return (on * rate.awake + asleep * rate.asleep) / 3600;
};

/** Whether it never was in the collector, and never will be. One that slept had been there, whatever became of its wake. */
export const isUseless = ({ record: { state, sleeps = [] }, goneAt }: Life): boolean =>
  goneAt !== undefined &&
  sleeps.length === 0 &&
  (state.kind === 'failed' ||
    state.kind === 'booting' ||
    (state.kind === 'draining' && state.unjoined === true) ||
    (state.kind === 'retiring' &&
      (state.cause.kind === 'never-joined' ||
        state.cause.kind === 'ended-before-joining' ||
        state.cause.kind === 'join-overdue')));

/** Whether it has been in the collector. */
export const hasJoined = (life: Life): boolean =>
  !isUseless(life) && (life.goneAt !== undefined || life.record.state.kind !== 'booting');
