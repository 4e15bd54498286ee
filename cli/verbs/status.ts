import type { Decision } from '../../core/model/decision.ts';
import { monthsOf } from '../../core/model/months.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { commitmentsFrom, spentIn } from '../../core/observe/money/commitments.ts';
import { hasPrices } from '../../core/settings/prices.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { isoOf } from '../command/moments.ts';
import { verb } from '../command/verb.ts';
import type { AlarmOn } from '../stage/alarms.ts';
import { lastDecision, told } from '../stage/last-decision.ts';
import { ownersOf } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import { rateOf } from '../stage/price.ts';
import type { QueueCounts } from '../stage/queue-counts.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';
import { statusLines } from './status-lines.ts';
import { type StatusTold, statusTold } from './status-told.ts';

const STATES = ['booting', 'waking', 'joined', 'missing', 'draining', 'retiring', 'asleep'] as const;

const tickTold = async ({ past, now }: Sight, name: 'pilots' | 'workers') => {
  const lease = await past.lease(name);
  if (lease === undefined) return null;
  return {
    ageSeconds: Math.max(0, Math.round(now - lease.at)),
    poolAgeSeconds: Math.max(0, Math.round(lease.at - lease.viewedAt)),
  };
};

/** Two ticks of pilots: one that says the same again is not written down, and its numbers are only in its metrics. */
const REPEATED_SECONDS = 120;

/** Pilots ticks come each minute; after three that did not come nothing is known. */
const OLD_SECONDS = 180;

const AT_REST = { jobsReady: 0, pilotsWaiting: 0, pilotsRunning: 0 };

type Counts = Readonly<Record<string, number | undefined>>;

/**
 * What is newer: CloudWatch's minute, or the counts of the last decision that was written down. A queue at rest tells none: as long as
 * ticks come it has nothing.
 */
export const countsOf = async (
  sight: Sight,
  seen: QueueCounts | undefined,
  last: Decision | undefined,
): Promise<Counts> => {
  if (seen !== undefined && seen.at + 60 > (last?.at ?? 0)) return { ...seen };
  const isLong = last === undefined || sight.now - last.at > REPEATED_SECONDS;
  if (!sight.hasQueueMetrics || !isLong) return last?.counts ?? {};
  const lease = await sight.past.lease('pilots');
  return lease !== undefined && sight.now - lease.at <= OLD_SECONDS ? AT_REST : {};
};

const queueTold = async (
  sight: Sight,
  name: string,
  seen: QueueCounts | undefined,
  settings: QueueSettings | undefined,
) => {
  const last = await lastDecision(sight, { of: 'queue', name }, sight.now);
  const counts = await countsOf(sight, seen, last);
  return {
    queue: name,
    fleet: settings?.fleet ?? null,
    isInShadow: settings?.mode === 'shadow',
    ready: counts.jobsReady ?? null,
    pilotsWaiting: counts.pilotsWaiting ?? null,
    pilotsRunning: counts.pilotsRunning ?? null,
    last: last === undefined ? null : told(last),
  };
};

const isOn = ({ state }: WorkerRecord): boolean => state.kind !== 'asleep' && state.kind !== 'failed';

const fleetTold = async (sight: Sight, name: string, queues: StatusTold['queues']) => {
  const [view, settings, last] = await Promise.all([
    sight.view(),
    sight.settings(),
    lastDecision(sight, { of: 'fleet', name }, sight.now),
  ]);
  const workers = view.workers.filter((worker) => worker.fleet === name);
  const parsed = settings.fleets.find((of) => of.ok && of.settings.name === name);
  const own = parsed?.ok === true ? parsed.settings : undefined;
  const states = Object.fromEntries(
    STATES.map((kind) => [kind, workers.filter(({ state }) => state.kind === kind).length]),
  ) as Record<(typeof STATES)[number], number>;
  const rates = workers.map((worker) => {
    const rate = rateOf(worker, sight.place);
    return rate && { ...rate, dollars: isOn(worker) ? rate.awake : rate.asleep };
  });
  const [month] = monthsOf(sight.now, sight.now);
  const busy = settings.queues.flatMap((of) => {
    if (!of.ok || of.settings.fleet !== name) return [];
    const running = queues.find(({ queue: named }) => named === of.settings.name)?.pilotsRunning ?? null;
    return [running === null ? null : running * of.settings.cpus];
  });
  return {
    fleet: name,
    isInShadow: own?.mode === 'shadow',
    ...states,
    maxWorkers: own?.maxWorkers ?? null,
    coresBusy: busy.includes(null) ? null : busy.reduce<number>((sum, cores) => sum + (cores ?? 0), 0),
    coresPaid: workers.filter(isOn).reduce((sum, { offers }) => sum + offers.cpus, 0),
    dollarsPerHour: rates.includes(undefined)
      ? null
      : rates.reduce((sum, rate) => sum + (rate?.dollars ?? 0), 0),
    isListed: own === undefined || !hasPrices(own),
    dollarsThisMonth:
      own === undefined || month === undefined || !hasPrices(own)
        ? null
        : spentIn(month, commitmentsFrom(view, sight.now)(own, []), sight.now),
    budgetThisMonth: own?.budgetDollarsPerMonth ?? null,
    last: last === undefined ? null : told(last),
  };
};

const alarmTold = ({ name, whose, since, urgency }: AlarmOn) => ({
  name: `${name} (${whose})`,
  since: isoOf(since),
  urgency: urgency ?? null,
});

const ofKind = (owners: readonly Owner[], kind: Owner['of']): readonly string[] =>
  owners.filter(({ of }) => of === kind).map(({ name }) => name);

/** Looks at a whole stage. */
export const lookAtStatus = async (sight: Sight): Promise<StatusTold> => {
  const [owners, settings, alarms, pilots, workers] = await Promise.all([
    ownersOf(sight),
    sight.settings(),
    sight.alarms(),
    sight.hasPilots ? tickTold(sight, 'pilots') : null,
    tickTold(sight, 'workers'),
  ]);
  const names = ofKind(owners, 'queue');
  const counts = await sight.queueCounts(names);
  const known = new Map(
    settings.queues.flatMap((of) => (of.ok ? [[of.settings.name, of.settings] as const] : [])),
  );
  const queues = await each(names, (name) => queueTold(sight, name, counts.get(name), known.get(name)));
  return {
    stage: sight.stage,
    at: isoOf(sight.now),
    facts: {
      pilots,
      workers,
      settingsAgeSeconds:
        settings.completeAt === undefined ? null : Math.round(sight.now - settings.completeAt),
    },
    alarms: alarms.map(alarmTold),
    queues: [...queues],
    fleets: [...(await each(ofKind(owners, 'fleet'), (name) => fleetTold(sight, name, [...queues])))],
  };
};

/** Whether nothing is on: no alarm, and no queue or fleet holds. */
export const isStatusWell = ({ alarms, queues, fleets }: StatusTold): boolean =>
  alarms.length === 0 && [...queues, ...fleets].every(({ last }) => last?.kind !== 'hold');

export const status = verb({
  name: 'status',
  takes: '',
  names: [0, 0],
  does: DOES.status,
  more: [
    'Cores are busy where a pilot runs; those of plain jobs are not counted. Dollars with a ~ are at AWS’s list prices.',
    'Exit code: 0 if no alarm is on and nothing holds, else 1.',
  ],
  options: {},
  means: {},
  examples: ['aerie status --stage prod', 'aerie status --stage prod --json | jq .fleets'],
  schema: statusTold,
  ask: ({ sight }) => lookAtStatus(sight),
  lines: statusLines,
  isWell: isStatusWell,
});
