import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serve } from './serving.ts';

let served: Served;
let port = 0;
beforeAll(async () => {
  served = await serve();
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  const address = served.app.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterAll(() => served.close());

interface Ended {
  /** What came back first. */
  readonly status: string | undefined;
  readonly body: unknown;
  /** How many bytes went after the beginning. */
  readonly bytes: number;
}

const firstOf = (answers: string): Omit<Ended, 'bytes'> => {
  const [head = '', body = ''] = answers.split('\r\n\r\n');
  const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
  return { status: head.split(' ')[1], body: JSON.parse(body.slice(0, Number(length))) };
};

/**
 * Sends the beginning, then a byte each half second for ever. The endpoint is in this process: its timers and these go by
 * one clock, and in one order.
 */
const dripping = (beginning: string): Promise<Ended> =>
  new Promise((resolve) => {
    let answer = '';
    let bytes = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    const drip = setInterval(() => {
      bytes += 1;
      if (beginning !== '') socket.write('a');
    }, 500);
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(drip);
      resolve({ ...firstOf(answer), bytes });
    });
  });

const post = (path: string) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10000\r\n\r\n`;

describe('a request that never comes to its end', () => {
  it.each([
    ['without its headers', 'GET /healthz HTTP/1.1\r\nx: ', '408', 10],
    ['without its body', post('/v1/workers/join'), '408', 15],
    ['without its body, to where a secret is wanted', post('/v1/pilots'), '401', 15],
    ['without a word', '', '408', 10],
  ])('%s is ended with a sentence within its time', async (_, beginning, status, seconds) => {
    const ended = await dripping(beginning);
    expect(ended).toMatchObject({ status, body: { error: expect.stringMatching(/\.$/) } });
    // Two a second; the endpoint looks each second, and the first of its looks may just have been.
    expect(ended.bytes).toBeLessThanOrEqual(2 * (seconds + 3));
    expect((await served.get('/healthz')).status).toBe(200);
  });
});
