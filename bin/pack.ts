// What `npm pack` puts into the package beside bin/aerie.mjs: everything as JavaScript that Node 20 runs, with the functions and
// the endpoint bundled and the types of the construct. docs/library.md says what is in it for whom.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleEndpoint, MADE_ENDPOINT } from '../collector/bundle.ts';
import { bundleLambdas } from '../lib/functions/bundle.ts';
import { BUNDLING, entryOf, LAMBDAS } from '../lib/functions/bundling.ts';
import { keepPlaces, leaveBeside } from './pack/beside.ts';
import { thirdParties } from './pack/third-parties.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/npm');

/** What is read from the disk at run time, by its path from the root. */
const FILES = [
  'cli/page/look',
  'collector/60-aerie.condor',
  'lab/box.sh',
  'lab/forwarder.mjs',
  'lab/openstack/box',
  'lab/pilot.py',
  'twin/aws/lambda/bootstrap.mjs',
  'twin/load/traces',
  'twin/scenarios',
  'worker/files',
  'worker/image',
  'worker/openstack',
  'worker/zopfli.mjs',
];

/** Modules go into the bundle; the page's scripts are a browser's. */
const isFile = (path: string): boolean => !path.endsWith('.ts') && !path.includes('__pycache__');

const bundleDoors = async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'bin/aerie.ts', out: 'aerie' },
      { in: 'lib/aerie.ts', out: 'index' },
    ],
    outdir: OUT,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    mainFields: ['module', 'main'],
    /** What some packages expect of a CommonJS world, which an ES module is not. */
    banner: {
      js: "import { createRequire as aerieRequire } from 'node:module'; const require = aerieRequire(import.meta.url);",
    },
    define: { 'Map.groupBy': 'groupBy' },
    inject: ['bin/pack/since-node-21.ts'],
    plugins: [leaveBeside, keepPlaces(ROOT)],
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return metafile;
};

/** What goes into the functions and the endpoint, of which no bundle is kept here. */
const partsOf = async (...entryPoints: readonly string[]) => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...entryPoints],
    outdir: OUT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: [...BUNDLING.mainFields],
    write: false,
    metafile: true,
  });
  return metafile;
};

const IMPORTED = /from '(\.[^']+)\.ts'|import\("(\.[^"]+)\.ts"\)/g;

/** Keeps of the types what the construct's lead to. */
const keepTypes = async (types: string): Promise<void> => {
  const kept = new Map<string, string>();
  const keep = async (file: string): Promise<void> => {
    if (kept.has(file)) return;
    const text = await readFile(file, 'utf8');
    kept.set(file, text);
    const next = [...text.matchAll(IMPORTED)].map(([, from, of]) => `${from ?? of}.d.ts`);
    for (const one of next) await keep(resolve(dirname(file), one));
  };
  await keep(join(types, 'lib/aerie.d.ts'));
  await rm(types, { recursive: true });
  for (const [file, text] of kept) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
};

await rm(OUT, { recursive: true, force: true });
await mkdir(join(OUT, 'collector'), { recursive: true });
const metafiles = [await bundleDoors(), await partsOf(...LAMBDAS.map(entryOf), 'collector/main.ts')];
await bundleLambdas(join(OUT, 'lambdas'));
await bundleEndpoint(join(OUT, MADE_ENDPOINT));
for (const file of await readdir(join(OUT, 'lambdas'), { recursive: true })) {
  if (file.endsWith('.map')) await rm(join(OUT, 'lambdas', file));
}
for (const file of FILES) await cp(join(ROOT, file), join(OUT, file), { recursive: true, filter: isFile });
execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.package.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
await keepTypes(join(OUT, 'types'));
await writeFile(join(OUT, 'THIRD-PARTIES.txt'), thirdParties(ROOT, metafiles));
