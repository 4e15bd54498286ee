import { isoOf, secondsIn } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import { type Around, verb } from '../command/verb.ts';
import { shownValue, tried } from '../stage/change.ts';
import { dollarsOf, livesSince, timesOf, wakesOf } from '../stage/lives.ts';
import { modelOf } from '../stage/model-of.ts';
import { type ModelRun, playModel } from '../stage/model-run.ts';
import { ownersNamed, ownersOf, ownerText } from '../stage/owners.ts';
import { type Recorded, recordedSince } from '../stage/recorded.ts';
import type { Sight } from '../stage/sight.ts';
import { wishOf } from '../stage/wishes.ts';
import { DOES } from './does.ts';
import { tryLines } from './try-lines.ts';
import { type Outcome, type TryTold, tryTold } from './try-told.ts';

const rounded = (value: number): number => Math.round(100 * value) / 100;

/** What the ledger says of the time. Nobody keeps how long jobs waited. */
const wasIn = async (sight: Sight, { countsFrom, to }: Recorded): Promise<Outcome> => {
  const fleets = (await ownersOf(sight)).flatMap(({ of, name }) => (of === 'fleet' ? [name] : []));
  const lives = await livesSince(sight, fleets, countsFrom);
  const span = [countsFrom, to] as const;
  const isIn = (at: number) => at >= countsFrom && at < to;
  const launched = lives.filter(({ record }) => isIn(record.launchedAt));
  const byFleet = Map.groupBy(launched, ({ record }) => record.fleet);
  const costs = lives.map((life) => dollarsOf(life, span, sight));
  return {
    launched: launched.length,
    launchedBy: Object.fromEntries([...byFleet].map(([fleet, of]) => [fleet, of.length])),
    woken: lives.reduce((sum, life) => sum + wakesOf(life).filter(isIn).length, 0),
    waitMeanSeconds: null,
    waitP95Seconds: null,
    coreHours: rounded(
      lives.reduce((sum, life) => sum + (timesOf(life, span).on * life.record.offers.cpus) / 3600, 0),
    ),
    dollars: costs.includes(undefined)
      ? null
      : rounded(costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)),
  };
};

const outcomeOf = (run: ModelRun): Outcome => ({
  launched: run.launched,
  launchedBy: { ...run.launchedBy },
  woken: run.woken,
  waitMeanSeconds: rounded(run.waitMeanSeconds),
  waitP95Seconds: rounded(run.waitP95Seconds),
  coreHours: rounded(run.coreHours),
  dollars: run.dollars === undefined ? null : rounded(run.dollars),
});

interface Asked {
  readonly name: string;
  readonly settings: readonly string[];
  readonly since: string;
  readonly around: Pick<Around, 'say' | 'progress'>;
}

const hours = (seconds: number): string => (seconds / 3600).toFixed(1);

/** Whoever looks sees some ten moments a second. */
const SHOWN_MS = 100;

/** Tells how far something is that goes through a time. */
const following = (what: string, [from, to]: readonly [number, number], progress: Around['progress']) => {
  let shownAt = 0;
  return (at: number): void => {
    if (progress === undefined || performance.now() - shownAt < SHOWN_MS) return;
    shownAt = performance.now();
    progress(`  ${what}: ${hours(at - from)} of ${hours(to - from)} h`);
  };
};

const tryOut = async (
  sight: Sight,
  { name, settings, since, around: { say, progress } }: Asked,
): Promise<TryTold> => {
  const owners = await ownersNamed(sight, name);
  const { changes, records } = await tried(
    sight,
    settings.map((text) => wishOf(owners, text)),
  );
  if (changes.length === 0) throw new UsageError('it is so already: there is nothing to try.');
  const from = sight.now - secondsIn('since', since);
  const recorded = await recordedSince(sight, from, following('read', [from, sight.now], progress));
  progress?.('');
  const span = [recorded.startsAt, recorded.to] as const;
  const asIs = modelOf(sight, recorded, (await sight.settings()).records);
  say(`playing ${hours(span[1] - span[0])} h twice, as it was and with the change`);
  const was = await wasIn(sight, recorded);
  const model = outcomeOf(await playModel(asIs, following('as it was', span, progress)));
  const changing = following('with the change', span, progress);
  const changed = outcomeOf(await playModel(modelOf(sight, recorded, records), changing));
  progress?.('');
  return {
    stage: sight.stage,
    at: isoOf(sight.now),
    from: isoOf(recorded.countsFrom),
    to: isoOf(recorded.to),
    changes: changes.map(({ owner, knob, from, to }) => ({
      of: ownerText(owner),
      knob,
      from: shownValue(owner, knob, from),
      to: shownValue(owner, knob, to),
    })),
    jobs: asIs.load.jobs.length + asIs.load.plain.length,
    ...{ recorded: was, model, changed },
    launchesOff: was.launched === 0 ? null : model.launched / was.launched - 1,
    unreadTicks: recorded.unreadTicks,
  };
};

export const tryVerb = verb({
  name: 'try',
  takes: 'NAME KNOB=VALUE … [--since 24h]',
  names: [2, 40],
  does: DOES.try,
  more: [
    'It works out the jobs of the time from what ticks saw of them, and plays them twice in a model with aerie’s own functions: with',
    'the settings as they are, and with the change. How far the first is from what was says how much to believe. Machines boot',
    'in the model as they did; what EC2 refused and what was away is not in it. Exit code: 0; 2 if it cannot be.',
  ],
  options: { since: { type: 'string', default: '24h' } },
  means: { since: ['TIME', 'how long ago at the most: 90m, 24h (default), 3d; kept for 3 days'] },
  examples: [
    'aerie try fleet/default max-workers=200 --stage prod',
    'aerie try fleet/default linger-seconds=600 market=spot-first --since 6h',
  ],
  schema: tryTold,
  ask: ({ sight, names: [name = '', ...settings], options: { since }, around }) =>
    tryOut(sight, { name, settings, since: String(since), around }),
  lines: tryLines,
  isWell: () => true,
});
