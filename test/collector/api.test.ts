import { afterEach, describe, expect, it } from 'vitest';
import { type ApiOptions, api } from '../../collector/api.ts';
import type { Endpoint } from '../../collector/endpoint.ts';
import { metrics } from '../../collector/serve/metrics.ts';
import { Refused } from '../../collector/serve/refused.ts';

const fails = async (): Promise<never> => {
  throw new Error('a secret of the house');
};
const FAILING: Endpoint = {
  metrics: metrics(() => 0),
  pool: fails,
  about: fails,
  metricsText: fails,
  submit: fails,
  remove: fails,
  drain: fails,
  undrain: fails,
  forget: fails,
  tellUsers: fails,
  join: fails,
};

let app: ReturnType<typeof api> | undefined;
afterEach(() => app?.close());

/** An endpoint of which everything fails, but for what is given. */
const made = (parts: Partial<Endpoint> = {}, more: Partial<ApiOptions> = {}) => {
  app = api({
    endpoint: { ...FAILING, ...parts },
    admits: async () => true,
    admitsToMetrics: async () => false,
    tls: null,
    log: false,
    ...more,
  });
  return app;
};

const ask = async (url: string, body?: object | string, parts: Partial<Endpoint> = {}) => {
  app = made(parts);
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const { statusCode, headers, json } = await app.inject(
    body === undefined
      ? { url }
      : { url, method: 'POST', payload, headers: { 'content-type': 'application/json' } },
  );
  return { status: statusCode, headers, body: json() };
};

describe('a request that is not valid', () => {
  it.each([
    ['/v1/pilots/remove', { queue: 'A', count: 1 }, /^The request is not valid: leave: [^;]+\.$/],
    ['/v1/workers/drain', { instanceIds: ['x'] }, /^The request is not valid: instanceIds\.0: [^;]+\.$/],
    ['/v1/workers/drain', '7', /^The request is not valid: body: [^;]+\.$/],
    ['/v1/pilots/remove', {}, /^The request is not valid: queue: [^;]+; count: [^;]+; leave: [^;]+\.$/],
    [
      '/v1/workers/drain',
      { instanceIds: ['a', 'b', 'c', 'd', 'e', 'f'] },
      /^The request is not valid: (instanceIds\.\d: [^;]+; ){4}instanceIds\.4: [^;]+\.$/,
    ],
  ])('%s %j is told where it is wrong, in five places at most', async (url, body, sentence) => {
    expect(await ask(url, body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(sentence) },
    });
  });

  it.each([
    ['{', 400, 'The body is not JSON; send a JSON object.'],
    [`"${'x'.repeat(200_000)}"`, 413, 'The body is longer than the 131072 bytes that any request needs.'],
  ])('with the body %.10s is answered %d', async (body, status, error) => {
    expect(await ask('/v1/pilots', body)).toMatchObject({ status, body: { error } });
  });

  it('to join may have 16 KiB, an eighth of what others may', async () => {
    const long = { instanceId: 'x'.repeat(16_384) };
    for (const url of ['/v1/workers/join', '/v1/workers/challenge']) {
      const { status, headers } = await ask(url, long);
      expect([url, status, headers.connection]).toEqual([url, 413, 'close']);
    }
    const { status, headers } = await ask('/v1/workers/drain', long);
    expect([status, headers.connection]).toEqual([400, 'keep-alive']);
  });
});

describe('a worker that asks to join', () => {
  it.each([
    ['i-os-0', 'headers'],
    ['os-0', 'answer'],
    [7, 'headers'],
  ])('has to send what proves the id %s: %s', async (instanceId, field) => {
    const { status, body } = await ask('/v1/workers/join', { instanceId });
    expect([status, body.error]).toEqual([400, expect.stringContaining(`; ${field}: `)]);
  });

  it('is told to ask again, and nothing of what it sends is read, while as many wait as may', async () => {
    const { status, headers, body } = await ask('/v1/workers/join', '{', { joinsAreFull: () => true });
    expect([status, headers['retry-after']]).toEqual([503, '15']);
    expect(body.error).toContain('ask again');
  });
});

describe('an address', () => {
  it.each([
    ['/v1/nothing?a=b', undefined, 404, undefined],
    ['/v1/nothing', {}, 404, undefined],
    ['/v1/pool?at=now', {}, 405, 'GET'],
    ['/v1/pilots/remove', undefined, 405, 'POST'],
  ])('%s, asked with %j, is answered %d', async (url, body, expected, allow) => {
    const { status, headers, body: said } = await ask(url, body);
    expect([status, headers.allow]).toEqual([expected, allow]);
    expect(said).toEqual({ error: expect.stringMatching(/^[A-Z/].*\.$/) });
  });
});

describe('a request whose carrying out fails', () => {
  it('is answered 500, and not told why', async () => {
    expect(await ask('/v1/pool')).toMatchObject({
      status: 500,
      body: { error: 'The endpoint failed; its log says why.' },
    });
  });

  it.each([
    [409, 409],
    [503, 503],
  ])('with a refusal of %d is answered so, in its own sentence', async (given, status) => {
    const about = async () => {
      throw new Refused(given, 'Not now.');
    };
    expect(await ask('/v1/about', undefined, { about })).toMatchObject({
      status,
      body: { error: 'Not now.' },
    });
  });

  it.each([
    [400, 400, 'The body is not JSON; send a JSON object.'],
    [418, 418, 'The request is not HTTP as it should be.'],
    [499, 499, 'The request is not HTTP as it should be.'],
    [399, 500, 'The endpoint failed; its log says why.'],
    [500, 500, 'The endpoint failed; its log says why.'],
  ])('with the framework’s own %d is answered %d', async (statusCode, status, error) => {
    const about = async () => {
      throw Object.assign(new Error('no'), { statusCode });
    };
    expect(await ask('/v1/about', undefined, { about })).toMatchObject({ status, body: { error } });
  });
});

