import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';

const FOLDER = join(ROOT, '.github/workflows');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What of a workflow's commands is the project's own, and not there. */
const missingIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *- run: (.*)$/gm)].flatMap(([, command = '']) => {
    const [, script] = /^npm (?:run )?([a-z:]+)/.exec(command) ?? [];
    if (script !== undefined) return scripts[script] === undefined ? [command] : [];
    return command.startsWith('.') && !existsSync(join(ROOT, command)) ? [command] : [];
  });

describe('the workflows', () => {
  it.each(readdirSync(FOLDER))('%s calls what is there', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    expect(text).toMatch(/^ *- run: (npm test|\.ci\/run)$/m);
    expect(missingIn(text)).toEqual([]);
  });

  it('that call what is not there are told', () => {
    expect(missingIn('  - run: npm run nothing\n  - run: .ci/nothing\n')).toEqual([
      'npm run nothing',
      '.ci/nothing',
    ]);
  });
});
