import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';

const FOLDER = join(ROOT, '.github/workflows');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The commands of a workflow's steps, those of a block line by line. */
const commandsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^ *(?:- )?run: (?:\|\n((?: {10}.*\n)+)|(.*)$)/gm)].flatMap(([, block, line = '']) =>
    block === undefined ? [line] : block.trim().split(/\s*\n\s*/),
  );

/** What of a workflow's commands is the project's own, and not there. */
const missingIn = (text: string): readonly string[] =>
  commandsOf(text).filter((command) => {
    const [, script] = /^npm (?:run )?([a-z:]+)/.exec(command) ?? [];
    if (script !== undefined) return scripts[script] === undefined;
    return command.startsWith('.') && !existsSync(join(ROOT, command));
  });

/** Actions of others that could become something else: a tag can be moved, a commit cannot. */
const unpinnedIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *(?:- )?uses: (\S+)/gm)].flatMap(([, uses = '']) =>
    /@[0-9a-f]{40}$/.test(uses) ? [] : [uses],
  );

describe('the workflows', () => {
  it.each(readdirSync(FOLDER))('%s calls what is there', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    expect(commandsOf(text).some((command) => /^(npm test|\.ci\/run)$/.test(command))).toBe(true);
    expect(missingIn(text)).toEqual([]);
    expect(unpinnedIn(text)).toEqual([]);
  });

  it('that call what is not there, or what can be moved, are told', () => {
    const text = `
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - run: |
          npm test
          npm run nothing
      - name: Ours
        run: .ci/nothing
`;
    expect(missingIn(text)).toEqual(['npm run nothing', '.ci/nothing']);
    expect(unpinnedIn(text)).toEqual(['actions/checkout@v4']);
  });
});
