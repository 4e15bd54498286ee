import { join } from 'node:path';
import * as z from 'zod';
import { REFUSAL_CLASSES } from '../../../core/model/launch.ts';
import type { ToldRefusal } from '../../../runtime/tell/tell-refusals.ts';
import type { Sample, ToldDecision } from '../../../twin/report/sample.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import type { Datum } from '../../../twin/stage/watched.ts';
import type { Summary } from '../../../twin/summary/summary.ts';
import { openInProcess } from '../in-process/sandbox.ts';

/** A whole run: what was decided when, what the world looked like, and what it came to. */
export interface Recorded {
  readonly summary: Summary;
  readonly told: readonly ToldDecision[];
  readonly samples: readonly Sample[];
  /** What CloudWatch would have got. */
  readonly data: readonly Datum[];
  /** What the log of the workers says that EC2 has refused, in order. */
  readonly refusals: readonly ToldRefusal[];
}

export interface Asked {
  readonly hours?: number;
  readonly seed?: number;
  /** When what goes wrong in the scenario begins, minutes; as it says itself if nothing is asked. */
  readonly faultsFromMinute?: number;
  /** `wires`: the deployed functions in processes of their own, on real wires, as `npm start` has them. */
  readonly over?: 'wires' | 'calls';
}

const refusalLine = z.object({
  message: z.string().startsWith('EC2 refuses'),
  of: z.enum(['launch', 'end', 'wake', 'sleep']),
  by: z.string(),
  class: z.enum([...REFUSAL_CLASSES, 'state']),
  subjects: z.array(z.string()),
  code: z.string(),
  why: z.string(),
});

/** What a log line says that EC2 has refused; most lines say nothing of that. */
const refusalIn = (line: string): readonly ToldRefusal[] => {
  if (!line.includes('"message":"EC2 refuses')) return [];
  const { message: _, ...refusal } = refusalLine.parse(JSON.parse(line));
  return [refusal];
};

/** Runs one of the scenarios that come with the project to its end: in this process, as plain calls, unless asked. */
export const recorded = async (name: string, asked: Asked = {}): Promise<Recorded> => {
  const { seed = 1, hours, faultsFromMinute: fromMinute, over = 'calls' } = asked;
  const file = join(import.meta.dirname, '../../../twin/scenarios', `${name}.json`);
  const told: ToldDecision[] = [];
  const samples: Sample[] = [];
  const data: Datum[] = [];
  const refusals: ToldRefusal[] = [];
  const scenario = await readScenario(file);
  const faults = scenario.faults.map((fault) =>
    fromMinute === undefined ? fault : { ...fault, fromMinute },
  );
  const summary = await runScenario(
    { ...scenario, faults },
    {
      seed,
      hours,
      ...(over === 'calls' ? { openSandbox: openInProcess } : {}),
      onMetric: (datum) => void data.push(datum),
      onLog: (_, line) => void refusals.push(...refusalIn(line)),
      show(shown) {
        if (shown.kind === 'told') told.push(shown.told);
        if (shown.kind === 'sample') samples.push(shown);
      },
    },
  );
  if (summary === undefined) throw new Error('the run was aborted');
  return { summary, told, samples, data, refusals };
};

/** Decisions told within a window of simulated minutes. */
export const toldBetween = (
  told: readonly ToldDecision[],
  fromMinute: number,
  toMinute: number,
): readonly ToldDecision[] =>
  told.filter(({ atSeconds }) => atSeconds >= fromMinute * 60 && atSeconds < toMinute * 60);

/** What every run must come to, whatever goes wrong in it. */
export const EVERYTHING_DONE = {
  workersAtEnd: 0,
  overCap: 0,
  busyKilled: 0,
  ticksFailed: 0,
  deadLetters: 0,
} as const;
