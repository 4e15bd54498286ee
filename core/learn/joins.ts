import type { Boots, Joins, Start } from '../model/learned.ts';
import type { Template } from '../model/templates.ts';
import { templateKey } from '../model/templates.ts';
import { type BootOutcome, comingSince, type WorkerRecord, wokenAt } from '../model/worker.ts';
import { type BootCurve, bootCurve } from './boot-curve.ts';
import { failingLately, templateKind } from './boots.ts';

/** Enough for a 95th percentile that one odd machine does not move, and forgotten within a busy hour. */
const REMEMBERED = 64;

/** No flavour has a `#` in its name: those of wakes are no boots' of any flavour. */
const joinsKey = (template: Template, flavour: string, start: Start): string =>
  `${templateKey(template)}#${flavour}${start === 'woken' ? '#woken' : ''}`;

const startOfJoins = ({ woken }: Joins): Start => (woken === true ? 'woken' : 'cold');

/** What tells records of joins apart. */
export const keyOfJoins = (joins: Joins): string =>
  joinsKey(joins.template, joins.flavour, startOfJoins(joins));

/** Whether the last start of a worker was its launch, or a wake. */
export const startOf = (worker: Partial<WorkerRecord>): Start =>
  wokenAt(worker) === undefined ? 'cold' : 'woken';

const tookOf = ({ worker, joined, joinedAt }: BootOutcome): number | null | undefined => {
  if (!joined) return null;
  return joinedAt === undefined ? undefined : Math.max(1, Math.round(joinedAt - comingSince(worker)));
};

/**
 * The records that outcomes change, each as it is then. A worker that is counted twice, because a tick died in between,
 * weighs one in sixty-four too much.
 */
export const countJoins = (known: readonly Joins[], outcomes: readonly BootOutcome[]): readonly Joins[] => {
  const before = new Map(known.map((joins) => [keyOfJoins(joins), joins]));
  const changed = new Map<string, Joins>();
  for (const outcome of outcomes) {
    const { template, offer } = outcome.worker;
    const took = tookOf(outcome);
    if (template === undefined || took === undefined) continue;
    const start = startOf(outcome.worker);
    const key = joinsKey(template, offer.flavour, start);
    const joins = changed.get(key) ?? before.get(key);
    changed.set(key, {
      template,
      flavour: offer.flavour,
      ...(start === 'woken' ? { woken: true } : {}),
      took: [...(joins?.took ?? []), took].slice(-REMEMBERED),
      launchedAt: Math.max(joins?.launchedAt ?? 0, comingSince(outcome.worker)),
    });
  }
  return [...changed.values()];
};

/** All records as they are after some have changed. */
export const mergedJoins = (known: readonly Joins[], changed: readonly Joins[]): readonly Joins[] => [
  ...new Map([...known, ...changed].map((joins) => [keyOfJoins(joins), joins])).values(),
];

/** A worker as far as its starts are like those of others. */
export type Like = Pick<WorkerRecord, 'template' | 'offer'> & Partial<Pick<WorkerRecord, 'state' | 'sleeps'>>;

/**
 * What is known of the starts of a worker's like; undefined: not enough. Of its last one, a launch or a wake, where nothing
 * is said; `start`: of its launch, or of what a wake of it takes.
 */
export type CurveOf = (worker: Like, start?: Start) => BootCurve | undefined;

/**
 * Curves of each template and flavour; of a flavour with too few boots, that of its template on all flavours. The same of
 * wakes, apart. A template whose latest boots failed has none of boots: something has changed, and old times say nothing.
 * Its sleepers have booted.
 */
export const bootCurves = (known: readonly Joins[], boots: readonly Boots[]): CurveOf => {
  if (known.length === 0) return () => undefined;
  const failing = failingLately(boots);
  const own = new Map(known.map((joins) => [keyOfJoins(joins), joins]));
  const ofTemplate = Map.groupBy(known, (joins) => joinsKey(joins.template, '', startOfJoins(joins)));
  // A tick asks for few of them, and for those often.
  const curves = new Map<string, BootCurve | undefined>();
  const curve = (key: string, took: () => readonly (number | null)[]): BootCurve | undefined => {
    if (!curves.has(key)) curves.set(key, bootCurve(took()));
    return curves.get(key);
  };
  return (worker, start = startOf(worker)) => {
    const { template, offer } = worker;
    if (template === undefined || (start === 'cold' && failing.has(templateKind(template)))) return undefined;
    const [key, wider] = [joinsKey(template, offer.flavour, start), joinsKey(template, '', start)];
    return (
      curve(key, () => own.get(key)?.took ?? []) ??
      curve(wider, () => ofTemplate.get(wider)?.flatMap(({ took }) => took) ?? [])
    );
  };
};
