import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets esbuild drop what a Lambda does not use of an AWS SDK client. The clients describe their API in one file of
 * array literals, and write some object keys there as `[_xN]`, where `const _xN = "xmlName"`. A computed key could run
 * code, so esbuild has to keep every array that holds one: nearly all of EC2, half a megabyte. Written as `"xmlName"`
 * the key is the same and the array can go. A client without such keys passes through unchanged.
 */
export const staticKeys: Plugin = {
  name: 'static-keys',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withStaticKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

const SCHEMAS = /@aws-sdk[/\\]client-[a-z0-9-]+[/\\]dist-es[/\\]schemas[/\\]schemas_\d+\.js$/;
const CONSTANT = /^const (_\w+) = ("[^"\\]*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

const withStaticKeys = (source: string): string => {
  const values = new Map([...source.matchAll(CONSTANT)].map(([, name, value]) => [name, value]));
  return source.replace(COMPUTED_KEY, (key, name: string) => {
    const value = values.get(name);
    return value === undefined ? key : `${value}:`;
  });
};
