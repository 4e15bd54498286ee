import type { Expected } from './pool-check.ts';

export const USAGE =
  'Name the configuration file: aerie-endpoint [--check [--workers N] [--pilots N]] /etc/aerie-endpoint/config.json';

/** What the endpoint is asked to do. */
export interface Asked {
  readonly file: string;
  /** Only look whether the endpoint could start with it, and whether HTCondor bears so many workers. */
  readonly checkOnly: boolean;
  readonly expected?: Expected;
}

const COUNT = /^[1-9]\d{0,6}$/;

/** Reads the command line; undefined if it is none. */
export const readCommandLine = (given: readonly string[]): Asked | undefined => {
  const counts = new Map<string, number>();
  const rest: string[] = [];
  const left = given.values();
  for (const argument of left) {
    if (argument !== '--workers' && argument !== '--pilots') {
      rest.push(argument);
      continue;
    }
    const { value } = left.next();
    if (!COUNT.test(String(value))) return undefined;
    counts.set(argument, Number(value));
  }
  const [file, ...more] = rest.filter((argument) => argument !== '--check');
  const checkOnly = rest.includes('--check');
  const workers = counts.get('--workers');
  const pilots = counts.get('--pilots');
  if (file === undefined || more.length > 0 || file.startsWith('-')) return undefined;
  if (counts.size > 0 && (!checkOnly || workers === undefined)) return undefined;
  return {
    file,
    checkOnly,
    ...(workers === undefined ? {} : { expected: { workers, ...(pilots === undefined ? {} : { pilots }) } }),
  };
};
