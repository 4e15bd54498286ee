import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { isSwfComment, readSwfLine } from './swf.ts';

/** One job of a workload trace. */
export interface TraceJob {
  /** Seconds after the first job that was kept of the whole trace. */
  readonly submitSeconds: number;
  readonly runSeconds: number;
  readonly cores: number;
  /** SWF's partition: in the LCG trace, the site. */
  readonly partition: string;
}

/** The traces that come with the project; where they are from stands in twin/load/traces/ORIGIN.md. */
export const TRACES = {
  'LCG-2005': 'LCG-2005.swf.gz',
  'wagap-2013': 'wagap-2013-slim.swf.gz',
  'NASA-iPSC-1993': 'NASA-iPSC-1993-3.1-cln.swf.gz',
} as const;
export type TraceName = keyof typeof TRACES;

/** Jobs over 30 days are broken records. */
const MAX_RUN_SECONDS = 30 * 86_400;

/** Reads a trace: jobs that ran (0 < run ≤ 30 days, cores > 0) in order of submission, the first at 0 s. */
export const readTrace = async (name: TraceName): Promise<readonly TraceJob[]> => {
  const file = new URL(`traces/${TRACES[name]}`, import.meta.url);
  const lines = gunzipSync(await readFile(file))
    .toString('latin1')
    .split('\n');
  const jobs = lines
    .filter((line) => !isSwfComment(line))
    .map(readSwfLine)
    .filter((record) => typeof record !== 'string')
    .filter(({ runSeconds, cores }) => runSeconds > 0 && runSeconds <= MAX_RUN_SECONDS && cores > 0)
    .sort((a, b) => a.submitSeconds - b.submitSeconds);
  const first = jobs[0]?.submitSeconds ?? 0;
  return jobs.map(({ submitSeconds, runSeconds, cores, partition }) => ({
    ...{ runSeconds, cores, partition },
    submitSeconds: submitSeconds - first,
  }));
};
