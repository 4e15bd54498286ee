import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { METRICS_SECRET, NEXT_SECRET, QUEUE, SECRET, type Served, serve } from './serving.ts';

let served: Served;
let port = 0;
beforeAll(async () => {
  served = await serve();
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  const address = served.app.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterAll(() => served.close());
afterEach(() => served.condor.forgetCalls());

const shape = { cpus: 1, memoryMb: 2000, diskMb: 10, gpus: 0 };
const submit = { requestId: 'r.1', queue: QUEUE, count: 1, shape };
const remove = { queue: QUEUE, count: 1, leave: 0 };
const ids = { instanceIds: ['i-0abc123def4567890'] };

const POSTS: readonly (readonly [string, object])[] = [
  ['/v1/pilots', submit],
  ['/v1/pilots/remove', remove],
  ['/v1/workers/drain', ids],
  ['/v1/workers/undrain', ids],
  ['/v1/workers/forget', ids],
  ['/v1/workers/join', {}],
];
const GETS = ['/v1/pool', '/metrics'];

const sentence = { error: expect.stringMatching(/^[A-Z/].*\.$/s) };
const expectRefused = async (asked: Promise<{ status: number; body: unknown }>, status: number) => {
  expect(await asked).toEqual({ status, body: sentence });
  expect(served.condor.callCount()).toBe(0);
};

describe('a request that is not valid is refused with a sentence, and nothing is run', () => {
  const names = [
    '../BNL_CLOUD',
    'a/b',
    '/etc/passwd',
    '.hidden',
    'a b',
    '"; rm -rf /',
    '$(id)',
    '',
    'x'.repeat(65),
    'ü',
    'a\0b',
    '-allusers',
  ];
  it.each([
    ...names.map((queue) => ['/v1/pilots', { ...submit, queue }] as const),
    ...names.map((queue) => ['/v1/pilots/remove', { ...remove, queue }] as const),
    ['/v1/pilots', { ...submit, count: 0 }],
    ['/v1/pilots', { ...submit, count: 10_001 }],
    ['/v1/pilots', { ...submit, count: 1e300 }],
    ['/v1/pilots', { ...submit, count: 1.5 }],
    ['/v1/pilots', { ...submit, count: '1' }],
    ['/v1/pilots', { ...submit, count: -1 }],
    ['/v1/pilots', { ...submit, requestId: 'a"b' }],
    ['/v1/pilots', { ...submit, requestId: 'a\nqueue 100000' }],
    ['/v1/pilots', { ...submit, requestId: 7 }],
    ['/v1/pilots', { ...submit, shape: { ...shape, cpus: -1 } }],
    ['/v1/pilots', { ...submit, shape: { ...shape, memoryMb: '2000; queue' } }],
    ['/v1/pilots', { ...submit, shape: { ...shape, memoryMb: 1e300 } }],
    ['/v1/pilots', { ...submit, shape: { ...shape, diskMb: null } }],
    ['/v1/pilots', { ...submit, shape: undefined }],
    ['/v1/pilots', { ...submit, executable: '/bin/sh' }],
    ['/v1/pilots/remove', { ...remove, leave: -1 }],
    ['/v1/pilots/remove', { ...remove, leave: undefined }],
    ['/v1/workers/drain', { instanceIds: [] }],
    ['/v1/workers/drain', { instanceIds: ['-all'] }],
    ['/v1/workers/drain', { instanceIds: ['i-0abc123def4567890" || true'] }],
    ['/v1/workers/drain', { instanceIds: Array.from({ length: 1001 }, () => 'i-0abc123def4567890') }],
    ['/v1/workers/undrain', { instanceIds: 'i-0abc123def4567890' }],
    ['/v1/workers/forget', { instanceIds: [null] }],
    ['/v1/workers/join', { instanceId: 'i-0abc123def4567890', headers: { host: 'x' } }],
    ...POSTS.flatMap(([path]) =>
      [[], null, 'text', 7, { __proto__: null, x: 1 }].map((body) => [path, body] as const),
    ),
  ] as readonly (readonly [string, unknown])[])('%s %j', async (path, body) => {
    await expectRefused(served.post(path, JSON.stringify(body)), 400);
  });

  it.each(POSTS.map(([path]) => path))('%s: what is no JSON', async (path) => {
    await expectRefused(served.post(path, '{"queue": '), 400);
    await expectRefused(served.post(path, '{"__proto__": {"queue": "x"}}'), 400);
  });

  it.each(POSTS.map(([path]) => path))('%s: 10 MB', async (path) => {
    await expectRefused(served.post(path, `"${'x'.repeat(10_000_000)}"`), 413);
  });

  it.each(POSTS.map(([path]) => path))('%s: another type of content', async (path) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json;;']) {
      const { statusCode, json } = await served.app.inject({
        method: 'POST',
        url: path,
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': type },
        payload: '{}',
      });
      expect([statusCode, json()]).toEqual([415, sentence]);
    }
  });

  it.each(POSTS)('%s: no body', async (path) => {
    const { statusCode, json } = await served.app.inject({
      method: 'POST',
      url: path,
      headers: { authorization: `Bearer ${SECRET}` },
    });
    expect([statusCode, json()]).toEqual([400, sentence]);
  });

  it.each(['/v1/pilots', '/v1/pilots/remove'])('%s: a queue without a template', async (path) => {
    const body = path === '/v1/pilots' ? submit : remove;
    await expectRefused(served.post(path, { ...body, queue: 'NOBODY' }), 404);
  });

  it('whatever the names and counts are', async () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '-', '\n', '%2e%2e/x', QUEUE));
    const number = fc.oneof(fc.double(), fc.integer(), fc.bigInt().map(String), odd);
    await fc.assert(
      fc.asyncProperty(odd, number, odd, number, async (queue, count, requestId, cpus) => {
        served.condor.forgetCalls();
        const body = { requestId, queue, count, shape: { ...shape, cpus } };
        const { status } = await served.post('/v1/pilots', body);
        const removed = await served.post('/v1/pilots/remove', { queue, count, leave: cpus });
        if (status !== 200) expect([400, 404]).toContain(status);
        if (removed.status !== 200) expect([400, 404]).toContain(removed.status);
        if (queue !== QUEUE) expect(served.condor.callCount()).toBe(0);
        for (const args of served.condor.calls('condor_submit')) expect(args).toEqual(['-terse', '-']);
        for (const args of served.condor.calls('condor_q'))
          expect(args.slice(0, 2)).toEqual(['-allusers', '-constraint']);
      }),
      { numRuns: 150 },
    );
  });
});

