import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, stop } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/** What the endpoint's own packages expect of a CommonJS world, which one ES module is not. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Writes the endpoint as one file, all that the central manager needs besides Node and HTCondor. */
export const bundleEndpoint = async (file: string): Promise<void> => {
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
