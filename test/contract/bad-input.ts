import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askRaw } from './ask.ts';
import { BAD_BODIES, POSTS } from './bad-bodies.ts';
import { countsOf, type Pool } from './pool.ts';
import { ONE, QUEUES, SHAPE } from './subject.ts';

const sentence = { error: expect.stringMatching(/^[A-Z/].*\.$/s) };
const GETS = ['/v1/pool', '/v1/about', '/metrics'] as const;
const JSON_TYPE = { 'content-type': 'application/json' };

/** What nobody should ask. Whatever it is, the answer is a sentence, and the pool stays as it is. */
export const badInput = (pool: () => Pool): void => {
  const refused = async (
    status: number,
    {
      method = 'POST',
      ...asked
    }: { method?: string; path: string; body?: string; headers?: Record<string, string> },
  ) => {
    const headers = { authorization: `Bearer ${pool().subject.secret}`, ...asked.headers };
    const answer = await ask(pool().subject, { ...asked, method, headers });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, sentence]);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    return answer;
  };
  const standing = async () => {
    const view = await pool().view();
    return {
      pilots: QUEUES.map(({ name }) => countsOf(view, name)),
      workers: view.workers.workers.map(({ instanceId, draining }) => ({ instanceId, draining })),
    };
  };
  let before: unknown;

  describe('what is asked wrongly is refused with a sentence', () => {
    beforeAll(async () => {
      await pool().submit(ONE, 2, { ...SHAPE, cpus: 64 });
      before = await standing();
    });
    afterAll(async () => {
      expect(await standing()).toEqual(before);
      await pool().clear();
    });

    it.each(BAD_BODIES)('%s %j', async (path, body) => {
      await refused(400, { path, headers: JSON_TYPE, body: JSON.stringify(body) });
    });

    it.each(POSTS)('%s: what is no JSON, and nothing at all', async (path) => {
      for (const body of ['{"queue": ', '', '{"__proto__": {"queue": "x"}}', '\0']) {
        await refused(400, { path, headers: JSON_TYPE, body });
      }
      await refused(400, { path });
    });

    it.each(POSTS)('%s: a body that is too long', async (path) => {
      for (const bytes of [200_000, 10_000_000]) {
        await refused(413, { path, headers: JSON_TYPE, body: `"${'x'.repeat(bytes)}"` });
      }
    });

    it.each(POSTS)('%s: another type of content', async (path) => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json;;']) {
        await refused(415, { path, headers: { 'content-type': type }, body: '{}' });
      }
    });

    it.each([...POSTS.filter((path) => !path.endsWith('/join')), ...GETS])(
      '%s: nobody without the secret',
      async (path) => {
        const { secret } = pool().subject;
        const wrong = ['', 'Bearer', 'Bearer ', `Basic ${secret}`, `Bearer ${secret}x`, secret];
        const method = GETS.some((get) => get === path) ? 'GET' : 'POST';
        for (const authorization of [...wrong, `Bearer ${secret.slice(1)}`]) {
          await refused(401, { method, path, headers: { authorization } });
        }
      },
    );

    it('a proof that proves nothing', async () => {
      const headers = {
        host: 'sts.us-east-1.amazonaws.com',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20200101T000000Z',
        'x-amz-security-token': 'token',
        'x-aerie-pool': 'cm.example.org',
        authorization: 'AWS4-HMAC-SHA256 nothing',
      };
      const body = JSON.stringify({ instanceId: 'i-0aaaaaaaaaaaaaaa1', headers });
      await refused(403, { path: '/v1/workers/join', headers: JSON_TYPE, body });
    });

    it.each(['/', '/v1', '/v1/pools', '/v1/pilots/', '/v1/../etc/passwd', '/constructor', '/v1/pilots/X'])(
      'an address that is not there: %s',
      async (path) => {
        await refused(404, { method: 'GET', path });
        await refused(404, { path, headers: { authorization: '' } });
      },
    );

    it('an address that cannot be decoded', async () => {
      await refused(400, { method: 'GET', path: '/v1/%zz' });
    });

    it.each([...POSTS, ...GETS, '/healthz'])('%s: another method', async (path) => {
      const right = POSTS.some((post) => post === path) ? 'POST' : 'GET';
      for (const method of ['PUT', 'DELETE', 'PATCH', right === 'GET' ? 'POST' : 'GET']) {
        const { headers } = await refused(405, { method, path });
        expect(headers.allow).toBe(right);
      }
    });

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
    ])('what is no HTTP: %s', async (_, bytes) => {
      const answer = await askRaw(pool().subject, bytes);
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(sentence);
    });
  });
};
