import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../twin/aws/lambda/runtime-api.ts';
import { type Aws, awsAt, clientOptions } from './aws.ts';
import { callsOf } from './calls.ts';
import { type Cdk, cdkIn } from './cdk.ts';
import { readFunction, readRules } from './deployed.ts';
import { type Moto, motoLacks, startMoto } from './moto.ts';
import { openSite, type Site } from './site.ts';
import { defaultNetwork, functionsNow, liveInstances, parameterVersions } from './state.ts';

const lacks = motoLacks();
const needs = lacks.length === 0 ? '' : ` (skipped: needs ${lacks.join(', ')})`;

const STAGE = 'burst';
const STACK = `aerie-${STAGE}`;
const SECRET_NAME = `/aerie/${STAGE}/endpoint/secret`;
const SECRET = 'the-secret-of-a-pool-without-panda';
const START = Date.parse('2026-01-05T00:00:00Z') / 1000;
const DIRECT = ['--method', 'direct', '--require-approval', 'never'];

/** As long as a job has to wait before a machine is launched for it. */
const BURST_SECONDS = 60;

describe.skipIf(lacks.length > 0)(`a stage without PanDA${needs}`, () => {
  let folder: string;
  let moto: Moto;
  let aws: Aws;
  let cdk: Cdk;
  let site: Site;
  const logs: string[] = [];

  const fire = (of: string): Promise<Outcome> =>
    callsOf({
      aws,
      stack: STACK,
      templateFile: join(folder, 'app', 'cdk.out', `${STACK}.template.json`),
      folder: join(folder, 'functions'),
      now: () => site.clock.now,
      logs,
    }).fire(of);
  const decided = async (): Promise<unknown> => {
    const outcome = await fire('workers');
    expect(outcome, logs.slice(-20).join('\n')).toMatchObject({ ok: true });
    return outcome.ok ? outcome.answer : undefined;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aerie-deploy-'));
    moto = await startMoto();
    aws = awsAt(moto.url);
    site = await openSite({ secret: SECRET, startsAt: START });
    cdk = await cdkIn(join(folder, 'app'), aws);
    await cdk.configure(STAGE, {
      endpointUrl: site.endpointUrl,
      image: 'ami-12c6146b',
      network: await defaultNetwork(aws),
      worker: { os: 'debian', pool: 'cm.grid.test', centralManager: 'cm.grid.test' },
      fleets: { default: { 'max-workers': 5, 'burst-after-seconds': BURST_SECONDS } },
    });
    await new SSMClient(clientOptions(aws)).send(
      new PutParameterCommand({ Name: SECRET_NAME, Value: SECRET, Type: 'SecureString' }),
    );
  });
  afterAll(async () => {
    await site?.close();
    await moto?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('deploys, with no function, timer or setting for pilots', async () => {
    for (const ran of [await cdk.bootstrap(), await cdk.run('deploy', STACK, ...DIRECT)]) {
      expect(ran.code, `${ran.stderr}${ran.stdout}`).toBe(0);
    }
    const functions = (await functionsNow(aws)).map(({ FunctionName }) => FunctionName).sort();
    expect(functions).toEqual(['audit', 'events', 'settings', 'workers'].map((of) => `${STACK}-${of}`));
    expect((await readRules(aws)).flatMap(({ targets }) => targets).join()).not.toContain('pilots');
    expect((await readFunction(aws, `${STACK}-workers`)).environment).not.toHaveProperty('AERIE_PANDA_URL');
    expect(Object.keys(await parameterVersions(aws)).sort()).toEqual([
      SECRET_NAME,
      `/aerie/${STAGE}/fleets/default/burst-after-seconds`,
      `/aerie/${STAGE}/fleets/default/max-workers`,
    ]);
  });

  it('launches a worker for plain jobs that have waited for long enough, and for no others', async () => {
    expect(await fire('settings')).toMatchObject({ ok: true });
    const shape = { cpus: 1, memoryMb: 2_000, diskMb: 10_000, gpus: 0 };
    const send = (name: string, fleet: string) =>
      site.pool.send({ name, user: 'alice', fleet, shape, runSeconds: 600 });
    for (const name of ['first', 'second']) send(name, 'default');
    send('of-no-fleet-here', 'gpu');
    expect(await decided()).toMatchObject({ decisions: [{ of: 'default', kind: 'rest' }] });
    site.pass(BURST_SECONDS);
    expect(await decided()).toMatchObject({
      decisions: [
        {
          of: 'default',
          what: 'launch 1 x m6i.large',
          why: expect.arrayContaining([expect.objectContaining({ kind: 'jobs-waiting', plainJobs: 2 })]),
        },
      ],
    });
    expect(await liveInstances(aws)).toMatchObject([
      { tags: { 'aerie:stage': STAGE, 'aerie:fleet': 'default' } },
    ]);
  });

  it('launches nothing more while that worker boots, and runs both jobs once it has joined', async () => {
    site.pass(60);
    expect(await decided()).toMatchObject({ decisions: [{ of: 'default', kind: 'rest' }] });
    const [worker] = await liveInstances(aws);
    const { instanceId = '', tags = {} } = worker ?? {};
    const total = { cpus: 2, memoryMb: 7_000, diskMb: 80_000, gpus: 0 };
    site.pool.join({ instanceId, fleet: tags['aerie:fleet'] ?? 'none', total });
    site.pass(120);
    await decided();
    expect([...site.pool.plain.values()].map(({ name, life }) => `${name} ${life.kind}`)).toEqual([
      'first running',
      'second running',
      'of-no-fleet-here idle',
    ]);
    expect(await liveInstances(aws)).toHaveLength(1);
  });
});
