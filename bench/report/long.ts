import type { Load } from '../load/load.ts';
import { narrowThenWide, nightThenBurst, rivals, step } from '../load/made.ts';
import { pandaLike } from '../load/panda-like.ts';
import { realLoad } from '../load/real.ts';
import { FAULTS } from '../model/faults.ts';
import type { Policy } from '../model/policy.ts';
import { type Options, simulate } from '../model/run.ts';
import { autoPyFactory } from '../policies/autopyfactory.ts';
import { cloudscheduler } from '../policies/cloudscheduler.ts';
import { elastiq } from '../policies/elastiq.ts';
import { glideinWms } from '../policies/glideinwms.ts';
import { karpenter } from '../policies/karpenter.ts';
import { atCap } from './cap.ts';
import { NASA_OWN, OWN, type Own, WAGAP_OWN } from './own.ts';
import { byWidth, type Entrant, ideals, peersOn } from './peers.ts';
import { costAgainstWait, overTime, ramp } from './plots.ts';
import { sleepTables } from './sleep.ts';
import { compare, deployed, EACH_MINUTE, EC2_SIZES, type Row, SMALL, type Table } from './suite.ts';

interface Long {
  readonly tables: readonly Table[];
  /** File name and SVG. */
  readonly plots: readonly (readonly [string, string])[];
}

/** Where a chapter tells its tables, and where its peers' rows come from: they are run, or kept from an earlier run. */
export interface Asked {
  /** What holds for every run. */
  readonly always: Options;
  tell(table: Table): void;
  peer(load: string, entrant: Entrant, run: () => Row): Row;
}

/** All policies on one load, with an exact view; the plot of cost against wait, and of aerie's capacity over time. */
const everyone = (load: Load, peerSizes: readonly number[], own: Own, { peer, always }: Asked) => {
  const of = compare(load, always);
  const others = [...peersOn(load, peerSizes), ...byWidth(), ...ideals(load)].map((entrant) =>
    peer(load.name, entrant, () => of.run(entrant.policy, FAULTS.exact, entrant.size).row),
  );
  const runs = own.map(([name, sizes, more]) => of.run(deployed(name, sizes, more), FAULTS.exact));
  return { table: of.table([...runs.map(({ row }) => row), ...others]), samples: runs[0]?.samples ?? [] };
};

const panda = (asked: Asked): Long => {
  const load = pandaLike(11);
  const { table, samples } = everyone(load, [8], OWN, asked);
  const of = compare(load, asked.always);
  const apart = of.run(deployed('aerie, a fleet for each width', SMALL, { apart: true }), FAULTS.exact).row;
  const all = { ...table, rows: [...table.rows, apart] };
  asked.tell(all);
  return {
    tables: [all],
    plots: [
      ['panda-cost-wait.svg', costAgainstWait(all)],
      ['panda-over-time.svg', overTime(load.name, samples, 14)],
    ],
  };
};

/** Old views, lost cycles and machines that never boot. */
const faults = ({ tell, peer, always }: Asked): Long => {
  const load = pandaLike(11);
  const of = compare(load, always);
  const others = () => [autoPyFactory(), elastiq(), cloudscheduler(), glideinWms(), karpenter()];
  const tables = [FAULTS.stale, FAULTS.failing, FAULTS.hard].map((fault) => {
    const name = `${load.name}, ${fault.name}`;
    const own = of.run(deployed('aerie', SMALL), fault).row;
    const rows = others().map((policy) => peer(name, { policy }, () => of.run(policy, fault).row));
    return { ...of.table([own, ...rows]), load: name };
  });
  for (const table of tables) tell(table);
  return { tables, plots: [] };
};

const SEEDS = [21, 22, 23, 24, 25] as const;

