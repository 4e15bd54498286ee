import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

it('package.json asks for the Node that the README promises and the installation takes', () => {
  const promised = /want Node (\d+) or newer/.exec(read('README.md'))?.[1];
  const taken = /MIN_NODE = (\d+)/.exec(read('bin/install.mjs'))?.[1];
  const { engines } = JSON.parse(read('package.json'));
  const locked = JSON.parse(read('package-lock.json')).packages[''].engines;
  expect(taken).toBe(promised);
  expect(engines).toEqual({ node: `>=${promised}` });
  expect(locked).toEqual(engines);
});
