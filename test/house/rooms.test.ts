import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const BIOME = join(ROOT, 'node_modules/.bin/biome');

/** What the linter has to refuse, and what it has to let pass: a file, its text, and the rule that it breaks. */
const PLANTED = [
  [
    'core/model/upward.ts',
    "import { x } from '../observe/facts.ts';\nexport const y = x;",
    'noRestrictedImports',
  ],
  [
    'core/model/typed.ts',
    "import type { X } from '../tell/x.ts';\nexport type Y = X;",
    'noRestrictedImports',
  ],
  ['core/observe/passed-on.ts', "export { x } from '../decide/pilots/x.ts';", 'noRestrictedImports'],
  ['core/learn/late.ts', "export const x = await import('../write/life.ts');", 'noRestrictedImports'],
  [
    'core/write/runtime.ts',
    "import { x } from '../../runtime/x.ts';\nexport const y = x;",
    'noRestrictedImports',
  ],
  ['core/settings/file.ts', "import { x } from 'node:fs';\nexport const y = x;", 'noRestrictedImports'],
  [
    'core/settings/aws.ts',
    "import { x } from '@aws-sdk/client-ec2';\nexport const y = x;",
    'noRestrictedImports',
  ],
  [
    'core/audit/fetched.ts',
    "export const x = () => fetch('https://panda.example.org');",
    'noRestrictedGlobals',
  ],
  ['core/learn/clock.ts', 'export const x = () => Date.now();', 'noRestrictedGlobals'],
  ['core/learn/environment.ts', 'export const x = () => process.env;', 'noRestrictedGlobals'],
  ['adapters/tick.ts', "import { x } from '../runtime/x.ts';\nexport const y = x;", 'noRestrictedImports'],
  [
    'adapters/clouds/openstack/tick.ts',
    "import { x } from '../../../runtime/x.ts';\nexport const y = x;",
    'noRestrictedImports',
  ],
  [
    'collector/decides.ts',
    "import { x } from '../core/decide/x.ts';\nexport const y = x;",
    'noRestrictedImports',
  ],
  [
    'twin/clock/world.ts',
    "import { x } from '../stage/world.ts';\nexport const y = x;",
    'noRestrictedImports',
  ],
  ['lab/tested.ts', "import { x } from '../test/lab/x.ts';\nexport const y = x;", 'noRestrictedImports'],
  ['runtime/many.ts', 'export const x = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];', 'useMaxParams'],
  ['lib/circle-a.ts', "import { b } from './circle-b.ts';\nexport const a = () => b;", 'noImportCycles'],
  ['lib/circle-b.ts', "import { a } from './circle-a.ts';\nexport const b = () => a;", 'noImportCycles'],
  ['core/chain/a.ts', "import type { B } from './b.ts';\nexport interface A { b: B }", 'noImportCycles'],
  ['core/chain/b.ts', "import type { A } from './a.ts';\nexport interface B { a: A }", 'noImportCycles'],
  ['core/observe/fits.ts', "import { x } from '../model/resources.ts';\nexport const y = x;", undefined],
  ['core/settings/parsed.ts', "import * as z from 'zod';\nexport const y = z.string();", undefined],
  [
    'runtime/reads.ts',
    "import { x } from 'node:fs';\nimport { y } from '../core/learn/y.ts';\nexport const z = [x, y];",
    undefined,
  ],
] as const;

/** Every folder of the product that holds code: a file in it that imports from nowhere known has to be refused. */
const folders = (): readonly string[] => {
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  return [...new Set(files.map((file) => dirname(file)))].filter(
    (of) => of !== '.' && !/^(test|examples|site)(\/|$)/.test(of),
  );
};
const STRAY = 'stray-probe.ts';

let tree: string;
let broken: ReadonlyMap<string, readonly string[]>;

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: unknown };
  }[];
}

const pathOf = (path: unknown): string =>
  typeof path === 'string' ? path : String((path as { readonly file: string }).file);

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'aerie-rooms-'));
  const config = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8'));
  await writeFile(
    join(tree, 'biome.json'),
    JSON.stringify({ ...config, root: true, vcs: { enabled: false } }),
  );
  await writeFile(join(tree, 'rooms.biome.json'), await readFile(join(ROOT, 'rooms.biome.json')));
  const strays = folders().map((of) => [`${of}/${STRAY}`, "import '../../../../nowhere/x.ts';"] as const);
  for (const [file, text] of [...PLANTED, ...strays]) {
    await mkdir(join(tree, dirname(file)), { recursive: true });
    await writeFile(join(tree, file), `${text}\n`);
  }
  const run = promisify(execFile)(BIOME, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: tree,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  const found = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
  const byFile = Map.groupBy(found.diagnostics, ({ location }) => pathOf(location.path).replace(/^\.\//, ''));
  broken = new Map(
    [...byFile].map(([file, all]) => [file, all.map(({ category }) => category.split('/').at(-1) ?? '')]),
  );
});

afterAll(() => rm(tree, { recursive: true, force: true }));

describe('the linter knows the house', () => {
  it.each(PLANTED.filter(([, , rule]) => rule !== undefined))('refuses %s', (file, _, rule) => {
    expect(broken.get(file) ?? []).toContain(rule);
  });

  it.each(PLANTED.filter(([, , rule]) => rule === undefined))('lets %s pass', (file) => {
    const rules = (broken.get(file) ?? []).filter((rule) => /Restricted|Cycles/.test(rule));
    expect(rules).toEqual([]);
  });

  it.each(folders())('says what %s may import', (folder) => {
    expect(broken.get(`${folder}/${STRAY}`) ?? []).toContain('noRestrictedImports');
  });
});
