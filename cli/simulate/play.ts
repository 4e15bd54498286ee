import type { Decision } from '../../core/model/decision.ts';
import { joinTimes, type SeenMachines } from '../../core/replay/machines.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import type { ParsedSettings } from '../../core/settings/parse.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import { type Owner, type SettingsRecord, settingsIn } from '../../core/settings/settings-record.ts';
import { type Counted, countedOf } from '../../core/tell/fix.ts';
import { memoryBooks } from '../../twin/in-process/books.ts';
import type { Load } from '../../twin/scenario/load.ts';
import { settledMistakes } from '../../twin/scenario/mistakes.ts';
import type { Scenario } from '../../twin/scenario/schema.ts';
import type { World } from '../../twin/stage/world.ts';
import { UsageError } from '../command/usage.ts';
import { queuesOf, scenarioOf } from '../stage/model-of.ts';
import { playWorld } from '../stage/model-run.ts';
import { ownerText } from '../stage/owners.ts';
import type { StageSetUp } from '../stage/sight.ts';

/** A stage to play a load on: what of it can be used. */
export interface PlayedStage {
  readonly setUp: StageSetUp;
  readonly queues: readonly QueueSettings[];
  readonly fleets: readonly FleetSettings[];
  readonly records: readonly SettingsRecord[];
  /** Why nobody can use the others, by `queue/NAME` and `fleet/NAME`. */
  readonly unusable: ReadonlyMap<string, string>;
  readonly machines: Pick<SeenMachines, 'boot' | 'wake'>;
}

/** What keeps a queue or a fleet from doing anything, so that nothing would be learned of its other settings. */
const STILL: ReadonlySet<string> = new Set(['state', 'mode']);

const isActive = ({ good = {} }: SettingsRecord): boolean =>
  (good.state ?? 'active') === 'active' && (good.mode ?? 'live') === 'live';

const awake = (record: SettingsRecord): SettingsRecord => {
  const { good = {} } = record;
  if (isActive(record)) return record;
  const others = Object.entries(good).filter(([knob]) => !STILL.has(knob));
  return { ...record, good: { ...Object.fromEntries(others), state: 'active' } };
};

/** Those that are paused, drained or in shadow, by their names. */
export const stillOnes = (records: readonly SettingsRecord[]): readonly string[] =>
  records.filter((record) => record.good !== undefined && !isActive(record)).map(ownerText);

/** Those that can be used, and why the others cannot. */
const sorted = <S>(of: Owner['of'], all: readonly ParsedSettings<S>[]) => ({
  usable: all.flatMap((parsed) => (parsed.ok ? [parsed.settings] : [])),
  unusable: all.flatMap((parsed) =>
    parsed.ok
      ? []
      : [
          [
            ownerText({ of, name: parsed.name }),
            parsed.problems.map(({ knob, why }) => `${knob} ${why}`).join('; '),
          ] as const,
        ],
  ),
});

/** A stage with these settings, everything of it active and live. */
export const stageToPlay = async (
  setUp: StageSetUp,
  given: readonly SettingsRecord[],
): Promise<PlayedStage> => {
  const records = given.filter(({ good }) => good !== undefined).map(awake);
  const settings = settingsIn(records, setUp.place, { at: setUp.now });
  const queues = sorted('queue', settings.queues);
  const fleets = sorted('fleet', settings.fleets);
  const unusable = new Map([...queues.unusable, ...fleets.unusable]);
  const { joins = [] } = await setUp.view();
  return {
    ...{ setUp, unusable, queues: queues.usable, fleets: fleets.usable },
    records: records.filter((record) => !unusable.has(ownerText(record))),
    machines: joinTimes(joins),
  };
};

/** Before the first job comes the settings are read, and PanDA's view of no jobs is there. */
const LEAD_SECONDS = 600;

const MOST_HOURS = 30 * 24;

const momentsOf = ({ jobs, plain }: Load): readonly [first: number, last: number] => {
  const [ofPanda, ofUsers] = [jobs, plain];
  const all = [ofPanda[0], ofPanda.at(-1), ofUsers[0], ofUsers.at(-1)].flatMap((job) => job?.arrivesAt ?? []);
  return [Math.min(...all), Math.max(...all)];
};

/** The scenario of a stage and a load, both as they are; the twin plays it. Throws UsageError: the twin has no such stage. */
export const simulatedScenario = (
  { setUp, records, machines }: PlayedStage,
  load: Load,
  title: string,
): Scenario => {
  const [first, last] = momentsOf(load);
  const startsAt = first - LEAD_SECONDS;
  const queues = queuesOf(setUp, records);
  const scenario = scenarioOf(setUp, records, queues, {
    ...{ title, startsAt, machines },
    hours: Math.min(MOST_HOURS, (last + 1 - startsAt) / 3600),
    interruptionsPerHour: 0,
    tickSeconds: setUp.ticks.seconds,
    statuses: {},
  });
  const mistakes = settledMistakes(scenario).filter((why) => !NOT_OURS.test(why));
  if (mistakes.length > 0) throw new UsageError(`the twin cannot play this stage: ${mistakes.join('; ')}.`);
  return scenario;
};

/** A fleet that no job of this load goes to is no mistake of the stage; nor is a pool without queues. */
const NOT_OURS = /no queue and no jobs name it|neither queues nor jobs/;

/** A load that has been played. */
export interface Played {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly world: World;
  /** What was written down, the oldest first. */
  readonly decisions: readonly Decision[];
  /** What of a fleet counted against its caps when a decision was made that they kept back. */
  readonly countedBefore: ReadonlyMap<Decision, Counted>;
  /** One sentence, if it could not come to its end. */
  readonly givenUp: string | undefined;
}

/** Hears of every day of a run that begins. */
type Hear = (day: number, days: number) => void;

const DAY = 86_400;

const isCapped = ({ why }: Decision): boolean => why.some(({ kind }) => kind === 'capped-by-fleet');

/** Plays a scenario with its load to the end: until every job is done and no worker is left. */
export const played = async (
  scenario: Scenario,
  load: Load,
  { seed, hear }: { readonly seed: number; readonly hear: Hear },
): Promise<Played> => {
  const decisions: Decision[] = [];
  const countedBefore = new Map<Decision, Counted>();
  const startsAt = Date.parse(scenario.startsAt) / 1000;
  let heard = 1;
  const { world, givenUp } = await playWorld({
    ...{ scenario, load, seed },
    books(outage) {
      const books = memoryBooks(outage, {
        // A tick keeps what it decided on at its end, after its decisions.
        async keep({ at, rested }) {
          if (rested.of !== 'workers') return 'kept';
          for (let last = decisions.length - 1; decisions[last]?.at === at; last -= 1) {
            const decision = decisions[last];
            if (decision?.of === 'workers' && isCapped(decision))
              countedBefore.set(decision, countedOf(rested.ledger.workers, decision.fleet));
          }
          return 'kept';
        },
      });
      const book = books.ledger();
      const keep = async (decision: Decision) => {
        const kept = await book.decisions.keep(decision);
        decisions.push(kept);
        return kept;
      };
      return { ...books, ledger: () => ({ ...book, decisions: { keep } }) };
    },
    each({ clock }) {
      const day = Math.floor((clock.now - startsAt) / DAY) + 1;
      if (day > heard) hear(day, Math.max(day, Math.ceil((scenario.hours * 3600) / DAY)));
      heard = day;
      return undefined;
    },
  });
  return { scenario, load, world, decisions, countedBefore, givenUp };
};
