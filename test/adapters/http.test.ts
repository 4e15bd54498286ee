import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type HttpRequest, request } from '../../adapters/http.ts';
import { answering, HASTY_SECONDS, hangingUp, PATIENT_SECONDS, serving, silent } from './serving.ts';

const asking = (url: string, more: Partial<HttpRequest> = {}) =>
  request({ url, method: 'GET', timeoutSeconds: PATIENT_SECONDS, random: () => 0, ...more });

describe('an HTTP request', () => {
  it('gives status and text of whatever is answered, errors of the server included', async () => {
    const { url } = await serving(answering(503, 'closed'));
    expect(await asking(url)).toMatchObject({
      kind: 'answered',
      address: '127.0.0.1',
      status: 503,
      text: 'closed',
    });
  });

  it('gives the headers of an answer', async () => {
    const { url } = await serving((response) => {
      response.writeHead(201, { 'x-subject-token': 'a token' }).end();
    });
    expect(await asking(url, { method: 'POST' })).toMatchObject({
      headers: { 'x-subject-token': 'a token' },
    });
  });

  it('carries path, query, headers and a JSON body', async () => {
    const { url, seen } = await serving(answering(200, ''));
    await asking(`${url}/a/b?c=d%20e`, { method: 'POST', headers: { 'x-mark': '1' }, body: { n: 1 } });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/a/b?c=d%20e',
        body: '{"n":1}',
        headers: { 'content-type': 'application/json' },
      },
    ]);
    expect(seen[0]?.headers['x-mark']).toBe('1');
  });

  it('reads compressed answers', async () => {
    const { url, seen } = await serving((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('héllo'));
    });
    expect(await asking(url)).toMatchObject({ kind: 'answered', text: 'héllo' });
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('counts the size of what was compressed, not of what was sent', async () => {
    const { url } = await serving((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('0'.repeat(100_000)));
    });
    expect(await asking(url, { maxBytes: 99_999 })).toMatchObject({ cause: 'too large' });
    expect(await asking(url, { maxBytes: 100_000 })).toMatchObject({ kind: 'answered' });
  });

  it('unpacks no more than the limit of what never ends, and closes the connection', async () => {
    const closed = Promise.withResolvers<number>();
    const zeros = Buffer.alloc(2 ** 20);
    const { url } = await serving((response) => {
      const packed = createGzip();
      let megabytes = 0;
      const more = () => {
        megabytes += 1;
        packed.write(zeros, () => response.destroyed || more());
      };
      response.writeHead(200, { 'content-encoding': 'gzip' });
      packed.pipe(response);
      response.on('close', () => closed.resolve(megabytes));
      more();
    });
    expect(await asking(url, { maxBytes: 2 ** 20 })).toMatchObject({
      cause: 'too large',
      why: 'sent more than 1048576 bytes',
    });
    expect(await closed.promise).toBeGreaterThan(0);
  });

  it.each([
    ['never answers', silent, 'timeout', 'did not answer within 0.5 s'],
    [
      'stops in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half');
      },
      'timeout',
      'did not answer within 0.5 s',
    ],
    ['closes the connection', hangingUp, 'connection', 'could not be reached: socket hang up'],
    [
      'closes the connection in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.destroy());
      },
      'connection',
      'broke off in the middle of its answer: aborted',
    ],
    [
      'sends what is not gzip as gzip',
      (response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
      },
      'connection',
      'broke off in the middle of its answer: incorrect header check',
    ],
  ] satisfies [string, Parameters<typeof serving>[0], string, string][])(
    'says what failed with a server that %s',
    async (_, respond, cause, why) => {
      const { url } = await serving(respond);
      const timeoutSeconds = cause === 'timeout' ? HASTY_SECONDS : PATIENT_SECONDS;
      expect(await asking(url, { timeoutSeconds })).toEqual({
        kind: 'failed',
        address: '127.0.0.1',
        cause,
        why,
      });
    },
  );

  it('says that nobody listens', async () => {
    expect(await asking('http://127.0.0.1:1/')).toMatchObject({
      cause: 'connection',
      why: 'could not be reached: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('says that a host has no address, or that looking it up takes too long', async () => {
    const url = 'http://panda.example/';
    expect(await asking(url, { lookup: async () => [] })).toMatchObject({
      cause: 'connection',
      why: 'could not be found: panda.example has no address',
    });
    const never = new Promise<readonly string[]>(() => undefined);
    expect(await asking(url, { lookup: () => never, timeoutSeconds: HASTY_SECONDS })).toMatchObject({
      cause: 'timeout',
    });
  });
});

describe('a host with several addresses', () => {
  const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  const lookup = async () => hosts;

  it.each([
    [0, '127.0.0.1'],
    [0.5, '127.0.0.2'],
    [0.999, '127.0.0.3'],
  ])('is asked at the address that chance (%d) picks, under its own name', async (chance, address) => {
    const { port, seen } = await serving(answering(200, 'here'), hosts);
    const outcome = await asking(`http://panda.example:${port}/`, { lookup, random: () => chance });
    expect(outcome).toMatchObject({ kind: 'answered', address });
    expect(seen).toMatchObject([{ address, headers: { host: `panda.example:${port}` } }]);
  });

  it('is asked at another address than the one to avoid', async () => {
    const { port } = await serving(answering(200, 'here'), hosts);
    expect(await asking(`http://panda.example:${port}/`, { lookup, avoid: '127.0.0.1' })).toMatchObject({
      address: '127.0.0.2',
    });
  });

  it('is asked again at its only address if there is no other', async () => {
    const { url } = await serving(answering(200, 'here'));
    expect(await asking(url, { avoid: '127.0.0.1' })).toMatchObject({ address: '127.0.0.1' });
  });

  it('is asked over IPv4 if it can be', async () => {
    const { port } = await serving(answering(200, 'here'));
    const both = async () => ['::1', '127.0.0.1'];
    expect(await asking(`http://panda.example:${port}/`, { lookup: both })).toMatchObject({
      address: '127.0.0.1',
    });
  });
});

describe('a kept connection', () => {
  it('is used again', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await serving((response) => {
      ports.add(response.socket?.remotePort);
      response.end('ok');
    });
    await asking(url);
    await asking(url);
    expect(ports.size).toBe(1);
  });

  it.each([
    ['GET', 'answered', 3],
    ['POST', 'failed', 2],
  ] as const)(
    'that the server has given up is no failure for a %s only (%s)',
    async (method, kind, requests) => {
      const { url, seen } = await serving((response, _, nth) => {
        if (nth === 2) response.destroy();
        else response.end('ok');
      });
      await asking(url);
      expect(await asking(url, { method })).toMatchObject({ kind });
      expect(seen).toHaveLength(requests);
    },
  );

  it('is followed by a new one, though others were kept that the server has given up as well', async () => {
    const used = new Map<number | undefined, number>();
    const waiting: (() => void)[] = [];
    const { url } = await serving((response, _, nth) => {
      const port = response.socket?.remotePort;
      used.set(port, (used.get(port) ?? 0) + 1);
      if ((used.get(port) ?? 0) > 1) return void response.destroy();
      if (nth > 2) return void response.end('ok');
      waiting.push(() => response.end('ok'));
      if (nth === 2) for (const answer of waiting) answer();
    });
    await Promise.all([asking(url), asking(url)]);
    expect(await asking(url)).toMatchObject({ kind: 'answered', text: 'ok' });
    expect(used.size).toBe(3);
  });
});
