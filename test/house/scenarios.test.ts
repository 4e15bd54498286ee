import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, textOf } from './pages.ts';

const NAMED = /\[([\w-]+)\]\(twin\/scenarios\/([\w-]+)\.json\)/g;

it('the README names every scenario, once and by its own name', () => {
  const named = [...textOf('README.md').matchAll(NAMED)];
  expect(named.filter(([, name, file]) => name !== file)).toEqual([]);
  expect(named.map(([, , file]) => `${file}.json`).sort()).toEqual(
    readdirSync(join(ROOT, 'twin/scenarios'))
      .filter((file) => file.endsWith('.json'))
      .sort(),
  );
});