/** Five more seeds of the PanDA-like load. */
const seeds = ({ tell, peer, always }: Asked): Long => {
  const tables = SEEDS.map((seed) => {
    const load = pandaLike(seed);
    const of = compare(load, always);
    const run = (policy: Policy): Row => of.run(policy, FAULTS.exact).row;
    const own = [deployed('aerie', SMALL), deployed('aerie, a tick each minute', SMALL, EACH_MINUTE)].map(
      run,
    );
    const others = [karpenter(), cloudscheduler(), glideinWms()].map((policy) =>
      peer(load.name, { policy }, () => run(policy)),
    );
    const table = of.table([...own, ...others]);
    tell(table);
    return table;
  });
  return { tables, plots: [] };
};

const real = async (
  name: string,
  load: Promise<Load>,
  { peerSizes, own }: { readonly peerSizes: readonly number[]; readonly own: Own },
  asked: Asked,
): Promise<Long> => {
  const { table } = everyone(await load, peerSizes, own, asked);
  asked.tell(table);
  return { tables: [table], plots: [[`${name}-cost-wait.svg`, costAgainstWait(table)]] };
};

/** The step: who has 90 % of 16,000 cores at work, and when. */
const steps = ({ tell, peer, always }: Asked): Long => {
  const load = step();
  const own = deployed('aerie', EC2_SIZES);
  const of = compare(load, always);
  const run = (policy: Policy): Row => of.run(policy, FAULTS.exact).row;
  const others = peersOn(load, [8]).map(({ policy }) => peer(load.name, { policy }, () => run(policy)));
  const table = of.table([run(own), ...others]);
  tell(table);
  const shown = [own, karpenter(), elastiq(), glideinWms(), autoPyFactory(), cloudscheduler()];
  const starts = shown.map((policy) => [policy.name, simulate(load, policy, always).starts] as const);
  return { tables: [table], plots: [['ramp.svg', ramp('a step of 16,000 cores', starts, 90)]] };
};

const nights = (asked: Asked): Long => {
  const { table } = everyone(nightThenBurst(), [8], OWN, asked);
  asked.tell(table);
  return { tables: [table], plots: [] };
};

/** Three queues that want machines at the same times, as three submitters of one pool: on one fleet, and on fleets apart. */
const queues = (asked: Asked): Long => {
  const { table } = everyone(
    rivals(),
    [8, 2],
    [
      ['aerie', SMALL],
      ['aerie, a fleet for each queue', SMALL, { apart: true }],
      ['aerie, a tick each minute', SMALL, EACH_MINUTE],
    ],
    asked,
  );
  asked.tell(table);
  return { tables: [table], plots: [] };
};

/** Workers that sleep beside workers that end. */
const sleep = async ({ tell, always }: Asked): Promise<Long> => {
  const tables: Table[] = [];
  for await (const table of sleepTables(always)) {
    tell(table);
    tables.push(table);
  }
  return { tables, plots: [] };
};

/** More work than cores: how long each width waits. */
const cap = ({ tell, peer, always }: Asked): Long => {
  const tables = [pandaLike(11), narrowThenWide()].map((load) => {
    const table = atCap(load, always, peer);
    tell(table);
    return table;
  });
  return { tables, plots: [] };
};

const CHAPTERS: Readonly<Record<string, (asked: Asked) => Long | Promise<Long>>> = {
  panda,
  step: steps,
  faults,
  wagap: (asked) => real('wagap', realLoad('wagap-2013', 8), { peerSizes: [8], own: WAGAP_OWN }, asked),
  nasa: (asked) => real('nasa', realLoad('NASA-iPSC-1993', 128), { peerSizes: [128], own: NASA_OWN }, asked),
  night: nights,
  queues,
  cap,
  seeds,
  sleep,
  lcg: (asked) => real('lcg', realLoad('LCG-2005', 1), { peerSizes: [8, 2, 1], own: OWN }, asked),
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
  asked: Asked,
): AsyncGenerator<{ readonly chapter: string } & Long> {
  for (const chapter of names) {
    const done = await CHAPTERS[chapter]?.(asked);
    if (done !== undefined) yield { chapter, ...done };
  }
}
