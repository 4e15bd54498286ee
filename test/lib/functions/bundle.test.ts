import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions, LAMBDA_ENTRIES } from '../../../lib/functions/bundle.ts';
import { entryOf, LAMBDAS, MAX_BUNDLE_BYTES } from '../../../lib/functions/bundling.ts';
import { staticKeys } from '../../../lib/static-keys.ts';

const run = promisify(execFile);

/** With `--eval`, the first argument is the file. */
const SHOW_EXPORTS = `import(process.argv[1]).then((it) =>
  process.stdout.write(Object.entries(it).map(([name, value]) => name + ': ' + typeof value).join()))`;

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AERIE_STAGE: 'dev',
  AERIE_TABLE: 'ledger',
  AERIE_PANDA_URL: 'http://127.0.0.1:1/api/v1',
  AERIE_ENDPOINT_URL: 'http://127.0.0.1:1',
  AERIE_TEMPLATE_ID: 'lt-0123456789abcdef0',
  AERIE_TEMPLATE_VERSION: '1',
  AERIE_PLACEMENTS: 'subnet-0000000a=us-east-1a',
  AERIE_WORKER_DISK_MB: '81920',
  AERIE_WORKER_VOLUMES_GB: '100',
};

let dir: string;
let bundles: ReadonlyMap<string, Bundle>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aerie-bundle-'));
  bundles = await bundleFunctions(LAMBDA_ENTRIES, dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(LAMBDAS)('the bundle of %s', (name) => {
  let bundle: Bundle;
  beforeAll(() => {
    const made = bundles.get(name);
    if (made === undefined) throw new Error(`${name} was not bundled`);
    bundle = made;
  });

  it('is small enough to start quickly', () => {
    expect(bundle.bytes).toBeLessThan(MAX_BUNDLE_BYTES);
  });

  it('loads on a bare Node, where nothing else is installed, and exports the handler', async () => {
    const { stdout } = await run(
      process.execPath,
      ['--eval', SHOW_EXPORTS, pathToFileURL(bundle.file).href],
      {
        cwd: dir,
        env: ENVIRONMENT,
      },
    );
    expect(stdout).toBe('handler: function');
  });

  it('names no map, so that a cold start reads one file', async () => {
    expect(await readFile(bundle.file, 'utf8')).not.toContain('sourceMappingURL');
    expect(JSON.parse(await readFile(`${bundle.file}.map`, 'utf8')).sources).toContainEqual(
      expect.stringMatching(new RegExp(`/${entryOf(name)}$`)),
    );
  });

  it('is the same file wherever it is put, and whatever is bundled beside it', async () => {
    const alone = await bundleFunctions([[name, entryOf(name)]], join(dir, 'elsewhere'));
    expect(await readFile(alone.get(name)?.file ?? '')).toEqual(await readFile(bundle.file));
  });
});

describe('an SDK client with its computed keys written out', () => {
  const SCHEMAS = '@aws-sdk/client-ec2/dist-es/schemas/schemas_0.js';

  /** The client's description of its API, with functions replaced by the name of what they stand for. */
  const apiOf = async (file: string, plugins: readonly (typeof staticKeys)[]): Promise<unknown> => {
    const outfile = join(dir, file);
    await build({
      stdin: { contents: `export * from '${SCHEMAS}'`, resolveDir: import.meta.dirname },
      bundle: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      outfile,
      plugins: [...plugins],
    });
    const { errorTypeRegistries: _, ...schemas } = await import(outfile);
    return plain(schemas);
  };

  const plain = (value: unknown): unknown => {
    if (typeof value === 'function') return String(value()[2]);
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plain(it)]));
  };

  it('describes the same API', async () => {
    const [plainly, rewritten] = await Promise.all([
      apiOf('plainly.mjs', []),
      apiOf('rewritten.mjs', [staticKeys]),
    ]);
    expect(Object.keys(rewritten ?? {}).length).toBeGreaterThan(1000);
    expect(rewritten).toEqual(plainly);
  });

  it('can be left behind where it is not used', async () => {
    const used = await build({
      stdin: {
        contents: `import { CreateFleet$ } from '${SCHEMAS}'; console.log(CreateFleet$)`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      minify: true,
      write: false,
      platform: 'node',
      mainFields: ['module', 'main'],
      plugins: [staticKeys],
    });
    expect(used.outputFiles[0]?.contents.byteLength).toBeLessThan(100_000);
  });
});
