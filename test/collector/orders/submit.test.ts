import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUEUE, type Served, serve, TEMPLATE } from '../serving.ts';

/** Locks are held by flock(1), which is Linux's. */
const onLinux = existsSync('/usr/bin/flock');

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const giveTemplate = (text: string) => writeFileSync(join(served.templates, `${QUEUE}.sub`), text);

const shape = { cpus: 2, memoryMb: 1999.5, diskMb: 10, gpus: 0 };
const request = { requestId: 'BNL_CLOUD.1795411000', queue: QUEUE, count: 3, shape };

describe.runIf(onLinux)('POST /v1/pilots', () => {
  it('submits the template with what was asked for, as one cluster', async () => {
    served.condor.answers('condor_submit', { stdout: '12.0 - 12.2\n' });
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: 200,
      body: { submitted: 3, repeated: false },
    });
    expect(served.condor.calls('condor_submit.dry-run')).toEqual([['-terse', '-dry-run', '-', '-']]);
    expect(served.condor.calls('condor_submit')).toEqual([['-terse', '-']]);
    expect(served.condor.input('condor_submit')).toBe(`executable = pilot.sh
universe = vanilla
request_cpus = 4
+MATCH_APF_QUEUE = "BNL_CLOUD"
transfer_output_files = ""
request_cpus = 2
request_memory = 2000
request_disk = 10240
accounting_group_user = BNL_CLOUD
+AerieRequestId = "BNL_CLOUD.1795411000"
queue 3
`);
  });

  it('lets each pilot say which fleet takes it and how long it may run, whatever the template says', async () => {
    const own = '+AerieFleet = "own"\n+AerieWallSeconds = 1\n';
    giveTemplate(TEMPLATE.replace('queue 1', `${own}queue 1`));
    served.condor.answers('condor_submit', { stdout: '12.0 - 12.2\n' });
    const asked = { ...request, fleet: 'gpu', wallSeconds: 86_400 };
    expect(await served.post('/v1/pilots', asked)).toMatchObject({ status: 200 });
    expect(served.condor.input('condor_submit')).toContain(
      '+AerieRequestId = "BNL_CLOUD.1795411000"\n+AerieFleet = "gpu"\n+AerieWallSeconds = 86400\nqueue 3\n',
    );
  });

  it('leaves what a template says of its fleet to functions that say nothing of it', async () => {
    giveTemplate(TEMPLATE.replace('queue 1', '+AerieFleet = "own"\nqueue 1'));
    expect(await served.post('/v1/pilots', request)).toMatchObject({ status: 200 });
    expect(served.condor.input('condor_submit').match(/.*Aerie(Fleet|Wall).*/g)).toEqual([
      '+AerieFleet = "own"',
    ]);
  });

  it.each([
    ['fleet', 'MY.AerieFleet = "own"', 'makes jobs with AerieFleet "own", expected "gpu"'],
    ['longest run', 'MY.AerieWallSeconds = 60', 'makes jobs with AerieWallSeconds 60, expected 3600'],
  ])('submits nothing whose jobs would say another %s', async (_, line, sentence) => {
    const dryRun = `JobUniverse=5\nMATCH_APF_QUEUE="${QUEUE}"\nAerieRequestId="${request.requestId}"\nAerieFleet="gpu"\nAerieWallSeconds=3600\n${line.slice(3).replace(' = ', '=')}\nRequestCpus=2\nRequestMemory=2000\nRequestDisk=10240\nProcId=0\n`;
    served.condor.answers('condor_submit.dry-run', { stdout: dryRun });
    const asked = { ...request, fleet: 'gpu', wallSeconds: 3600 };
    expect(await served.post('/v1/pilots', asked)).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining(sentence) },
    });
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it.each([[{ fleet: 'a fleet' }], [{ fleet: '"' }], [{ wallSeconds: -1 }], [{ wallSeconds: 1.5 }]])(
    'takes nothing that is no fleet and no time: %j',
    async (odd) => {
      expect(await served.post('/v1/pilots', { ...request, ...odd })).toMatchObject({ status: 400 });
      expect(served.condor.callCount()).toBe(0);
    },
  );

  it.each([
    ['queue', 'condor_q'],
    ['history', 'condor_history'],
  ])('submits nothing if the request is in the schedd’s %s', async (_, tool) => {
    served.condor.answers(tool, { stdout: `"${QUEUE}"\n`.repeat(3) });
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: 200,
      body: { submitted: 3, repeated: true },
    });
    expect(served.condor.calls('condor_submit')).toEqual([]);
    expect(served.condor.calls('condor_q')).toContainEqual([
      '-allusers',
      '-constraint',
      'AerieRequestId =?= "BNL_CLOUD.1795411000"',
      '-af:tV',
      'MATCH_APF_QUEUE',
    ]);
  });

  it.each([
    ['queue', 'condor_q', '"OTHER"\n"OTHER"\n'],
    ['history', 'condor_history', '"OTHER"\n'],
    ['queue, beside this one’s', 'condor_q', `"${QUEUE}"\n"OTHER"\n`],
  ])('refuses a request whose id has another queue’s pilots in the schedd’s %s', async (_, tool, stdout) => {
    served.condor.answers(tool, { stdout });
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: 409,
      body: {
        error:
          'The request BNL_CLOUD.1795411000 has submitted pilots of queue OTHER, and none of BNL_CLOUD; give each request an id of its own.',
      },
    });
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it('submits a request once, also after its pilots have ended and the clock was set days ahead', async () => {
    served.condor.answers('condor_submit', { stdout: '12.0 - 12.2\n' });
    expect(await served.post('/v1/pilots', request)).toMatchObject({ body: { repeated: false } });
    // A history that is read back to the day before has nothing then.
    served.setBack(-3 * 86_400);
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: 200,
      body: { submitted: 3, repeated: true },
    });
    expect(served.condor.calls('condor_submit')).toHaveLength(1);
  });

  it('submits again what was refused before', async () => {
    served.condor.answers('condor_submit', { status: 1, stderr: 'ERROR: no such executable' });
    expect(await served.post('/v1/pilots', request)).toMatchObject({ status: 503 });
    served.condor.answers('condor_submit', { stdout: '12.0 - 12.2\n' });
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: 200,
      body: { submitted: 3, repeated: false },
    });
  });

  it.each([['condor_q'], ['condor_history']])('submits nothing while %s cannot be asked', async (tool) => {
    served.condor.answers(tool, { status: 1, stderr: 'communication error' });
    expect(await served.post('/v1/pilots', request)).toMatchObject({
      status: 503,
      body: { error: expect.stringContaining(tool) },
    });
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it('says what condor_submit said', async () => {
    served.condor.answers('condor_submit', { status: 1, stderr: 'ERROR: no such executable' });
    expect(await served.post('/v1/pilots', request)).toMatchObject({
      status: 503,
      body: {
        error:
          'The pool could not be asked: condor_submit: exit status 1, ERROR: no such executable. Ask again later.',
      },
    });
  });

  it.each([
    ['another universe', 'universe = local', 'makes jobs with JobUniverse 12, expected 5'],
    [
      'another queue, spelled in another way',
      `+MATCH_APF_QUEUE = "${QUEUE}"\nMY.MATCH_APF_QUEUE = "OTHER"`,
      'makes jobs with MATCH_APF_QUEUE "OTHER", expected "BNL_CLOUD"',
    ],
    ['cores of its own', '+RequestCpus = 8', 'makes jobs with RequestCpus 8, expected 2'],
    ['an expression for its memory', 'MY.RequestMemory = 2000 + 0', 'RequestMemory 2000 + 0, expected 2000'],
    ['GPUs of its own', '+RequestGPUs = 1', 'makes jobs with RequestGPUs 1, expected undefined'],
    ['that stay when they have ended', 'leave_in_queue = JobStatus == 4', 'keeps its jobs in the queue'],
    ['that stay, spelled in another way', '+LeaveJobInQueue = True', 'leave_in_queue is True'],
    ['late materialisation', 'max_idle = 10', 'submits its jobs little by little'],
  ])('submits nothing whose jobs would not be counted as asked: %s', async (_, lines, sentence) => {
    giveTemplate(TEMPLATE.replace('queue 1', `${lines}\nqueue 1`));
    const { status, body } = await served.post('/v1/pilots', request);
    expect([status, body]).toEqual([409, { error: expect.stringContaining(sentence) }]);
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it('submits nothing while a dry run cannot be had', async () => {
    served.condor.answers('condor_submit.dry-run', { status: 1, stderr: 'ERROR: no such executable' });
    expect((await served.post('/v1/pilots', request)).status).toBe(503);
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it('carries out requests of one id one after the other', async () => {
    served.condor.answers('condor_submit', { stdout: '12.0 - 12.2\n', seconds: 0.2 });
    const first = served.post('/v1/pilots', request);
    const second = served.post('/v1/pilots', request);
    expect(await first).toEqual({ status: 200, body: { submitted: 3, repeated: false } });
    expect(await second).toEqual({ status: 200, body: { submitted: 3, repeated: true } });
    expect(served.condor.calls('condor_submit')).toHaveLength(1);
  });

  it.each([
    ['there is none', undefined, 404, 'There is no pilot template for queue BNL_CLOUD'],
    [
      'it serves another queue',
      TEMPLATE.replace('"BNL_CLOUD"', '"OTHER"'),
      409,
      'sets +MATCH_APF_QUEUE to "OTHER"',
    ],
    ['it serves none', TEMPLATE.replace(/^\+.*$/m, ''), 409, 'sets +MATCH_APF_QUEUE to nothing'],
    ['it queues nothing', TEMPLATE.replace('queue 1', ''), 409, 'has 0 queue statements'],
    ['it queues twice', `${TEMPLATE}Queue 2\n`, 409, 'has 2 queue statements'],
    ['it goes on', `${TEMPLATE}log = x\n`, 409, 'goes on after its queue statement'],
    ['it queues by list', TEMPLATE.replace('queue 1', 'queue a in (b c)'), 409, 'more than a number'],
    [
      'its credential is a macro',
      TEMPLATE.replace('queue 1', 'x509userproxy = $(P)\nqueue'),
      409,
      'write the path out',
    ],
  ])('refuses a template when %s', async (_, text, status, sentence) => {
    if (text === undefined) rmSync(join(served.templates, `${QUEUE}.sub`));
    else giveTemplate(text);
    expect(await served.post('/v1/pilots', request)).toMatchObject({
      status,
      body: { error: expect.stringContaining(sentence) },
    });
    expect(served.condor.callCount()).toBe(0);
  });

  it('takes a template whose line goes on in the next, and comments that speak of queues', async () => {
    giveTemplate(`# queue 7\n${TEMPLATE.replace('universe = vanilla', 'arguments = a \\\nqueue \\\nb')}`);
    expect((await served.post('/v1/pilots', request)).status).toBe(200);
    expect(served.condor.input('condor_submit')).toContain('arguments = a queue b\n');
  });
});

const tokenEnding = (exp: unknown): string =>
  `${btoa('{}')}.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x\n`;

describe('the credential of a queue’s pilots', () => {
  const withToken = TEMPLATE.replace(
    'queue 1',
    'environment = "A=1 PANDA_AUTH_TOKEN=token"\ntransfer_input_files = sub/token, key\nqueue',
  );
  const giveToken = (text: string) => {
    mkdirSync(join(served.templates, 'sub'));
    writeFileSync(join(served.templates, 'sub/token'), text);
    giveTemplate(withToken);
  };

  it.each([
    ['has ended', tokenEnding(1_795_411_000), 'ended at 2026-11-23T05:16:40.000Z'],
    ['says no end', tokenEnding('tomorrow'), 'cannot be read'],
    ['is no token', 'nonsense', 'cannot be read'],
  ])('keeps everything from being submitted when it %s', async (_, text, why) => {
    giveToken(text);
    expect(await served.post('/v1/pilots', request)).toEqual({
      status: onLinux ? 409 : 503,
      body: onLinux
        ? {
            error: `The credential of queue ${QUEUE}'s pilots (sub/token) ${why}; nothing was submitted. Renew it.`,
          }
        : expect.anything(),
    });
    expect(served.condor.calls('condor_submit')).toEqual([]);
  });

  it('is in the view and in the metrics', async () => {
    giveToken(tokenEnding(served.clock + 7200));
    expect((await served.get('/v1/pool')).body).toMatchObject({
      pilots: { queues: [{ queue: QUEUE, credentialExpiresAt: served.clock + 7200 }] },
    });
    served.clock += 200;
    expect((await served.get('/metrics')).body).toContain(
      `aerie_endpoint_credential_remaining_seconds{queue="${QUEUE}"} 7000`,
    );
  });

  it('may be a proxy: the first of its certificates to end counts', async () => {
    const pem = readFileSync(new URL('../samples/proxy.pem', import.meta.url), 'utf8');
    writeFileSync(join(served.templates, 'proxy.pem'), pem);
    giveTemplate(TEMPLATE.replace('queue 1', 'x509userproxy = proxy.pem\nqueue'));
    expect((await served.get('/v1/pool')).body).toMatchObject({
      pilots: { queues: [{ credentialExpiresAt: 1795498077 }] },
    });
  });
});