describe('who may ask', () => {
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    `Basic ${SECRET}`,
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(1)}`,
    SECRET,
  ];

  it.each([...POSTS.slice(0, -1).map(([path]) => path), ...GETS])(
    '%s: nobody without the secret',
    async (path) => {
      for (const authorization of wrong) {
        const { statusCode, json } = await served.app.inject({
          method: GETS.includes(path) ? 'GET' : 'POST',
          url: path,
          headers: { authorization },
        });
        expect([statusCode, json()]).toEqual([401, sentence]);
      }
      expect(served.condor.callCount()).toBe(0);
    },
  );

  it('either of the two secrets opens everything; the one for metrics only those', async () => {
    for (const [secret, pool, metrics] of [
      [SECRET, 200, 200],
      [NEXT_SECRET, 200, 200],
      [METRICS_SECRET, 401, 200],
    ] as const) {
      expect((await served.get('/v1/pool', secret)).status).toBe(pool);
      expect((await served.get('/metrics', secret)).status).toBe(metrics);
    }
  });

  it('anybody may ask whether it lives', async () => {
    expect(await served.get('/healthz', 'none')).toEqual({ status: 200, body: { ok: true } });
  });
});

describe('an address', () => {
  it.each([
    ['/'],
    ['/v1'],
    ['/v1/pools'],
    ['/v1/pilots/'],
    ['/v1/../etc/passwd'],
    ['/constructor'],
    ['/%00'],
    ['/v1/pilots/BNL_CLOUD'],
  ])('%s is not there', async (path) => {
    await expectRefused(served.get(path), 404);
  });

  it.each([...POSTS.map(([path]) => path), '/healthz', ...GETS])('%s takes one method', async (path) => {
    const isGet = !POSTS.some(([post]) => post === path);
    for (const method of ['PUT', 'DELETE', 'PATCH', isGet ? 'POST' : 'GET'] as const) {
      const { statusCode, headers, json } = await served.app.inject({ method, url: path });
      expect([statusCode, headers.allow, json()]).toEqual([405, isGet ? 'GET' : 'POST', sentence]);
    }
  });

  it('that cannot be decoded is refused with a sentence', async () => {
    await expectRefused(served.get('/v1/%zz'), 400);
  });
});

const sendRaw = (text: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

it('a body that is too long is told so to who sends all of it before it listens', async () => {
  const body = Buffer.alloc(8_000_000, 'x');
  const head = `POST /v1/workers/drain HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const answer = await sendRaw(Buffer.concat([Buffer.from(head), body]));
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(sentence);
});

describe('what is no HTTP', () => {
  it.each([
    ['garbage', 'not http at all\r\n\r\n'],
    ['the start of TLS', Buffer.from('16030100a5010000a1', 'hex')],
    [
      'two lengths',
      'POST /v1/pilots HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    ],
    [
      'a length and chunks',
      'POST /v1/pilots HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['endless headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('is answered with a 400 and a sentence: %s', async (_, text) => {
    const answer = await sendRaw(text);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(sentence);
    expect(served.condor.callCount()).toBe(0);
  });
});
