import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERBS } from '../../cli/verbs/verbs.ts';
import type { Outcome } from '../../twin/aws/lambda/runtime-api.ts';
import { asking } from '../cli/verbs/session.ts';
import { type Aws, awsAt, clientOptions } from './aws.ts';
import { callsOf } from './calls.ts';
import { type Cdk, type CdkRan, cdkIn } from './cdk.ts';
import { readFunction, readQueues, stopReaders, withoutTimers } from './deployed.ts';
import { deadLettersOf, giveUp } from './letters.ts';
import { type Moto, motoLacks, startMoto } from './moto.ts';
import { type News, say, takeMessages } from './news.ts';
import { PROBES } from './probes.ts';
import { openSite, type Site } from './site.ts';
import {
  defaultNetwork,
  endInstances,
  functionsNow,
  liveInstances,
  parameterPatterns,
  parameterVersions,
  whatIsThere,
} from './state.ts';

const lacks = motoLacks();
const needs = lacks.length === 0 ? '' : ` (skipped: needs ${lacks.join(', ')})`;

const STAGE = 'prod';
const STACK = `aerie-${STAGE}`;
const QUEUE = 'CLOUD';
const MAX_WORKERS = `/aerie/${STAGE}/fleets/default/max-workers`;
const SECRET_NAME = `/aerie/${STAGE}/endpoint/secret`;
const SECRET = 'the-secret-of-the-deployed-endpoint';
const START = Date.parse('2026-01-05T00:00:00Z') / 1000;
const DIRECT = ['--method', 'direct', '--require-approval', 'never'];

/** What looks at a stage, and what would change it; those that the session of the admin asks are not here again. */
const COMMANDS = [
  ['top'],
  ['workers', '--lost'],
  ['history', '--since', '14d'],
  ['history', 'default'],
  ['accounting', '--jobs', 'test/cli/jobs/history.json', '--month', '2026-01'],
  ['replay'],
  ['simulate', '--jobs', `2/once x 10m, ${QUEUE}`],
  ['pause', QUEUE, '--dry-run'],
  ['resume', 'OTHER', '--dry-run'],
  ['drain', QUEUE, '--dry-run'],
  ['mode', 'shadow', '--all', '--dry-run'],
  ['stop', '--all', '--now', '--dry-run'],
];

