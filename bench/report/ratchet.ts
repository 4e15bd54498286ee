import { readFile, writeFile } from 'node:fs/promises';
import { firstPart, type Load } from '../load/load.ts';
import { rivals, step } from '../load/made.ts';
import { pandaLike } from '../load/panda-like.ts';
import { realLoad } from '../load/real.ts';
import { FAULTS, type Fault } from '../model/faults.ts';
import type { Deployed } from '../policies/aerie.ts';
import { ANY_SIZE, compare, deployed, SLEEPS, SMALL } from './suite.ts';

const DAY = 86_400;
const ACCEPTED = new URL('../ratchet.json', import.meta.url);

/** A change may lose so much of a figure, and no more. */
const MAY_LOSE_SHARE = 0.01;

/** The figures that must not get worse: smaller is better for all. */
const WATCHED = [
  'waitMeanSeconds',
  'waitP95Seconds',
  'cost',
  'uselessShare',
  'callsPerMachine',
  'rampMinutes',
] as const;

export type Watched = { readonly load: string } & Readonly<Record<(typeof WATCHED)[number], number>>;

interface Part {
  readonly name: string;
  readonly load: Load;
  readonly sizes: readonly number[];
  readonly fault: Fault;
  readonly more?: Partial<Deployed>;
}

/** Parts of the loads that are over in seconds and show the same things. */
const parts = async (): Promise<readonly Part[]> => {
  const panda = firstPart(pandaLike(11), 2 * DAY);
  const lcg = firstPart(await realLoad('LCG-2005', 1), DAY / 2);
  const wagap = firstPart(await realLoad('wagap-2013', 8), 5 * DAY);
  return [
    { name: 'PanDA-like, two days', load: panda, sizes: SMALL, fault: FAULTS.exact },
    { name: 'PanDA-like, two days, view 300 s old', load: panda, sizes: SMALL, fault: FAULTS.stale },
    { name: 'PanDA-like, two days, 5 % never boot', load: panda, sizes: SMALL, fault: FAULTS.failing },
    { name: 'LCG, half a day', load: lcg, sizes: SMALL, fault: FAULTS.exact },
    { name: 'wagap up to 8 cores, five days', load: wagap, sizes: ANY_SIZE, fault: FAULTS.exact },
    {
      name: 'three queues at once, two waves, workers sleep',
      load: rivals(2),
      sizes: SMALL,
      fault: FAULTS.exact,
      more: SLEEPS,
    },
    { name: 'a step of 4,000 cores', load: step(4000), sizes: SMALL, fault: FAULTS.exact },
  ];
};

/** What the ratchet watches, as it is now. */
export const shortFigures = async (): Promise<readonly Watched[]> =>
  (await parts()).map(({ name, load, sizes, fault, more }) => {
    const { figures } = compare(load).run(deployed('aerie', sizes, more), fault).row;
    if (figures.unfinished > 0) throw new Error(`${name}: ${figures.unfinished} jobs never began`);
    const { waitMeanSeconds, waitP95Seconds, cost, uselessShare, callsPerMachine } = figures;
    const rampMinutes = load.name.startsWith('a step') ? figures.rampMinutes.most : 0;
    return { load: name, waitMeanSeconds, waitP95Seconds, cost, uselessShare, callsPerMachine, rampMinutes };
  });

export const acceptShort = async (figures: readonly Watched[]): Promise<void> => {
  await writeFile(ACCEPTED, `${JSON.stringify(figures, null, 2)}\n`);
};

export const readAccepted = async (): Promise<readonly Watched[]> =>
  JSON.parse(await readFile(ACCEPTED, 'utf8'));

/** Every figure that has lost more than it may, in a sentence. */
export const missed = (figures: readonly Watched[], accepted: readonly Watched[]): readonly string[] => {
  const before = new Map(accepted.map((of) => [of.load, of]));
  return figures.flatMap((now) => {
    const was = before.get(now.load);
    if (was === undefined)
      return [`${now.load} has no accepted figures; run: npm run bench -- follow --accept`];
    return WATCHED.filter((figure) => now[figure] > was[figure] * (1 + MAY_LOSE_SHARE)).map(
      (figure) =>
        `${now.load}: ${figure} is ${now[figure]}, was ${was[figure]}; a change may lose 1 % of it at most`,
    );
  });
};
