import * as z from 'zod';
import type { Killed } from './start-and-kill.ts';

const summary = z.object({
  jobsArrived: z.number(),
  jobsDone: z.number(),
  workersLaunched: z.number(),
  workersAtEnd: z.number(),
  overCap: z.number(),
  busyKilled: z.number(),
  deadLetters: z.number(),
  deadLettersShown: z.array(z.string()).default([]),
  ticks: z.number(),
  ticksFailed: z.number(),
  simulatedHours: z.number(),
});
type Summary = z.infer<typeof summary>;

/** What has to be so at the end, whatever was killed; and that something was killed in the midst of its work. */
const CLAIMS: readonly (readonly [string, (of: Summary) => boolean])[] = [
  ['jobs came', ({ jobsArrived }) => jobsArrived > 0],
  ['every job is done', ({ jobsArrived, jobsDone }) => jobsDone === jobsArrived],
  ['no worker is left', ({ workersAtEnd }) => workersAtEnd === 0],
  ['no fleet was above its cap', ({ overCap }) => overCap === 0],
  ['no busy worker was ended', ({ busyKilled }) => busyKilled === 0],
  ['no event was given up', ({ deadLetters }) => deadLetters === 0],
  ['some ticks were killed in their midst', ({ ticksFailed }) => ticksFailed > 0],
];

export interface Verdict {
  readonly told: string;
  /** Claims that do not hold. */
  readonly wrong: readonly string[];
}

/** Holds what a run came to against what it had to. */
export const verdict = ({ kills, code, stdout, stderr }: Killed): Verdict => {
  if (code !== 0) return { told: stderr.trim(), wrong: [`npm start ended with exit code ${code}`] };
  const of = summary.parse(JSON.parse(stdout));
  const { ticks, ticksFailed, simulatedHours, jobsDone, jobsArrived, workersLaunched, workersAtEnd } = of;
  return {
    told: [
      `${kills} processes killed; of ${ticks} ticks in ${simulatedHours} simulated hours ${ticksFailed} ended in their midst`,
      `${jobsDone} of ${jobsArrived} jobs done, ${workersLaunched} workers launched, ${workersAtEnd} left`,
      ...of.deadLettersShown,
      ...CLAIMS.map(([claim, holds]) => `${holds(of) ? 'yes' : 'NO '}  ${claim}`),
    ].join('\n'),
    wrong: CLAIMS.filter(([, holds]) => !holds(of)).map(([claim]) => claim),
  };
};
