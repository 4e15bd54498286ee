import { type ChildProcess, execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A process as ps shows it. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

const listed = async (): Promise<readonly (Process & { readonly parent: number })[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=,args=']);
  return stdout.split('\n').map((line) => {
    const [parent, pid, ...words] = line.trim().split(/\s+/);
    return { parent: Number(parent), pid: Number(pid), command: words.join(' ') };
  });
};

/** All processes that a process has started, and those that they have. */
export const descendants = async ({ pid }: ChildProcess): Promise<readonly Process[]> => {
  const all = await listed();
  const below = (parent: number | undefined): readonly Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
};
