import type { Load } from '../load/load.ts';
import { rivals } from '../load/made.ts';
import { pandaLike } from '../load/panda-like.ts';
import { realLoad } from '../load/real.ts';
import { FAULTS, type Fault } from '../model/faults.ts';
import type { Options } from '../model/run.ts';
import {
  AHEAD,
  ANY_SIZE,
  compare,
  deployed,
  EC2_SIZES,
  type Row,
  SLEEPS,
  SMALL,
  type Table,
} from './suite.ts';

/** Seeds that nothing was tuned to but the linger and the keep time. */
const SEEDS = [21, 22, 23, 24, 25] as const;

const AWAKE = 'aerie, workers end';
const ASLEEP = 'aerie, workers sleep';
const LANDINGS = 'aerie, workers sleep, landings known';

/** What plays beside aerie whose workers sleep. */
interface Beside {
  readonly fault?: Fault;
  readonly awake?: boolean;
  readonly landings?: boolean;
}

const onLoad = (
  load: Load,
  sizes: readonly number[],
  { fault = FAULTS.exact, awake = true, landings = false }: Beside,
  always: Options,
): Table => {
  const of = compare(load, always);
  const policies = [
    ...(awake ? [deployed(AWAKE, sizes)] : []),
    deployed(ASLEEP, sizes, SLEEPS),
    ...(landings ? [deployed(LANDINGS, sizes, { ...SLEEPS, ...AHEAD })] : []),
  ];
  const table = of.table(policies.map((policy) => of.run(policy, fault).row));
  return { ...table, load: `sleep: ${load.name}${fault === FAULTS.exact ? '' : `, ${fault.name}`}` };
};

/** The seed that all faults are played on, and workers that end. */
const MAIN_SEED = 22;

/** aerie whose workers sleep beside aerie whose workers end, on every load. */
export async function* sleepTables(always: Options): AsyncGenerator<Table> {
  for (const seed of SEEDS)
    yield onLoad(pandaLike(seed), SMALL, { awake: seed === MAIN_SEED, landings: true }, always);
  yield onLoad(pandaLike(MAIN_SEED), SMALL, { fault: FAULTS.wakes, awake: false }, always);
  yield onLoad(rivals(), SMALL, {}, always);
  yield onLoad(await realLoad('NASA-iPSC-1993', 128), EC2_SIZES, {}, always);
  yield onLoad(await realLoad('wagap-2013', 8), ANY_SIZE, {}, always);
  yield onLoad(pandaLike(MAIN_SEED), SMALL, { fault: FAULTS.hard }, always);
  yield onLoad(await realLoad('LCG-2005', 1), SMALL, {}, always);
}

const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[of.length >> 1] ?? Number.NaN;

/** One figure that sleep has to show. */
export interface Target {
  readonly figure: string;
  readonly is: number;
  readonly must: number;
  readonly aim?: number;
}

const rowOf = ({ rows }: Table, policy: string): Row['figures'] | undefined =>
  rows.find((row) => row.policy === policy)?.figures;

/** Medians over the tables of one policy, against what they must be. */
const medians = (
  tables: readonly Table[],
  policy: string,
  name: string,
  wanted: readonly (readonly [keyof Row['figures'], string, number, number?])[],
): readonly Target[] => {
  const figures = tables.flatMap((table) => rowOf(table, policy) ?? []);
  return figures.length === 0
    ? []
    : wanted.map(([figure, words, must, aim]) => ({
        figure: `${name}: ${words}`,
        is: median(figures.map((of) => Number(of[figure]))),
        must,
        ...(aim === undefined ? {} : { aim }),
      }));
};

/** Two runs that differ by no more than another draw of boots makes are alike. */
const ALIKE = 1.002;

/** The wait and the cost with sleep over those without, of one load. */
const noWorse = (table: Table): readonly Target[] => {
  const [awake, asleep] = [rowOf(table, AWAKE), rowOf(table, ASLEEP)];
  if (awake === undefined || asleep === undefined) return [];
  const name = `${table.load}, over that of workers that end`;
  return [
    { figure: `${name}: mean wait`, is: asleep.waitMeanSeconds / awake.waitMeanSeconds, must: 1 },
    { figure: `${name}: cost`, is: asleep.cost / awake.cost, must: ALIKE },
  ];
};

/** What sleep has to show, of the loads that were played: medians over five seeds where a load has seeds. */
export const sleepTargets = (tables: readonly Table[]): readonly Target[] => {
  const on = (words: string) => tables.filter(({ load }) => load.includes(words));
  const panda = on('seed').filter(({ load }) => !/old|capacity/.test(load));
  const failing = on(FAULTS.wakes.name).map((table) => rowOf(table, ASLEEP)?.waitMeanSeconds ?? Number.NaN);
  const plain = panda
    .filter(({ load }) => load.includes(String(MAIN_SEED)))
    .map((table) => rowOf(table, ASLEEP));
  const [wait, without] = [failing[0], plain[0]?.waitMeanSeconds];
  return [
    ...medians(panda, ASLEEP, 'PanDA-like', [
      ['waitMeanSeconds', 'mean wait, s', 62, 40],
      ['waitP95Seconds', 'p95 of the wait, s', 200, 120],
      ['cost', 'cost', 1.03],
    ]),
    ...medians(panda, LANDINGS, 'PanDA-like, landings known', [
      ['waitMeanSeconds', 'mean wait, s', 25, 12],
      ['cost', 'cost', 1.035],
      ['uselessShare', 'useless starts', 0.1],
    ]),
    ...medians(on('three queues'), ASLEEP, 'three queues on one fleet', [
      ['waitMeanSeconds', 'mean wait, s', 60, 40],
      ['cost', 'cost', 1.235],
    ]),
    ...[...on('LCG'), ...on('wagap'), ...on('NASA'), ...on(FAULTS.hard.name)].flatMap(noWorse),
    ...(wait === undefined || without === undefined
      ? []
      : [{ figure: `${FAULTS.wakes.name}: mean wait over that without`, is: wait / without, must: 1.5 }]),
  ];
};

/** A target in a sentence. */
export const targetSentence = ({ figure, is, must, aim }: Target): string => {
  const wanted = aim === undefined ? `must ${must}` : `must ${must}, aim ${aim}`;
  return `${figure} ${is.toFixed(3)} (${wanted})${is <= must ? '' : ': MISSED'}`;
};
