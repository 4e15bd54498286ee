import type { Decision } from '../../core/model/decision.ts';
import { type Owner, ownerKey } from '../../core/settings/settings-record.ts';
import { limitOf } from '../../core/tell/limit.ts';
import { dollarsOf, type Life } from '../stage/lives.ts';
import type { StatusTold } from '../verbs/status-told.ts';
import { limitTold } from '../verbs/why.ts';
import type { Seen } from './recorder.ts';
import { areaOf, coresPaidOver, countsOver, type Steps } from './series.ts';
import type { FleetRow, QueueRow } from './view.ts';

/** A queue at rest has no metrics, and counts nothing: after so long without a count none is known. */
const GOES_ON_SECONDS = 900;

const at = (iso: string): number => Date.parse(iso) / 1000;

type Row = StatusTold['queues'][number] | StatusTold['fleets'][number];

/** What was decided last of an owner, what limits it, and what mends that. */
const decided = async (seen: Seen, owner: Owner, { last, isInShadow }: Row) => {
  const decision = seen.decisions.get(ownerKey(owner))?.at(-1);
  const { text, fix } =
    decision === undefined
      ? { text: last?.limit, fix: null }
      : await limitTold(seen.sight, owner, limitOf(decision));
  return {
    name: owner.name,
    isInShadow,
    ...(last === null ? {} : { kind: last.kind, what: last.what, since: at(last.at) }),
    ...(text === undefined ? {} : { limit: text }),
    ...(fix === null ? {} : { mend: fix }),
  };
};

/** Pilots that were submitted in a time. */
const submittedIn = (decisions: readonly Decision[], { from }: Steps): number =>
  decisions.reduce(
    (sum, decision) => (decision.kind === 'submit' && decision.at >= from ? sum + decision.count : sum),
    0,
  );

/** One row for a queue. */
export const queueRow = async (
  seen: Seen,
  row: StatusTold['queues'][number],
  steps: Steps,
): Promise<QueueRow> => {
  const owner = { of: 'queue', name: row.queue } as const;
  const points = seen.counts.get(row.queue) ?? [];
  const over = (field: 'jobsReady' | 'pilotsWaiting' | 'pilotsRunning') =>
    countsOver(points, field, steps, GOES_ON_SECONDS);
  const waiting = over('pilotsWaiting');
  const submitted = submittedIn(seen.decisions.get(ownerKey(owner)) ?? [], steps);
  return {
    ...(await decided(seen, owner, row)),
    fleet: row.fleet,
    ready: row.ready,
    waiting: row.pilotsWaiting,
    running: row.pilotsRunning,
    // Little's law: what waits on average is what comes a second times how long it waits.
    waitSeconds: submitted === 0 ? null : Math.round(areaOf(waiting, steps) / submitted),
    series: { ready: over('jobsReady'), waiting, running: over('pilotsRunning') },
  };
};

/** Cores that pilots of a fleet's queues held in each step; what is not known of one counts as none. */
const coresBusyOver = (
  { counts }: Seen,
  cpusOf: ReadonlyMap<string, number>,
  steps: Steps,
): readonly (number | null)[] => {
  const all = [...cpusOf].map(([queue, cpus]) =>
    countsOver(counts.get(queue) ?? [], 'pilotsRunning', steps, GOES_ON_SECONDS).map((running) =>
      running === null ? null : running * cpus,
    ),
  );
  return Array.from({ length: steps.count }, (_, step) => {
    const known = all.flatMap((of) => of[step] ?? []);
    return known.length === 0 ? null : known.reduce((sum, cores) => sum + cores, 0);
  });
};

const middleOf = (sorted: readonly number[]): number | null => sorted[Math.floor(sorted.length / 2)] ?? null;

/** How long after its launch half of a fleet's workers were in the pool, of those launched in the time. */
const joinSecondsOf = (lives: readonly Life[], { from }: Steps): number | null => {
  const took = lives.flatMap(({ record: { state, launchedAt, sleeps = [] } }) =>
    launchedAt >= from && sleeps.length === 0 && 'joinedAt' in state ? [state.joinedAt - launchedAt] : [],
  );
  return middleOf(took.sort((a, b) => a - b));
};

/** One row for a fleet. */
export const fleetRow = async (
  seen: Seen,
  row: StatusTold['fleets'][number],
  steps: Steps,
): Promise<FleetRow> => {
  const { sight } = seen;
  const owner = { of: 'fleet', name: row.fleet } as const;
  const lives = seen.lives.filter(({ record }) => record.fleet === row.fleet);
  const settings = await sight.settings();
  const cpusOf = new Map(
    settings.queues.flatMap((of) =>
      of.ok && of.settings.fleet === row.fleet ? [[of.settings.name, of.settings.cpus] as const] : [],
    ),
  );
  const dollars = lives.map((life) => dollarsOf(life, [steps.from, sight.now], sight));
  return {
    ...(await decided(seen, owner, row)),
    counts: {
      booting: row.booting,
      waking: row.waking,
      joined: row.joined + row.missing,
      draining: row.draining + row.retiring,
      asleep: row.asleep,
    },
    maxWorkers: row.maxWorkers,
    coresBusy: row.coresBusy,
    coresPaid: row.coresPaid,
    dollarsPerHour: row.dollarsPerHour,
    isListed: row.isListed,
    dollarsThisMonth: row.dollarsThisMonth,
    budgetThisMonth: row.budgetThisMonth,
    dollars: dollars.includes(undefined) ? null : dollars.reduce<number>((sum, of) => sum + (of ?? 0), 0),
    joinSeconds: joinSecondsOf(lives, steps),
    series: { busy: coresBusyOver(seen, cpusOf, steps), paid: coresPaidOver(lives, steps) },
  };
};
