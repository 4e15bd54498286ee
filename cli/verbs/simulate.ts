import { writeFile } from 'node:fs/promises';
import type { SettingsRecord } from '../../core/settings/settings-record.ts';
import { isoOf, secondsIn } from '../command/moments.ts';
import { stageAsked } from '../command/stage-asked.ts';
import { UsageError } from '../command/usage.ts';
import { type Around, answered } from '../command/verb.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { drawn } from '../simulate/drawn.ts';
import type { GivenLoad } from '../simulate/given.ts';
import { housed } from '../simulate/homes.ts';
import { outcomeOf } from '../simulate/outcome.ts';
import { played, simulatedScenario, stageToPlay, stillOnes } from '../simulate/play.ts';
import { readLoad } from '../simulate/read.ts';
import { CDK_JSON } from '../stage/cdk-json.ts';
import { shownValue, tried } from '../stage/change.ts';
import { ownersNamed, ownerText } from '../stage/owners.ts';
import { plannedStage } from '../stage/planned.ts';
import { openSight, type StageSetUp } from '../stage/sight.ts';
import { wishOf } from '../stage/wishes.ts';
import { DOES } from './does.ts';
import { seriesOf, simulateLines } from './simulate-lines.ts';
import { type Outcome, simulateTold } from './simulate-told.ts';

/** What is no part of the model, for who reads its dollars. */
const NOT_IN_IT: readonly string[] = [
  'what EC2 refuses, spot interruptions and spot prices (of those on demand, what spot-price-percent says), traffic, and the stage without its workers (aerie plan)',
  'slower or faster types of machine: a job runs its seconds on any of them',
  'jobs and workers that the stage has now: it begins empty',
];

/** The stage as it is deployed, or with `planned` as cdk.json has it. */
const setUpOf = async (
  stage: string,
  isPlanned: boolean,
  { access }: Pick<Around, 'access'>,
): Promise<StageSetUp> => {
  if (isPlanned) return plannedStage(CDK_JSON, stage);
  try {
    return await answered(openSight(stage, access(stage)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message} With --planned it plays the block of cdk.json, and asks AWS nothing.`,
    );
  }
};

/** The changes that somebody wants to compare, and all settings with them. */
const changesOf = async (setUp: StageSetUp, [name, ...settings]: readonly string[]) => {
  if (name === undefined) return { changes: [], records: undefined };
  if (settings.length === 0 || name.includes('=')) {
    throw new UsageError(
      'a change is the name of a queue or a fleet and then KNOB=VALUE, such as fleet/default max-workers=200.',
    );
  }
  const owners = await ownersNamed(setUp, name);
  const { changes, records } = await tried(
    setUp,
    settings.map((text) => wishOf(owners, text)),
  );
  if (changes.length === 0) throw new UsageError('it is so already: there is nothing to compare.');
  return { changes, records };
};

interface Asked {
  readonly setUp: StageSetUp;
  readonly given: GivenLoad;
  readonly seed: number;
  readonly usual: string | undefined;
  readonly say: (line: string) => void;
}

/** Plays the load with some settings to its end. */
const playedWith = async (
  records: readonly SettingsRecord[],
  what: string,
  { setUp, given, seed, usual, say }: Asked,
) => {
  const stage = await stageToPlay(setUp, records);
  const load = housed(given, stage, usual);
  const scenario = simulatedScenario(stage, load, `${setUp.stage}, ${what}`);
  say(`playing ${load.jobs.length + load.plain.length} jobs, ${what}`);
  const run = await played(scenario, load, { seed, hear: (day, days) => say(`  day ${day} of ${days}`) });
  return { stage, boot: scenario.boot, outcome: outcomeOf(run, stage, load) };
};

const seedIn = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--seed takes a whole number up to 999999999, not "${text}".`);
};

const leftOutWith = (given: GivenLoad, outcome: Outcome): Outcome => ({
  ...outcome,
  leftOut: [...[...given.leftOut].map(([why, jobs]) => ({ why, jobs })), ...outcome.leftOut],
});

export const simulate = verbWithoutStage({
  name: 'simulate',
  takes: '[NAME KNOB=VALUE …]',
  names: [0, 40],
  does: DOES.simulate,
  more: [
    'It plays the functions as they are deployed on the twin, as fast as it can. With NAME KNOB=VALUE it compares now and with',
    'the change. What a load looks like: docs/simulate.md. Exit code: 0 if all jobs were done, else 1; 2 if it cannot be.',
  ],
  stageMeans: 'whose settings; else AERIE_STAGE. twin is the one that npm start runs',
  options: {
    load: { type: 'string' },
    jobs: { type: 'string', multiple: true },
    for: { type: 'string', default: '1d' },
    queue: { type: 'string' },
    planned: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    plot: { type: 'string' },
  },
  means: {
    load: ['FILE', 'jobs as arrival,cores,seconds[,queue][,memoryMb] in CSV, or a log in SWF'],
    jobs: ['TEXT', "or '100/night x 4h', '20/hour x 30m, 8 cores, QUEUE'; again for more"],
    for: ['TIME', 'how long jobs of --jobs keep coming: 8h, 1d (default), 30d'],
    queue: ['NAME', 'whose jobs those are that name no queue'],
    planned: ['', 'settings of the block in cdk.json; asks AWS nothing'],
    seed: ['N', 'of what is drawn, such as boots; 1 unless told'],
    plot: ['FILE.svg', 'cores over time as a picture'],
  },
  examples: [
    "aerie simulate --jobs '100/night x 4h' --stage prod",
    'aerie simulate fleet/default max-workers=200 --load week.csv --stage prod',
  ],
  schema: simulateTold,
  async ask({ names, options, stage: asked, around }) {
    const stage = stageAsked(asked);
    const seed = seedIn(String(options.seed));
    const given = await readLoad({
      file: options.load,
      sketches: options.jobs,
      forSeconds: secondsIn('for', String(options.for)),
    });
    const isPlanned = options.planned === true;
    const setUp = await setUpOf(stage, isPlanned, around);
    const { changes, records } = await changesOf(setUp, names);
    const of = { setUp, given, seed, usual: options.queue, say: around.say };
    const before = (await setUp.settings()).records;
    const now = await playedWith(before, 'with the settings as they are', of);
    const changed = records === undefined ? undefined : await playedWith(records, 'with the change', of);
    const [first, last] = [given.jobs[0], given.jobs.at(-1)];
    const told = {
      stage,
      settingsOf: isPlanned ? ('cdk.json' as const) : ('the stage' as const),
      seed,
      load: { jobs: given.jobs.length, from: isoOf(first?.at ?? 0), to: isoOf(last?.at ?? 0) },
      boots: {
        meanSeconds: Math.round(now.boot.meanSeconds),
        neverShare: now.boot.neverShare,
        isOfStage: now.stage.machines.boot !== undefined,
      },
      playedActive: [...stillOnes(before)],
      changes: changes.map(({ owner, knob, from, to }) => ({
        of: ownerText(owner),
        knob,
        from: shownValue(owner, knob, from),
        to: shownValue(owner, knob, to),
      })),
      now: leftOutWith(given, now.outcome),
      changed: changed === undefined ? null : leftOutWith(given, changed.outcome),
      notInIt: [...NOT_IN_IT],
    };
    if (options.plot !== undefined) {
      const series = [told.now, ...(told.changed === null ? [] : [told.changed])].map(seriesOf);
      await writeFile(options.plot, drawn(`${stage}: cores wanted and paid`, series));
    }
    return told;
  },
  lines: simulateLines,
  isWell: ({ now, changed }) => [now, changed].every((run) => run === null || run.done === run.jobs),
});