describe.skipIf(lacks.length > 0)(`a deployment by the CDK's own command line${needs}`, () => {
  let folder: string;
  let moto: Moto;
  let aws: Aws;
  let cdk: Cdk;
  let site: Site;
  let network: Awaited<ReturnType<typeof defaultNetwork>>;
  const logs: string[] = [];

  const block = (maxWorkers: number) => ({
    pandaUrl: site.pandaUrl,
    endpointUrl: site.endpointUrl,
    // Not the name of a parameter: moto forgets such a one before an update.
    image: 'ami-12c6146b',
    network,
    worker: { os: 'debian', pool: 'cm.grid.test', centralManager: 'cm.grid.test' },
    queues: { [QUEUE]: { state: 'active' }, OTHER: { state: 'paused' } },
    fleets: { default: { 'max-workers': maxWorkers } },
  });
  const expectWell = (what: string, ran: CdkRan): void => {
    process.stdout.write(`${what}: ${ran.seconds.toFixed(1)} s\n`);
    expect(ran.code, `${ran.stderr}${ran.stdout}`).toBe(0);
  };
  const put = (Name: string, Value: string, Type: 'String' | 'SecureString' = 'String') =>
    new SSMClient(clientOptions(aws)).send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));

  const calls = () =>
    callsOf({
      aws,
      stack: STACK,
      templateFile: join(folder, 'app', 'cdk.out', `${STACK}.template.json`),
      folder: join(folder, 'functions'),
      now: () => site.clock.now,
      logs,
    });
  const call = (name: string, event: unknown): Promise<Outcome> => calls().call(name, event);
  const fire = (of: string): Promise<Outcome> => calls().fire(of);
  /** Hands a function what lies in its deployed queue. */
  const deliver = async (of: string): Promise<Outcome> => {
    const queue = (await readQueues(aws)).get(`${STACK}-${of}`) ?? '';
    const event = await takeMessages(aws, queue);
    expect(event.Records, `${of} was told nothing`).not.toEqual([]);
    return call(`${STACK}-${of}`, event);
  };
  const tell = (news: News) => withoutTimers(aws, () => say(aws, news));
  const well = (outcome: Outcome): unknown => {
    expect(outcome, logs.slice(-20).join('\n')).toMatchObject({ ok: true });
    return outcome.ok ? outcome.answer : undefined;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aerie-deploy-'));
    moto = await startMoto();
    aws = awsAt(moto.url);
    site = await openSite({ queue: QUEUE, secret: SECRET, startsAt: START });
    cdk = await cdkIn(join(folder, 'app'), aws);
    network = await defaultNetwork(aws);
    await cdk.configure(STAGE, block(10));
    await put(SECRET_NAME, SECRET, 'SecureString');
  });
  afterAll(async () => {
    await site?.close();
    await moto?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('begins with the bootstrap of the account', async () => {
    expectWell('cdk bootstrap', await cdk.bootstrap());
  });

  it('deploys nothing that still names the hosts of an example', async () => {
    await cdk.configure(STAGE, { ...block(10), endpointUrl: 'https://cm.example.org:9619' });
    const ran = await cdk.run('deploy', STACK, ...DIRECT);
    await cdk.configure(STAGE, block(10));
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(
      `aerie: stage ${STAGE} cannot be deployed yet: aerie.stages.${STAGE}.endpointUrl still names the example's cm.example.org. Put the site's own there, in cdk.json.`,
    );
    expect(Object.keys(await parameterVersions(aws))).toEqual([SECRET_NAME]);
  });

  it('deploys', async () => {
    expectWell('cdk deploy', await cdk.run('deploy', STACK, ...DIRECT));
    expect(Object.keys(await parameterVersions(aws)).sort()).toEqual([
      SECRET_NAME,
      MAX_WORKERS,
      `/aerie/${STAGE}/queues/${QUEUE}/state`,
      `/aerie/${STAGE}/queues/OTHER/state`,
    ]);
  });

  // The emulator keeps patterns and refuses nothing by them; AWS and the twin do (twin/aws/ssm.test.ts).
  it('has given each setting the pattern that keeps out what is no value of it', async () => {
    const { [SECRET_NAME]: ofSecret, ...ofSettings } = await parameterPatterns(aws);
    expect(ofSecret).toBeUndefined();
    for (const [name, pattern] of Object.entries(ofSettings)) {
      expect(pattern, name).toMatch(/./);
      expect('many of them', name).not.toMatch(new RegExp(pattern ?? ''));
    }
    expect('12').toMatch(new RegExp(ofSettings[MAX_WORKERS] ?? 'none'));
  });

  it('knows its settings once their function has run', async () => {
    expect(await fire('pilots')).toMatchObject({ ok: false, error: /The ledger has no settings yet/ });
    well(await fire('settings'));
  });

  it('launches workers for jobs that PanDA has ready', async () => {
    for (let id = 1; id <= 4; id += 1) {
      const order = {
        siteid: QUEUE,
        resourceType: 'SCORE',
        cores: 1,
        arrivesAt: START + 1,
        runSeconds: 600,
      };
      site.panda.jobs.arrive({ id, ...order });
    }
    site.pass(180);
    expect(well(await fire('pilots'))).toMatchObject({
      decisions: [{ of: QUEUE, what: 'submit 4' }, { of: 'OTHER' }],
    });
    site.pass(30);
    expect(well(await fire('workers'))).toMatchObject({
      decisions: [{ of: 'default', what: 'launch 2 x m6i.large' }],
    });
    const live = await liveInstances(aws);
    expect(live).toHaveLength(2);
    for (const { tags } of live) {
      expect(tags).toMatchObject({ 'aerie:stage': STAGE, 'aerie:fleet': 'default' });
    }
  });

  it('launches nothing more when the same tick comes again', async () => {
    well(await fire('workers'));
    site.pass(60);
    well(await fire('workers'));
    expect(await liveInstances(aws)).toHaveLength(2);
  });

  it('answers the commands of its admin', async () => {
    const ask = asking(clientOptions(aws), { stage: STAGE });
    const told = async (...words: readonly string[]) => JSON.parse((await ask(...words, '--json')).out);
    expect(await told('status')).toMatchObject({
      queues: [{ queue: QUEUE, fleet: 'default' }, { queue: 'OTHER' }],
      fleets: [{ fleet: 'default', booting: 2, maxWorkers: 10, coresPaid: 4 }],
    });
    expect(await told('why', `queue/${QUEUE}`)).toMatchObject({ because: `queue/${QUEUE}`, of: [{}, {}] });
    expect(await told('why', 'OTHER')).toMatchObject({
      of: [
        { limit: { reason: 'queue-paused' }, fix: { command: 'aerie resume queue/OTHER --stage prod' } },
        {},
      ],
    });
    const { workers } = await told('workers');
    expect(workers.map(({ state }: { readonly state: string }) => state)).toEqual(['booting', 'booting']);
    expect(
      (await told('worker', workers[0].instanceId)).story.map(({ what }: { readonly what: string }) => what),
    ).toEqual(['wished for', 'asked for', 'launched']);
    expect(await told('get', 'fleet/default')).toMatchObject({
      settings: [{ knob: 'max-workers', value: '10', isDefault: false }],
      bad: [],
    });
    expect(await told('holds')).toMatchObject({ holds: [] });
    expect(await told('alarms')).toHaveProperty('alarms');
    expect(await told('set', 'fleet/default', 'max-workers=5', '--dry-run')).toMatchObject({ word: 'tried' });
  });

  it.each(COMMANDS)('answers aerie %j by its schema', async (...words) => {
    const { out } = await asking(clientOptions(aws), { stage: STAGE })(...words, '--json');
    // What is said meanwhile stands before it here.
    const told = JSON.parse(out.slice(out.indexOf('{')));
    expect((await VERBS[words[0] ?? '']?.())?.schema.parse(told)).toEqual(told);
    expect(told.stage).toBe(STAGE);
  });

  it('tells of what was decided in a month that is over', async () => {
    const ask = asking(clientOptions(aws), { stage: STAGE });
    const { out } = await ask('accounting', '--month', '2026-01', '--json');
    expect(JSON.parse(out).machines).toMatchObject([{ fleet: 'default', flavour: 'm6i.large', workers: 2 }]);
    await expect(ask('try', 'fleet/default', 'max-workers=5')).rejects.toThrow(
      /^stage prod has kept too little of what its ticks saw/,
    );
  });

  it('learns from an event that a worker has ended, and launches another', async () => {
    await stopReaders(aws);
    const [ended, other] = await liveInstances(aws);
    await tell({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': ended?.instanceId, state: 'terminated' },
      atSeconds: site.clock.now,
    });
    expect(well(await deliver('events'))).toEqual({ batchItemFailures: [] });
    for (const { instanceId, tags } of [other].filter((it) => it !== undefined)) {
      const total = { cpus: 2, memoryMb: 7_000, diskMb: 80_000, gpus: 0 };
      site.pool.join({ instanceId, fleet: tags['aerie:fleet'] ?? 'none', total });
    }
    site.pass(60);
    expect(well(await fire('workers'))).toMatchObject({
      decisions: [{ of: 'default', what: 'let sleep 1, launch 1 x m6i.large' }],
    });
  });

  it('keeps the last good settings when a value comes that cannot be used, and its ticks go on', async () => {
    await put(MAX_WORKERS, '999999');
    await tell({
      source: 'aws.ssm',
      detailType: 'Parameter Store Change',
      detail: { operation: 'Update', name: MAX_WORKERS, type: 'String' },
      atSeconds: site.clock.now,
    });
    well(await deliver('settings'));
    expect(logs.join('\n')).toContain(
      `${MAX_WORKERS} is \\"999999\\"; expected a whole number from 0 to 100000: the fleet keeps its last good settings`,
    );
    site.pass(60);
    expect(well(await fire('workers'))).toMatchObject({
      decisions: [{ why: expect.arrayContaining([expect.objectContaining({ kind: 'last-good-settings' })]) }],
    });
  });

  it('keeps what was given up, shows it, and sends it again by a command', async () => {
    const body = {
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      detail: { 'instance-id': 'i-0123456789abcdef0', state: 'terminated' },
      time: new Date(site.clock.now * 1000).toISOString(),
    };
    await giveUp(aws, (await readQueues(aws)).get(`${STACK}-events`) ?? '', [
      JSON.stringify(body),
      'no event',
    ]);
    const shown = await deadLettersOf(aws, STAGE);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^events: 2 dead letters\n/);
    expect(shown.stdout).toContain('Notification: i-0123456789abcdef0 terminated');
    expect(shown.stdout).toContain('settings: 0 dead letters');
    const sent = await deadLettersOf(aws, STAGE, '--resend');
    expect(sent).toEqual({ code: 0, stderr: '', stdout: 'events: 2 sent again\nsettings: 0 sent again\n' });
    expect((await deadLettersOf(aws, STAGE)).stdout).toContain('events: 0 dead letters');
    // The readable one is handled now; the other one fails again.
    expect(well(await deliver('events'))).toMatchObject({ batchItemFailures: [{}] });
    expect(await deadLettersOf(aws, 'other')).toMatchObject({ code: 2, stdout: '' });
  });

  it('changes only the parameters of the fleet that has changed when it is deployed again', async () => {
    const before = { parameters: await parameterVersions(aws), functions: await functionsNow(aws) };
    await cdk.configure(STAGE, block(12));
    await withoutTimers(aws, async () =>
      expectWell('cdk deploy, again', await cdk.run('deploy', STACK, ...DIRECT)),
    );
    const after = await parameterVersions(aws);
    const changed = Object.keys(after).filter((name) => after[name] !== before.parameters[name]);
    expect(changed).toEqual([MAX_WORKERS]);
    expect(await functionsNow(aws)).toEqual(before.functions);
  });

  describe('the emulator, asked as the twin is', () => {
    it.each(PROBES)('$what: $documented', async ({ ask, documented, motoIsWrong }) => {
      const { environment } = await readFunction(aws, `${STACK}-workers`);
      const [subnetId = ''] = (environment.AERIE_PLACEMENTS ?? '').split('=');
      const client = new EC2Client({ ...clientOptions(aws), maxAttempts: 1 });
      const answer = await ask({
        client,
        templateId: environment.AERIE_TEMPLATE_ID ?? '',
        subnetId,
        settle() {},
      });
      if (motoIsWrong !== true) expect(answer).toBe(documented);
    });
  });

  it('is destroyed, and leaves what it says it leaves', async () => {
    await endInstances(aws);
    expectWell('cdk destroy', await cdk.run('destroy', STACK, '--force', '--app', 'cdk.out'));
    expect(await whatIsThere(aws)).toEqual({
      functions: [],
      rules: [],
      parameters: [SECRET_NAME],
      vpcs: [],
      templates: [],
      tables: ['aerie'],
      queues: [],
      instances: [],
    });
  });
});
