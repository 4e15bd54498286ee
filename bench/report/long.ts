import type { Load } from '../load/load.ts';
import { nightThenBurst, rivals, step } from '../load/made.ts';
import { pandaLike } from '../load/panda-like.ts';
import { realLoad } from '../load/real.ts';
import { FAULTS } from '../model/faults.ts';
import { simulate } from '../model/run.ts';
import type { Deployed } from '../policies/aerie.ts';
import { autoPyFactory } from '../policies/autopyfactory.ts';
import { cloudscheduler } from '../policies/cloudscheduler.ts';
import { elastiq } from '../policies/elastiq.ts';
import { glideinWms } from '../policies/glideinwms.ts';
import { karpenter } from '../policies/karpenter.ts';
import { byWidth, ideals, peersOn } from './peers.ts';
import { costAgainstWait, overTime, ramp } from './plots.ts';
import {
  AHEAD,
  ANY_SIZE,
  compare,
  deployed,
  EC2_SIZES,
  QUICKER,
  type Row,
  SMALL,
  SMALLEST,
  type Table,
} from './suite.ts';

interface Long {
  readonly tables: readonly Table[];
  /** File name and SVG. */
  readonly plots: readonly (readonly [string, string])[];
}

/** aerie in several set-ups: a name, sizes, and what differs from what is deployed. */
type Own = readonly (readonly [string, readonly number[], Partial<Deployed>?])[];

const OWN: Own = [
  ['aerie', SMALL],
  ['aerie, 1-core machines', SMALLEST],
  ['aerie, quicker', SMALL, QUICKER],
  ['aerie, quicker, 1-core machines', SMALLEST, QUICKER],
  ['aerie, landings known', SMALL, AHEAD],
  ['aerie, quicker, landings known', SMALL, { ...QUICKER, ...AHEAD }],
];

const WAGAP_OWN: Own = [
  ['aerie', ANY_SIZE],
  ["aerie, EC2's own sizes", SMALL],
  ['aerie, quicker', ANY_SIZE, QUICKER],
];
const NASA_OWN: Own = [
  ['aerie', EC2_SIZES],
  ['aerie, quicker', EC2_SIZES, QUICKER],
];

type Told = (table: Table) => void;

/** All policies on one load, with an exact view; the plot of cost against wait, and of aerie's capacity over time. */
const everyone = (load: Load, peerSizes: readonly number[], own: Own) => {
  const of = compare(load);
  const others = [...peersOn(load, peerSizes), ...byWidth(), ...ideals()].map(
    ({ policy, size }) => of.run(policy, FAULTS.exact, size).row,
  );
  const runs = own.map(([name, sizes, more]) => of.run(deployed(name, sizes, more), FAULTS.exact));
  return { table: of.table([...runs.map(({ row }) => row), ...others]), samples: runs[0]?.samples ?? [] };
};

const panda = (tell: Told): Long => {
  const load = pandaLike(11);
  const { table, samples } = everyone(load, [8], OWN);
  const of = compare(load);
  const apart = of.run(deployed('aerie, a queue for each width', SMALL, { apart: true }), FAULTS.exact).row;
  const all = { ...table, rows: [...table.rows, apart] };
  tell(all);
  return {
    tables: [all],
    plots: [
      ['panda-cost-wait.svg', costAgainstWait(all)],
      ['panda-over-time.svg', overTime(load.name, samples, 14)],
    ],
  };
};

/** Old views, lost cycles and machines that never boot. */
const faults = (tell: Told): Long => {
  const load = pandaLike(11);
  const of = compare(load);
  const policies = () => [
    deployed('aerie', SMALL),
    autoPyFactory(),
    elastiq(),
    cloudscheduler(),
    glideinWms(),
    karpenter(),
  ];
  const tables = [FAULTS.stale, FAULTS.failing, FAULTS.hard].map((fault) => {
    const rows = policies().map((policy) => of.run(policy, fault).row);
    return { ...of.table(rows), load: `${load.name}, ${fault.name}` };
  });
  for (const table of tables) tell(table);
  return { tables, plots: [] };
};

