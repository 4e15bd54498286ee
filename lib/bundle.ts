import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, stop } from 'esbuild';
import { BUNDLE_FILE, BUNDLING, entryOf, LAMBDAS, type LambdaName } from './bundling.ts';
import { staticKeys } from './static-keys.ts';

/** A function as it is deployed: one ES module that exports `handler`, and its size. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

const root = resolve(import.meta.dirname, '..');

/** Bundles one Lambda into `<outDir>/index.mjs`. A relative entry is taken from the project's root. */
export const bundleFunction = async (entry: string, outDir: string): Promise<Bundle> => {
  const file = join(resolve(outDir), BUNDLE_FILE);
  await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    plugins: [staticKeys],
    absWorkingDir: root,
    entryPoints: [resolve(root, entry)],
    outfile: file,
  });
  return { file, bytes: (await stat(file)).size };
};

/** Bundles every Lambda, each into the folder given for it, and ends esbuild's own process, whatever happens. */
export const bundleLambdas = async (folderOf: (name: LambdaName) => string): Promise<void> => {
  process.once('exit', stop);
  try {
    await Promise.all(LAMBDAS.map((name) => bundleFunction(entryOf(name), folderOf(name))));
  } finally {
    process.off('exit', stop);
    await stop();
  }
};
