import { readdirSync, readFileSync } from 'node:fs';
import { type LabNetwork, leftovers } from './network.ts';

/** What a lab has on this machine: all zero once it has been removed. */
export interface Traces {
  readonly namespacesAndDirectories: number;
  readonly mounts: number;
  readonly processes: number;
}

const commandLines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });

const mentions = (lines: readonly string[], text: string): number =>
  lines.filter((line) => line.includes(text)).length;

/** Counts them. */
export const tracesOf = async ({ id, directory }: LabNetwork): Promise<Traces> => ({
  namespacesAndDirectories: (await leftovers(id)).length,
  mounts: mentions(readFileSync('/proc/mounts', 'utf8').split('\n'), directory),
  processes: mentions(commandLines(), directory),
});