const SEEDS = [21, 22, 23, 24, 25] as const;

/** Five more seeds of the PanDA-like load. */
const seeds = (tell: Told): Long => {
  const tables = SEEDS.map((seed) => {
    const load = pandaLike(seed);
    const of = compare(load);
    const rows: Row[] = [
      deployed('aerie', SMALL),
      deployed('aerie, quicker', SMALL, QUICKER),
      karpenter(),
      cloudscheduler(),
      glideinWms(),
    ].map((policy) => of.run(policy, FAULTS.exact).row);
    const table = of.table(rows);
    tell(table);
    return table;
  });
  return { tables, plots: [] };
};

const real = async (
  name: string,
  load: Promise<Load>,
  peerSizes: readonly number[],
  own: Own,
  tell: Told,
): Promise<Long> => {
  const { table } = everyone(await load, peerSizes, own);
  tell(table);
  return { tables: [table], plots: [[`${name}-cost-wait.svg`, costAgainstWait(table)]] };
};

/** The step: who has 90 % of 16,000 cores at work, and when. */
const steps = (tell: Told): Long => {
  const load = step();
  const own = deployed('aerie', EC2_SIZES);
  const entrants = [own, ...peersOn(load, [8]).map(({ policy }) => policy)];
  const of = compare(load);
  const table = of.table(entrants.map((policy) => of.run(policy, FAULTS.exact).row));
  tell(table);
  const shown = [own, karpenter(), elastiq(), glideinWms(), autoPyFactory(), cloudscheduler()];
  const starts = shown.map((policy) => [policy.name, simulate(load, policy).starts] as const);
  return { tables: [table], plots: [['ramp.svg', ramp('a step of 16,000 cores', starts, 90)]] };
};

const nights = (tell: Told): Long => {
  const { table } = everyone(nightThenBurst(), [8], OWN);
  tell(table);
  return { tables: [table], plots: [] };
};

/** Three queues that want machines at the same times, each with workers of its own. */
const queues = (tell: Told): Long => {
  const { table } = everyone(
    rivals(),
    [8, 2],
    [
      ['aerie', SMALL, { apart: true }],
      ['aerie, quicker', SMALL, { ...QUICKER, apart: true }],
    ],
  );
  tell(table);
  return { tables: [table], plots: [] };
};

const CHAPTERS: Readonly<Record<string, (tell: Told) => Long | Promise<Long>>> = {
  panda,
  step: steps,
  faults,
  wagap: (tell) => real('wagap', realLoad('wagap-2013', 8), [8], WAGAP_OWN, tell),
  nasa: (tell) => real('nasa', realLoad('NASA-iPSC-1993', 128), [128], NASA_OWN, tell),
  night: nights,
  queues,
  seeds,
  lcg: (tell) => real('lcg', realLoad('LCG-2005', 1), [8, 2, 1], OWN, tell),
};

/** The chapters asked for, by name and comma, or all; or a sentence about one that there is not. */
export const chaptersOf = (
  only: string | undefined,
):
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly why: string } => {
  const names = only?.split(',') ?? Object.keys(CHAPTERS);
  const odd = names.find((name) => CHAPTERS[name] === undefined);
  return odd === undefined
    ? { ok: true, names }
    : { ok: false, why: `expected chapters of ${Object.keys(CHAPTERS).join(', ')}; got "${odd}"` };
};

/** Chapters one after the other, each as soon as it is over. */
export async function* longRun(
  names: readonly string[],
  tell: Told,
): AsyncGenerator<{ readonly chapter: string } & Long> {
  for (const chapter of names) {
    const done = await CHAPTERS[chapter]?.(tell);
    if (done !== undefined) yield { chapter, ...done };
  }
}
