import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** What the endpoint's own packages expect of a CommonJS world, which one ES module is not. */
const BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.filename);";

/** Where a package of aerie has the endpoint, which was bundled when it was packed; a clone has its source instead. */
export const MADE_ENDPOINT = 'collector/aerie-endpoint.mjs';

/** Writes the endpoint as one file, all that the central manager needs besides Node and HTCondor. */
export const bundleEndpoint = async (file: string): Promise<void> => {
  const made = resolve(root, MADE_ENDPOINT);
  if (existsSync(made)) return copyFile(made, file);
  const { build, stop } = await import('esbuild');
  await build({
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay: a stack trace in a log is read by people.
    keepNames: false,
    banner: { js: BANNER },
    logLevel: 'warning',
    absWorkingDir: root,
    entryPoints: [resolve(root, 'collector/main.ts')],
    outfile: resolve(file),
  });
  await stop();
};

if (import.meta.main) {
  const file = resolve(root, process.argv[2] ?? 'dist/aerie-endpoint.mjs');
  await mkdir(resolve(file, '..'), { recursive: true });
  await bundleEndpoint(file);
  process.stdout.write(`${file}\n`);
}
