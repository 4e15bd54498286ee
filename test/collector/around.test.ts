import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEXT_SECRET, QUEUE, SECRET, type Served, serve, TEMPLATE } from './serving.ts';

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const shape = { cpus: 1, memoryMb: 2_000, diskMb: 10, gpus: 0 };
const request = (queue: string) => ({ requestId: `${queue}.1`, queue, count: 1, shape });
const template = (queue: string) => join(served.templates, `${queue}.sub`);
const textOf = (queue: string) => TEMPLATE.replaceAll(QUEUE, queue);

describe('a file that somebody may be writing into, or nobody', () => {
  it('as a template holds its own queue, by name, and nothing else', async () => {
    execFileSync('mkfifo', [template('FIFO')]);
    expect((await served.get('/v1/pool')).body).toMatchObject({
      pilots: { complete: true, queues: [{ queue: QUEUE }] },
      workers: { complete: true },
    });
    expect((await served.get('/v1/about')).body).toMatchObject({
      templates: [
        { queue: QUEUE },
        { queue: 'FIFO', mistake: expect.stringContaining('is no ordinary file') },
      ],
    });
    expect(await served.post('/v1/pilots', request('FIFO'))).toEqual({
      status: 409,
      body: { error: expect.stringMatching(/FIFO\.sub cannot be read: .+ is no ordinary file/) },
    });
    expect((await served.post('/v1/pilots', request(QUEUE))).status).toBe(200);
  });

  it('as a credential is as good as one that has ended', async () => {
    execFileSync('mkfifo', [join(served.templates, 'proxy')]);
    writeFileSync(template('P'), textOf('P').replace('queue 1', 'x509userproxy = proxy\nqueue'));
    expect((await served.get('/v1/pool')).body).toMatchObject({
      pilots: { complete: true, queues: [{ queue: QUEUE }, { queue: 'P', credentialExpiresAt: 0 }] },
    });
    expect(await served.post('/v1/pilots', request('P'))).toMatchObject({ status: 409 });
  });

  it('as what says when inputs land is not known', async () => {
    const landingsFile = join(served.templates, 'landings');
    execFileSync('mkfifo', [landingsFile]);
    const other = await serve({ landingsFile });
    expect((await other.get('/v1/pool')).body).toMatchObject({
      pilots: { complete: true },
      landings: { complete: false, why: expect.stringContaining('is no ordinary file') },
    });
    await other.close();
  });

  it('as the next secret leaves the first one as it is', async () => {
    const next = join(served.condor.directory, 'secret-next');
    rmSync(next);
    execFileSync('mkfifo', [next]);
    served.clock += 10;
    expect([
      (await served.get('/v1/pool', SECRET)).status,
      (await served.get('/v1/pool', NEXT_SECRET)).status,
    ]).toEqual([200, 401]);
  });
});

describe('a secret that cannot be read any more', () => {
  it('counts as it was, and stands in the log once', async () => {
    const next = join(served.condor.directory, 'secret-next');
    expect((await served.get('/v1/pool', NEXT_SECRET)).status).toBe(200);
    rmSync(next);
    mkdirSync(next);
    for (let reads = 0; reads < 3; reads += 1) {
      served.clock += 10;
      expect([
        (await served.get('/v1/pool', SECRET)).status,
        (await served.get('/v1/pool', NEXT_SECRET)).status,
        (await served.get('/v1/pool', 'x'.repeat(40))).status,
      ]).toEqual([200, 200, 401]);
    }
    const said = served.lines.filter((line) => line.includes('secret cannot be read'));
    expect(said).toEqual([expect.stringContaining('secret-next cannot be read')]);
    expect(said[0]).not.toContain(NEXT_SECRET);
  });
});

describe('a folder of templates that is not there', () => {
  it('makes the pilots of a view incomplete, with the reason, and leaves the workers as they are', async () => {
    renameSync(served.templates, `${served.templates}.away`);
    expect(await served.get('/v1/pool')).toMatchObject({
      status: 200,
      body: {
        pilots: {
          complete: false,
          why: expect.stringMatching(/^the pilot templates cannot be read: ENOENT/),
        },
        workers: { complete: true },
      },
    });
    renameSync(`${served.templates}.away`, served.templates);
    expect((await served.get('/v1/pool')).body).toMatchObject({ pilots: { complete: true } });
  });
});

describe('a clock that is set back by an hour', () => {
  it('freezes no view', async () => {
    const kept = await serve({ snapshotSeconds: 2 });
    await kept.get('/v1/pool');
    kept.setBack(3_600);
    kept.clock += 2;
    kept.condor.answers('condor_q', { status: 1, stderr: 'down' });
    expect(await kept.get('/v1/pool')).toMatchObject({
      body: { observedAt: kept.clock, pilots: { complete: false } },
    });
    await kept.close();
  });

  it('lets no old secret in', async () => {
    await served.get('/v1/pool');
    served.setBack(3_600);
    rmSync(join(served.condor.directory, 'secret-next'));
    served.clock += 10;
    expect((await served.get('/v1/pool', NEXT_SECRET)).status).toBe(401);
  });

  it('shuts nobody out', async () => {
    const few = await serve({ joining: { tokenSeconds: 3_600, perMinute: 1 } });
    const proof = {
      instanceId: 'i-0abc123def4567890',
      headers: {
        host: 'x',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20261123T051600Z',
        'x-amz-security-token': 'x',
        'x-aerie-pool': 'x',
        authorization: 'x',
      },
    };
    const statuses = [];
    for (const act of [() => {}, () => few.setBack(3_600), () => (few.clock += 60)]) {
      act();
      statuses.push((await few.post('/v1/workers/join', proof)).status);
    }
    expect(statuses).toEqual([403, 429, 403]);
    await few.close();
  });
});
