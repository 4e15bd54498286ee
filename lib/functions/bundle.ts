import { existsSync } from 'node:fs';
import { cp, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { staticKeys } from '../static-keys.ts';
import { BUNDLE_FILE, BUNDLING, entryOf, LAMBDAS, type LambdaName } from './bundling.ts';

/** A function as it is deployed: one ES module that exports `handler`, and its size. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

const root = resolve(import.meta.dirname, '../..');
const { name: STEM, ext: EXTENSION } = parse(BUNDLE_FILE);

/** The files to bundle, and how each is called. */
export type Entries = readonly (readonly [name: string, entry: string])[];

/** Every Lambda's. */
export const LAMBDA_ENTRIES: Entries = LAMBDAS.map((name) => [name, entryOf(name)]);

/**
 * Bundles each entry into `<outDir>/<its name>/index.mjs`. A relative entry is taken from the project's root. All go
 * in one build, so that what they share is read once; each file is the same as if it were built alone.
 */
export const bundleFunctions = async (
  entries: Entries,
  outDir: string,
): Promise<ReadonlyMap<string, Bundle>> => {
  const { build } = await import('esbuild');
  await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    plugins: [staticKeys],
    absWorkingDir: root,
    entryPoints: entries.map(([name, entry]) => ({ in: resolve(root, entry), out: join(name, STEM) })),
    outdir: resolve(outDir),
    outExtension: { '.js': EXTENSION },
  });
  const bundleOf = async (name: string): Promise<Bundle> => {
    const file = join(resolve(outDir), name, BUNDLE_FILE);
    return { file, bytes: (await stat(file)).size };
  };
  return new Map(await Promise.all(entries.map(async ([name]) => [name, await bundleOf(name)] as const)));
};

/** Where a package has the bundle of a Lambda, which was made when it was packed; a clone has its source instead. */
export const madeBundleOf = (name: LambdaName): string => join(root, 'lambdas', name);

/** Whether this is a package: no source is in it, and no esbuild beside it. */
export const hasMadeBundles = (): boolean => existsSync(join(madeBundleOf('workers'), BUNDLE_FILE));

/** Bundles every Lambda into a folder of its name, and ends esbuild's own process, whatever happens. */
export const bundleLambdas = async (outDir: string): Promise<void> => {
  if (hasMadeBundles()) return cp(join(root, 'lambdas'), outDir, { recursive: true });
  const { stop } = await import('esbuild');
  process.once('exit', stop);
  try {
    await bundleFunctions(LAMBDA_ENTRIES, outDir);
  } finally {
    process.off('exit', stop);
    await stop();
  }
};
