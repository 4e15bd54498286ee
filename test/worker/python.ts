import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const FILES = join(import.meta.dirname, '../../worker/files');

/** How a program of a worker ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python with the worker's programs at hand, EC2's unless `env` has another PYTHONPATH; `given` is its standard input, read as JSON into `given`. */
export const python = async (
  program: string,
  given: unknown,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const argv = ['-B', '-c', `import json,sys\ngiven=json.load(sys.stdin)\n${program}`];
  const child = spawn('python3', argv, { env: { ...process.env, PYTHONPATH: FILES, ...env } });
  child.stdin.end(JSON.stringify(given));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
};
