import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_FILE, BUNDLING } from './bundling.ts';
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
