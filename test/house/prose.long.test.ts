import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';

// cspell:ignore endet

const SITE = join(ROOT, 'site');
const CSPELL = join(SITE, 'node_modules/.bin/cspell');

// The packages of the site come with this one.
it('every page and comment is spelled right, and every page is plain English', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'docs:check'], { cwd: ROOT, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toMatch(/\b0 places/);
  expect(status).toBe(0);
});

describe('the check of a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-prose-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const proseOf = (text: string) => {
    const page = join(folder, 'page.md');
    writeFileSync(page, `# A page\n\n${text}\n`);
    return spawnSync(process.execPath, ['check/prose.ts', page], { cwd: SITE, encoding: 'utf8' });
  };

  it.each([
    [
      'a clause for a subject',
      'What is left of one burst on the fleet serves the next one.',
      'begins with a clause',
    ],
    [
      'a place for a condition',
      'Where no worker joins within an hour, one is launched.',
      'where instead of if',
    ],
    ['a sentence of 41 words', `${'A worker '.repeat(20)}ends.`, '41 words at once'],
    ['a word twice', 'The worker is is ended.', 'Unexpected repeated `is`'],
    ['a wrong article', 'It launches an worker.', 'Unexpected article `an`'],
    ['a word for those who know already', 'Simply deploy it.', '"Simply"'],
  ])('tells of %s', (_, text, told) => {
    const { status, stderr } = proseOf(text);
    expect(stderr).toContain(told);
    expect(status).toBe(1);
  });

  it('lets pass what is plain, of code and of lists too', () => {
    const text =
      'Does it join? Then `aerie worker ID` says when.\n\n* What a worker says:\n* If none joins, one is launched.';
    expect(proseOf(text)).toMatchObject({ status: 0 });
  });

  it.each([
    ['page.md', 'A worker is endet.', 'endet'],
    ['code.ts', '// A worker is endet.', 'endet'],
  ])('tells of a word in %s that is spelled wrong', (name, text, word) => {
    const file = join(folder, name);
    writeFileSync(file, `${text}\n`);
    const args = [
      'lint',
      '--no-progress',
      '--config',
      'check/cspell.json',
      '--root',
      folder,
      '--words-only',
      name,
    ];
    const { status, stdout } = spawnSync(CSPELL, args, { cwd: SITE, encoding: 'utf8' });
    expect(stdout.trim()).toBe(word);
    expect(status).toBe(1);
  });
});
