import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT, textOf } from './pages.ts';

/** Decisions and the changelog tell of the code as it was on their day. */
const OTHERS = /^(CHANGELOG\.md|docs\/decisions\/)/;
const OF_TODAY = PAGES.filter((page) => !OTHERS.test(page));

/** Where a path may begin: a test may be named by its path below test/. */
const HOMES = [ROOT, join(ROOT, 'test')];
const FOLDERS = HOMES.flatMap((home) => readdirSync(home, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name);

const PATH = new RegExp(`\`((?:${FOLDERS.join('|')})/[\\w./*-]*)\``, 'g');

/** Made by a command, and in no clone. */
const MADE = /^(cdk\.out|dist|node_modules)\//;

/** Whether a path is in the clone, or something that fits it. */
const isThere = (path: string): boolean =>
  MADE.test(path) ||
  HOMES.some((home) => existsSync(join(home, path)) || globSync(path, { cwd: home }).length > 0);

describe('the paths', () => {
  it.each(OF_TODAY)('that %s names are there', (page) => {
    const named = [...textOf(page).matchAll(PATH)].map(([, path = '']) => path);
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const page = textOf('docs/architecture.md');
  const { overrides } = JSON.parse(readFileSync(join(ROOT, 'rooms.biome.json'), 'utf8')) as {
    readonly overrides: readonly { readonly includes: readonly string[] }[];
  };
  const rooms = overrides.flatMap(({ includes }) => includes).filter((glob) => glob.endsWith('/**'));

  it.each(rooms)('says what the room %s is', (glob) => {
    expect(page).toContain(`\`${glob.slice(0, -2)}\``);
  });
});
