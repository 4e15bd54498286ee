import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { python } from './python.ts';

let server: Server;
let port: number;
let directory: string;
let date: string | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'aerie-checks-'));
  date = new Date().toUTCString();
  server = createServer((_, response) => {
    response.sendDate = false;
    if (date !== undefined) response.setHeader('date', date);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
});

afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What a check says; null if all is well. */
const said = async (expression: string, given: unknown = null): Promise<unknown> => {
  const { stdout, stderr } = await python(`import checks\nprint(json.dumps(${expression}))`, given);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
};

describe('a check', () => {
  it('passes for a host that resolves and answers', async () => {
    expect(await said('checks.reach(given)', `localhost:${port}`)).toBeNull();
  });

  it('names a host that does not resolve', async () => {
    expect(await said('checks.reach("no-such-host.invalid:80")')).toMatch(
      /^no-such-host\.invalid does not resolve: /,
    );
  });

  it('names a host that resolves to where nothing answers, with the address', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    free.close();
    await once(free, 'close');
    const place = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    expect(await said('checks.reach(given)', place)).toBe(
      `${place}, which is 127.0.0.1, does not answer: Connection refused`,
    );
  });

  it('holds a pinned name to its address', async () => {
    expect(await said('checks.pinned("127.0.0.1", "127.0.0.1")')).toBeNull();
    expect(await said('checks.pinned("127.0.0.1", "10.0.0.1")')).toBe(
      '127.0.0.1 is 127.0.0.1, expected 10.0.0.1',
    );
  });

  it("compares the clock with the endpoint's", async () => {
    const url = `http://127.0.0.1:${port}`;
    expect(await said('checks.clock(given)', url)).toBeNull();
    date = new Date(Date.now() + 3_600_000).toUTCString();
    const behind = /^the clock is (-\d+) s off the endpoint's$/.exec(
      String(await said('checks.clock(given)', url)),
    );
    // The clock goes on while Python starts.
    expect(Number(behind?.[1])).toBeGreaterThanOrEqual(-3601);
    expect(Number(behind?.[1])).toBeLessThan(-3000);
    date = undefined;
    expect(await said('checks.clock(given)', url)).toBe("the endpoint's answers have no date");
  });

  it('wants room for scratch directories, also before the directory is there', async () => {
    expect(await said('checks.disk(given, 1)', join(directory, 'not', 'yet'))).toBeNull();
    expect(await said('checks.disk(given, 10**9)', directory)).toMatch(/ MB free, expected 1000000000$/);
  });

  it('says that a repository is not there', async () => {
    expect(await said('checks.cvmfs("no.such.repository")')).toBe(
      '/cvmfs/no.such.repository is not readable',
    );
  });

  it('says that an account has no home', async () => {
    expect(await said('checks.home("slot1_9999")')).toMatch(/^slot1_9999 has no home: /);
  });
});
