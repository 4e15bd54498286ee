import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../cli/verbs/verbs.ts';
import { PAGES, ROOT, textOf } from './pages.ts';

/** Scripts of package.json whose options are those of a command of `aerie` that has a help of its own. */
const WITH_HELP = ['start', 'lab', 'doctor', 'dead-letters'];

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** A command as a page shows it: the program, what it is to do, and its options. */
interface Shown {
  readonly text: string;
  readonly program: 'npm' | 'aerie';
  readonly name: string;
  readonly options: readonly string[];
}

const COMMAND = /^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:(?:npx )?(aerie)|(npm) (?:run )?)(?: ?)([a-z][a-z:-]*)\b(.*)$/;
/** What npm does by itself. */
const OF_NPM = new Set(['install', 'ci', 'link', 'pack', 'publish', 'version', 'audit', 'outdated', 'run']);

/** The commands that a page shows: lines of its blocks, and what stands between backquotes. */
const shownOn = (page: string): readonly Shown[] => {
  const text = textOf(page);
  const blocks = [...text.matchAll(/^ *```[\s\S]*?^ *```/gm)].flatMap(([block]) => block.split('\n'));
  const spans = [...text.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, of = '']) => of,
  );
  return [...blocks.map((line) => line.trim()), ...spans].flatMap((line) => {
    const [, aerie, npm, name = '', rest = ''] = COMMAND.exec(line) ?? [];
    if ((aerie ?? npm) === undefined || OF_NPM.has(name)) return [];
    const own = npm === undefined ? rest : (rest.split(' -- ')[1] ?? '');
    // What stands behind a pipe is another program's.
    const options = [...(own.split(' | ')[0] ?? '').matchAll(/(?<=[ [])--([a-z][a-z-]*)/g)].map(
      ([, of = '']) => of,
    );
    return [{ text: line, program: npm === undefined ? 'aerie' : 'npm', name, options }];
  });
};

const helps = new Map<string, string>();

/** What a command of `aerie` says of itself. */
const helpOf = async (name: string): Promise<string> => {
  const verb = VERBS[name];
  if (verb !== undefined) return (await verb()).help;
  const known =
    helps.get(name) ??
    execFileSync(process.execPath, ['bin/aerie.ts', name, '--help'], { cwd: ROOT, encoding: 'utf8' });
  helps.set(name, known);
  return known;
};

/** What of a command is not there. */
const missingOf = async ({ program, name, options }: Shown): Promise<readonly string[]> => {
  if (program === 'npm' && scripts[name] === undefined) return [`npm run ${name}`];
  if (program === 'npm' && !WITH_HELP.includes(name)) return [];
  if (program === 'aerie' && VERBS[name] === undefined && !WITH_HELP.includes(name)) return [`aerie ${name}`];
  const help = await helpOf(name);
  return options.filter((option) => !new RegExp(`--${option}\\b`).test(help)).map((of) => `${name} --${of}`);
};

describe('the commands', () => {
  it.each(PAGES)('that %s shows are there, with their options', async (page) => {
    const missing = await Promise.all(shownOn(page).map(missingOf));
    expect(missing.flat()).toEqual([]);
  });

  it('name parts of the bench that there are', () => {
    const help = execFileSync(process.execPath, ['bench/main.ts', '--help'], { cwd: ROOT, encoding: 'utf8' });
    const named = PAGES.flatMap((page) => [...textOf(page).matchAll(/npm run bench -- ([a-z][a-z-]*)/g)]);
    const parts = [...new Set(named.map(([, part = '']) => part))];
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.filter((part) => !new RegExp(`^  ${part} `, 'm').test(help))).toEqual([]);
  });

  it('are found in blocks and in sentences', () => {
    expect(shownOn('README.md').map(({ text }) => text)).toContain('npm start');
    expect(shownOn('docs/commands.md').length).toBeGreaterThan(50);
  });

  it('that are not there are told', async () => {
    const shown: Shown = { text: '', program: 'aerie', name: 'why', options: ['at', 'loudly'] };
    expect(await missingOf(shown)).toEqual(['why --loudly']);
    expect(await missingOf({ ...shown, name: 'nothing' })).toEqual(['aerie nothing']);
    expect(await missingOf({ ...shown, program: 'npm', name: 'nothing' })).toEqual(['npm run nothing']);
  });
});