describe('a failure', () => {
  it('stands in the log with where it came from', async () => {
    const lines: string[] = [];
    app = made({}, { log: { write: (line) => lines.push(line) } });
    await app.inject({ url: '/v1/pool' });
    const [line] = lines.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'a request failed');
    expect(line.err).toMatchObject({
      message: 'a secret of the house',
      stack: expect.stringContaining('api.test.ts'),
    });
  });

  it('has a line in the log, and so has what may change something; a look that went well has none', async () => {
    const lines: string[] = [];
    app = made(
      { metricsText: async () => '', drain: async () => ({ done: [], failed: [] }) },
      { log: { write: (line) => lines.push(line) } },
    );
    await app.inject({ url: '/metrics' });
    await app.inject({ url: '/v1/pool' });
    await app.inject({
      url: '/v1/workers/drain',
      method: 'POST',
      payload: { instanceIds: ['i-0123456789abcdef0'] },
    });
    await app.inject({ url: '/v1/nothing' });
    const answered = lines.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'answered');
    expect(answered.map(({ route, status, from }) => [route, status, from])).toEqual([
      ['/v1/pool', 500, '127.0.0.1'],
      ['/v1/workers/drain', 200, '127.0.0.1'],
      ['none', 404, '127.0.0.1'],
    ]);
    for (const { level, at, seconds } of answered) {
      expect([level, new Date(at).toISOString()]).toEqual([30, at]);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(60);
    }
  });

  it('to take a connection ends nothing', async () => {
    const lines: string[] = [];
    app = made({}, { log: { write: (line) => lines.push(line) } });
    await app.ready();
    app.server.emit('error', new Error('accept EMFILE'));
    expect(lines.join('')).toContain('accept EMFILE');
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});

describe('what Prometheus is told', () => {
  it('is how each request was answered, by its address and not by what was sent, and how many were hung up on', async () => {
    const told = metrics(() => 0);
    await ask('/v1/pool', undefined, { metrics: told });
    await app?.inject({ url: '/v1/nothing/whatsoever' });
    app?.server.emit('drop');
    const text = await told.text();
    for (const line of [
      'request_seconds_count{route="/v1/pool",status="500"} 1',
      'request_seconds_count{route="none",status="404"} 1',
      'connections_dropped_total 1',
    ])
      expect(text).toContain(`aerie_endpoint_${line}\n`);
  });
});

describe('a connection on which nothing comes as it should', () => {
  const told = (code: string, writable = true): string => {
    app = made();
    let said = '';
    const socket = { writable, end: (text: string) => (said += text) };
    app.server.emit('clientError', Object.assign(new Error('no'), { code }), socket);
    return said;
  };

  it.each([
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout', 'within 10 s, the whole request within 15 s'],
    ['HPE_INVALID_METHOD', '400 Bad Request', 'HTTP'],
  ])('is told why it ends: %s', (code, status, words) => {
    const [head = '', body = ''] = told(code).split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual([
      `HTTP/1.1 ${status}`,
      'content-type: application/json',
      'connection: close',
      `content-length: ${body.length}`,
    ]);
    expect(JSON.parse(body)).toEqual({ error: expect.stringContaining(words) });
  });

  it('is told nothing where nobody can hear it', () => {
    expect(told('ECONNRESET', false)).toBe('');
  });
});

describe('what a connection may take', () => {
  it('is bounded in time: the handshake, the headers, the request, and the silence after it', () => {
    app = made({}, { connections: 7 });
    const { headersTimeout, requestTimeout, keepAliveTimeout, timeout, maxConnections } = app.server;
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, timeout, maxConnections }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 72_000,
      timeout: 120_000,
      maxConnections: 7,
    });
  });
});

describe('an answer', () => {
  const pool = async () => ({ observedAt: 0, json: Buffer.from('{"a":1}'), gzipped: Buffer.from('packed') });
  const takes = async (encoding: string) => {
    await ask('/v1/pool', undefined, { pool });
    const { headers } =
      (await app?.inject({ url: '/v1/pool', headers: { 'accept-encoding': encoding } })) ?? {};
    return headers;
  };

  it('is JSON, and says that it may be packed', async () => {
    expect((await ask('/v1/pool', undefined, { pool })).headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      vary: 'accept-encoding',
    });
  });

  it.each([
    ['gzip', 'gzip'],
    ['br;q=1, gzip;q=0.5', 'gzip'],
    ['gzip;q=0.01', 'gzip'],
    ['x-gzipped', undefined],
    ['gzip;q=0', undefined],
    ['gzip ; q=0.00, br', undefined],
  ])('is packed for who takes %s: %s', async (encoding, packed) => {
    expect((await takes(encoding))?.['content-encoding']).toBe(packed);
  });
});
