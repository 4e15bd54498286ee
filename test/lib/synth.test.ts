import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bundleFunctions } from '../../lib/functions/bundle.ts';
import { BUNDLE_FILE, entryOf, LAMBDAS } from '../../lib/functions/bundling.ts';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'node_modules', '.bin');

/** An asset that a program makes when it is published. */
const guard = z.object({ executable: z.array(z.string()) });

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without the folders that npm and Vitest put before it: the Node that a person has is found first. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/** The CDK's own command line, as a person calls it, with no AWS account in sight and whichever Node comes first. */
const cdk = (...args: readonly string[]): Promise<Ended> =>
  new Promise((done) => {
    const env = { PATH, CI: 'true' };
    const child = execFile(join(bin, 'cdk'), args, { cwd: root, env }, (_, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    );
  });

/** A linter of CloudFormation, of Python and so not among what `npm ci` brings: asked where it is installed. */
const hasCfnLint = (process.env.PATH ?? '')
  .split(delimiter)
  .some((path) => existsSync(join(path, 'cfn-lint')));

/** The CDK writes `DependsOn` beside a reference that says the same. */
const IGNORED = 'W3005';

const cfnLint = (template: string): Promise<string> =>
  new Promise((done) => {
    execFile('cfn-lint', ['--ignore-checks', IGNORED, '--', template], (_, stdout, stderr) =>
      done(stdout + stderr),
    );
  });

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'aerie-synth-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe('cdk synth', () => {
  let synth: Ended;
  beforeAll(async () => {
    synth = await cdk('synth', '--quiet', '--output', join(out, 'dev'));
  });

  it('ends well and says what the stage is: every finding of cdk-nag is settled or answered', () => {
    expect(synth).toMatchObject({ code: 0, stdout: '' });
    expect(synth.stderr).toMatch(/^aerie dev: 1 queue, 1 fleet, at most \d+ workers \(\d+ cores\)\.\n/);
    expect(synth.stderr).toMatch(/^The control plane costs about \$\d+ a month/m);
    expect(synth.stderr).toMatch(/^At the caps workers cost at most \$/m);
    expect(synth.stderr).not.toMatch(/WARN|ERROR|^\s+at /m);
  });

  if (hasCfnLint) {
    it('writes a template in which cfn-lint finds nothing', async () => {
      expect(await cfnLint(join(out, 'dev', 'aerie-dev.template.json'))).toBe('');
    });
  }

  it('can be looked at, and would not be deployed while it names the hosts of an example', async () => {
    const assets = JSON.parse(await readFile(join(out, 'dev', 'aerie-dev.assets.json'), 'utf8'));
    const guards = Object.values(assets.files).flatMap((file) =>
      typeof file === 'object' && file !== null && 'source' in file ? [guard.safeParse(file.source)] : [],
    );
    const [executable] = guards.flatMap(({ data }) => (data === undefined ? [] : [data.executable]));
    const [program = '', ...args] = executable ?? [];
    const ended = await new Promise<Ended>((done) => {
      const child = execFile(program, args, (_, stdout, stderr) =>
        done({ code: child.exitCode, stdout, stderr }),
      );
    });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^aerie: stage dev cannot be deployed yet: .*cm\.example\.org/);
  });

  it('takes no look at an account: nothing of one is remembered', () => {
    expect(existsSync(join(root, 'cdk.context.json'))).toBe(false);
  });

  it.each(LAMBDAS)('puts the very bundle of %s into the stack that the twin runs', async (name) => {
    const template = JSON.parse(await readFile(join(out, 'dev', 'aerie-dev.template.json'), 'utf8'));
    const functions: readonly { readonly Properties: { FunctionName?: string; Code: { S3Key: string } } }[] =
      Object.values(template.Resources);
    const key = functions.find((it) => it.Properties?.FunctionName === `aerie-dev-${name}`)?.Properties.Code;
    const asset = join(out, 'dev', `asset.${key?.S3Key.replace(/\.zip$/, '')}`);
    const bundled = await bundleFunctions([[name, entryOf(name)]], join(out, 'twin'));
    expect(await readFile(join(asset, BUNDLE_FILE))).toEqual(await readFile(bundled.get(name)?.file ?? ''));
  });
});

it('cdk synth ends with one sentence and status 1 when the configuration is wrong', async () => {
  const { code, stderr } = await cdk(
    'synth',
    '--quiet',
    '-c',
    'stage=nowhere',
    '--output',
    join(out, 'nowhere'),
  );
  expect(code).toBe(1);
  const [sentence, ...rest] = stderr.trim().split('\n');
  expect(sentence).toBe('aerie: cdk.json has no stage "nowhere" under "aerie.stages"; it has: dev.');
  expect(rest.join('\n')).not.toMatch(/^\s+at /m);
});
