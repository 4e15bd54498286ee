import { join } from 'node:path';
import { runScenario } from '../../twin/run.ts';
import type { Sample, Told } from '../../twin/sample.ts';
import { readScenario } from '../../twin/scenario.ts';
import type { Summary } from '../../twin/summary.ts';
import type { Datum } from '../../twin/watched.ts';

/** A whole run: what was decided when, what the world looked like, and what it came to. */
export interface Recorded {
  readonly summary: Summary;
  readonly told: readonly Told[];
  readonly samples: readonly Sample[];
  /** What CloudWatch would have got. */
  readonly data: readonly Datum[];
}

export interface Asked {
  readonly hours?: number;
  readonly seed?: number;
}

/** Runs one of the scenarios that come with the project as `npm start` would, as fast as it goes. */
export const recorded = async (name: string, asked: Asked = {}): Promise<Recorded> => {
  const { seed = 1, hours } = asked;
  const file = join(import.meta.dirname, '../../twin/scenarios', `${name}.json`);
  const told: Told[] = [];
  const samples: Sample[] = [];
  const data: Datum[] = [];
  const summary = await runScenario(await readScenario(file), {
    seed,
    hours,
    onMetric: (datum) => void data.push(datum),
    show(shown) {
      if (shown.kind === 'told') told.push(shown.told);
      if (shown.kind === 'sample') samples.push(shown);
    },
  });
  if (summary === undefined) throw new Error('the run was aborted');
  return { summary, told, samples, data };
};

/** Decisions told within a window of simulated minutes. */
export const toldBetween = (told: readonly Told[], fromMinute: number, toMinute: number): readonly Told[] =>
  told.filter(({ atSeconds }) => atSeconds >= fromMinute * 60 && atSeconds < toMinute * 60);

/** What every run must come to, whatever goes wrong in it. */
export const EVERYTHING_DONE = {
  workersAtEnd: 0,
  overCap: 0,
  busyKilled: 0,
  ticksFailed: 0,
  deadLetters: 0,
} as const;
