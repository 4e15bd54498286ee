import { readFile } from 'node:fs/promises';
import { dirname, extname, relative } from 'node:path';
import type { Loader, Plugin } from 'esbuild';

/** Packages that a user of the package has beside it: the CDK must be the app's own, the others are installed with aerie. */
const BESIDE = /^(aws-cdk-lib|constructs|zod|dynalite|@gfx\/zopfli|esbuild)(\/|$)/;

/** Leaves out of the bundle what is installed beside it. JSON goes in: Node 20 warns of every JSON file that is imported. */
export const leaveBeside: Plugin = {
  name: 'leave-beside',
  setup(build) {
    build.onResolve({ filter: BESIDE }, ({ path }) =>
      path.endsWith('.json') ? undefined : { path, external: true },
    );
  },
};

/**
 * Keeps what modules know of their own place: every one that is written out lies in the package's folder itself, and their
 * files lie below it as they do below the root.
 */
export const keepPlaces = (root: string): Plugin => ({
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const of = relative(root, path);
      const contents = (await readFile(path, 'utf8'))
        .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(of)}`)})`)
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(of)}, import.meta.url).href`);
      const loader: Loader = extname(path) === '.ts' ? 'ts' : 'js';
      return { contents, loader };
    });
  },
});
