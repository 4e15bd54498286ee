import type { Boots, Joins } from '../model/learned.ts';
import type { Template } from '../model/templates.ts';
import { templateKey } from '../model/templates.ts';
import type { BootOutcome, WorkerRecord } from '../model/worker.ts';
import { type BootCurve, bootCurve } from './boot-curve.ts';
import { failingLately, templateKind } from './boots.ts';

/** Enough for a 95th percentile that one odd machine does not move, and forgotten within a busy hour. */
const REMEMBERED = 64;

const joinsKey = (template: Template, flavour: string): string => `${templateKey(template)}#${flavour}`;

/** What tells records of joins apart. */
export const keyOfJoins = ({ template, flavour }: Joins): string => joinsKey(template, flavour);

const tookOf = ({ worker, joined, joinedAt }: BootOutcome): number | null | undefined => {
  if (!joined) return null;
  return joinedAt === undefined ? undefined : Math.max(1, Math.round(joinedAt - worker.launchedAt));
};

/**
 * The records that outcomes change, each as it is then. A worker that is counted twice, because a tick died in between,
 * weighs one in sixty-four too much.
 */
export const countJoins = (known: readonly Joins[], outcomes: readonly BootOutcome[]): readonly Joins[] => {
  const before = new Map(known.map((joins) => [keyOfJoins(joins), joins]));
  const changed = new Map<string, Joins>();
  for (const outcome of outcomes) {
    const { template, offer, launchedAt } = outcome.worker;
    const took = tookOf(outcome);
    if (template === undefined || took === undefined) continue;
    const key = joinsKey(template, offer.flavour);
    const joins = changed.get(key) ?? before.get(key);
    changed.set(key, {
      template,
      flavour: offer.flavour,
      took: [...(joins?.took ?? []), took].slice(-REMEMBERED),
      launchedAt: Math.max(joins?.launchedAt ?? 0, launchedAt),
    });
  }
  return [...changed.values()];
};

/** All records as they are after some have changed. */
export const mergedJoins = (known: readonly Joins[], changed: readonly Joins[]): readonly Joins[] => [
  ...new Map([...known, ...changed].map((joins) => [keyOfJoins(joins), joins])).values(),
];

/** What is known of the boots of a worker's like; undefined: not enough. */
export type CurveOf = (worker: Pick<WorkerRecord, 'template' | 'offer'>) => BootCurve | undefined;

/**
 * Curves of each template and flavour; of a flavour with too few boots, that of its template on all flavours. A template
 * whose latest boots failed has none: something has changed, and old times say nothing.
 */
export const bootCurves = (known: readonly Joins[], boots: readonly Boots[]): CurveOf => {
  if (known.length === 0) return () => undefined;
  const failing = failingLately(boots);
  const own = new Map(known.map((joins) => [keyOfJoins(joins), bootCurve(joins.took)]));
  const byTemplate = new Map(
    [...Map.groupBy(known, ({ template }) => joinsKey(template, ''))].map(([key, all]) => [
      key,
      bootCurve(all.flatMap(({ took }) => took)),
    ]),
  );
  return ({ template, offer }) =>
    template === undefined || failing.has(templateKind(template))
      ? undefined
      : (own.get(joinsKey(template, offer.flavour)) ?? byTemplate.get(joinsKey(template, '')));
};
