import { isSwfComment, readSwfLine } from '../../twin/load/swf.ts';
import { type GivenLine, type GivenLoad, loadOfLines } from './given.ts';

/** A line for a part of a job that was stopped and went on: the job has a line of its own. */
const PARTS: ReadonlySet<number> = new Set([2, 3, 4]);

const lineOf = (line: string, where: string): GivenLine => {
  const read = readSwfLine(line);
  if (typeof read === 'string') {
    return {
      kind: 'mistake',
      why: `${where}: the line ${read}, as the Standard Workload Format has it; mend it, or begin it with ; to leave it out.`,
    };
  }
  const { submitSeconds: at, runSeconds, status, memoryKbPerCore } = read;
  if (PARTS.has(status)) return { kind: 'none', why: 'parts of jobs that are there as a whole' };
  if (runSeconds <= 0 || read.cores < 1) return { kind: 'none', why: 'they did not run' };
  const cores = Math.ceil(read.cores);
  const memoryMb = memoryKbPerCore > 0 ? Math.ceil((memoryKbPerCore * cores) / 1024) : undefined;
  return { kind: 'job', job: { at, cores, runSeconds, memoryMb, to: undefined, where } };
};

/**
 * Reads jobs from a log in the Standard Workload Format. Its numbers of queues say nothing to a stage: its jobs name none. Throws
 * UsageError with a sentence for each line that is wrong.
 */
export const readSwf = (file: string, text: string): GivenLoad =>
  loadOfLines(
    text
      .split(/\r?\n/)
      .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
      .filter(({ line }) => !isSwfComment(line))
      .map(({ line, where }) => lineOf(line, where)),
    'first job',
  );
