import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../lib/functions/bundle.ts';
import { BUNDLE_FILE, entryOf, LAMBDAS } from '../../lib/functions/bundling.ts';
import { ROOT } from '../running.ts';

/** As whoever installs a package has it: without what lies in a clone's node_modules. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

let folder = '';
const run = (program: string, args: readonly string[], cwd = folder, more: NodeJS.ProcessEnv = {}) => {
  const { npm_config_local_prefix: _, ...around } = process.env;
  const env = { ...around, PATH, CDK_DISABLE_VERSION_CHECK: '1', NODE_NO_WARNINGS: '1', ...more };
  return promisify(execFile)(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
};

const MOST_PACKED_BYTES = 8_000_000;

let tarball = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test-pack-'));
  await run('npm', ['pack', '--pack-destination', folder], ROOT);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  tarball = join(folder, `aerie-${version}.tgz`);
  cpSync(join(ROOT, 'examples/cdk-app'), join(folder, 'app'), { recursive: true });
  const file = join(folder, 'app/package.json');
  const app = JSON.parse(readFileSync(file, 'utf8'));
  app.dependencies.aerie = `file:${tarball}`;
  // The CDK's command line is the clone's: it is of no matter here how it is installed.
  writeFileSync(file, JSON.stringify({ ...app, devDependencies: {} }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], join(folder, 'app'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inApp = (program: string, ...args: readonly string[]) => run(program, args, join(folder, 'app'));

describe('the package', () => {
  it('holds what runs, and no source, no test and no tool', async () => {
    const { stdout } = await run('tar', ['tzf', tarball]);
    const files = stdout.trim().split('\n');
    expect(files).toContain('package/bin/aerie.mjs');
    expect(files.filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
    expect(
      files.filter((file) => /^package\/(?!bin\/aerie\.mjs|dist\/npm\/|docs\/|[^/]+$)/.test(file)),
    ).toEqual([]);
    expect(statSync(tarball).size).toBeLessThan(MOST_PACKED_BYTES);
  });

  it('names what others have made of it', async () => {
    const named = await readFile(join(folder, 'app/node_modules/aerie/dist/npm/THIRD-PARTIES.txt'), 'utf8');
    for (const one of ['@aws-sdk/client-ec2', '@middy/core', 'fastify', '@aws-lambda-powertools/logger']) {
      expect(named).toMatch(new RegExp(`^${one} \\d.*, (MIT|Apache)`, 'm'));
    }
  });

  it('has the very bundles that a clone deploys', async () => {
    const bundled = await bundleFunctions(
      LAMBDAS.map((name) => [name, entryOf(name)]),
      join(folder, 'clone'),
    );
    for (const name of LAMBDAS) {
      const packed = join(folder, 'app/node_modules/aerie/dist/npm/lambdas', name, BUNDLE_FILE);
      expect(await readFile(packed)).toEqual(await readFile(bundled.get(name)?.file ?? ''));
    }
  });
});

describe('its command line, on the Node that the machine has', () => {
  it('says what it can', async () => {
    const { stdout } = await inApp('npx', 'aerie', '--help');
    expect(stdout).toMatch(/^aerie VERB[\s\S]* {2}status, top [\s\S]* {2}plan, doctor /);
  });

  it('reads the cdk.json of the folder that it is in', async () => {
    const { stdout } = await inApp('npx', 'aerie', 'plan', '--stage', 'prod', '--json');
    expect(JSON.parse(stdout).fleets).toMatchObject([{ fleet: 'default', workers: 10 }]);
  });

  it('plays a scenario with the bundles in it', async () => {
    const args = ['--scenario', 'short-jobs', '--hours', '0.05', '--speed', 'max', '--no-web', '--json'];
    const { stdout } = await inApp('npx', 'aerie', 'start', ...args);
    expect(JSON.parse(stdout)).toMatchObject({ ticksFailed: 0, workersAtEnd: 0 });
    expect(JSON.parse(stdout).jobsDone).toBeGreaterThan(0);
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName?: string };
}

describe('the construct in an app of somebody else', () => {
  const resourcesIn = async (out: string): Promise<readonly Resource[]> => {
    const { artifacts } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    expect(artifacts.Pool).toMatchObject({ properties: { stackName: 'aerie-prod' } });
    const template = await readFile(join(out, artifacts.Pool.properties.templateFile), 'utf8');
    return Object.values(JSON.parse(template).Resources);
  };
  const functionsOf = (resources: readonly Resource[]) =>
    resources
      .flatMap(({ Type, Properties }) => (Type === 'AWS::Lambda::Function' ? [Properties.FunctionName] : []))
      .sort();

  it('fits the types that come with it, and no setting that there is not', async () => {
    const app = await readFile(join(folder, 'app/app.ts'), 'utf8');
    const wrong =
      "// @ts-expect-error\nnew Aerie(app, 'Other', { stage: 'test', endpointUrl: '', image: '', none: 1 });\n";
    writeFileSync(join(folder, 'app/typed.ts'), `${app}${wrong}`);
    const options = [
      '--module',
      'nodenext',
      '--lib',
      'es2024,esnext.disposable,dom',
      '--types',
      '',
      '--noEmit',
      '--strict',
    ];
    await inApp(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'typed.ts');
  });

  it('synthesises with the CDK’s own command line', async () => {
    const cdk = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
    const app = `${process.execPath} app.ts`;
    await inApp(process.execPath, cdk, 'synth', '--quiet', '--app', app, '--output', join(folder, 'out'));
    expect(functionsOf(await resourcesIn(join(folder, 'out')))).toEqual(
      ['audit', 'events', 'settings', 'workers'].map((name) => `aerie-prod-${name}`),
    );
  });

  it('is had by require too, and says every mistake', async () => {
    const app = `const { App } = require('aws-cdk-lib');
      const { Aerie } = require('aerie');
      const app = new App({ outdir: ${JSON.stringify(join(folder, 'required'))} });
      try { new Aerie(app, 'Pool', { stage: 'prod', endpointUrl: 'ftp://x', image: 7 }); }
      catch (error) { process.stdout.write(error.mistakes.length + ' mistakes'); }
      const pool = { pandaUrl: 'https://panda.t2.test/api/v1', endpointUrl: 'https://cm.t2.test', image: 'ami-0123456789abcdef0' };
      new Aerie(app, 'Pool', { stage: 'prod', ...pool, queues: { CLOUD: { state: 'active' } } });
      app.synth();`;
    writeFileSync(join(folder, 'app/required.cjs'), app);
    const { stdout } = await inApp('node', 'required.cjs');
    expect(stdout).toBe('2 mistakes');
    expect(functionsOf(await resourcesIn(join(folder, 'required')))).toHaveLength(LAMBDAS.length);
  });
});
