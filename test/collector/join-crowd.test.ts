import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLAIMS, instanceOf, joinProof, trustingSts } from './join-proof.ts';
import { type Served, serve } from './serving.ts';

const TOKEN = `eyJh.${CLAIMS}.c2ln`;

let one: Served;
let sts: Awaited<ReturnType<typeof trustingSts>>;
afterEach(async () => {
  await sts.close();
  await one.close();
});

/** What the nth worker sends, signed now. */
const proofOf = (n: number) => joinProof(instanceOf(n), sts.host, new Date(one.clock * 1_000));

describe('one address', () => {
  beforeEach(async () => {
    sts = await trustingSts();
    one = await serve({ sts: sts.config, joining: { tokenSeconds: 3600, perMinute: 50 } });
    one.condor.answers('condor_token_create', { stdout: TOKEN });
  });
  const statusOf = async (body: object) => (await one.post('/v1/workers/join', body, 'none')).status;

  it('that proves nothing is answered so many times a minute and no more', async () => {
    const good = proofOf(0);
    const bad = { ...good, headers: { ...good.headers, host: 'x' } };
    const statuses: number[] = [];
    for (let n = 0; n < 52; n += 1) statuses.push(await statusOf(bad));
    expect(statuses).toEqual([...Array.from({ length: 50 }, () => 403), 429, 429]);
    const { headers } = await one.app.inject({ method: 'POST', url: '/v1/workers/join', payload: bad });
    expect(headers['retry-after']).toBe('60');
    one.clock += 60;
    expect(await statusOf(bad)).toBe(403);
  });

  it('from which workers prove themselves is answered however often they ask', async () => {
    const statuses = await Promise.all(Array.from({ length: 100 }, (_, n) => statusOf(proofOf(n))));
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
  });

  it('from which a worker has proved itself is answered while proofs of nothing from elsewhere are too many', async () => {
    const from = async (remoteAddress: string, payload: object) =>
      (await one.app.inject({ method: 'POST', url: '/v1/workers/join', payload, remoteAddress })).statusCode;
    const bad = { ...proofOf(0), headers: { ...proofOf(0).headers, host: 'x' } };
    expect(await from('192.0.2.1', proofOf(0))).toBe(200);
    for (let n = 0; n < 500; n += 1) await from(`198.51.100.${n % 250}`, bad);
    expect(await from('192.0.2.2', proofOf(1))).toBe(429);
    expect(await from('192.0.2.1', proofOf(2))).toBe(200);
  });
});

const connectionsOf = ({ app }: Served): Promise<number> =>
  new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

/** A worker over a real connection. */
const worker = (port: number, body: object) => {
  const text = JSON.stringify(body);
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on('error', () => {});
  socket.write(
    `POST /v1/workers/join HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
  return {
    socket,
    answered: new Promise<string>((resolve) => socket.on('close', () => resolve(answer))),
  };
};

describe('more workers than can be let in at once', () => {
  let port = 0;
  /** Answers of STS that wait until they are given. */
  let held: (() => void)[];

  beforeEach(async () => {
    held = [];
    sts = await trustingSts((answer) => void held.push(answer));
    one = await serve({ sts: sts.config }, { joinsAtOnce: 1 });
    one.condor.answers('condor_token_create', { stdout: TOKEN });
    await one.app.listen({ host: '127.0.0.1', port: 0 });
    const address = one.app.server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  });

  const comes = (n: number) => worker(port, proofOf(n));
  const joined = () => readdirSync(join(one.config.stateDirectory, 'joined')).sort();
  const statusOf = (answer: string) => answer.split(' ')[1];

  it('wait for their turn; beyond those that may wait they are told when to ask again, and nothing is used up', async () => {
    const first = comes(0);
    await expect.poll(() => held.length).toBe(1);
    const others = Array.from({ length: 500 }, (_, n) => comes(n + 1));
    const refused = await Promise.race([...others, comes(501)].map(({ answered }) => answered));
    expect(statusOf(refused)).toBe('503');
    expect(refused).toMatch(/\r\nretry-after: 15\r\n/i);
    expect(refused).toContain('As many workers ask to join as can wait for their turn; ask again.');
    expect([sts.asked(), joined()]).toEqual([[instanceOf(0)], []]);
    // Meanwhile whoever asks whether it lives hears so.
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    one.clock += 16;
    held.shift()?.();
    expect(statusOf(await first.answered)).toBe('200');
    // They have waited as long as they may: their workers hear it while they still listen, and come again.
    const answers = await Promise.all(others.map(({ answered }) => answered));
    expect(new Set(answers.map(statusOf))).toEqual(new Set(['503']));
    expect([sts.asked(), joined()]).toEqual([[instanceOf(0)], [instanceOf(0)]]);
  });

  it('keep their turn if they hang up and ask again with the same proof', async () => {
    const first = comes(0);
    await expect.poll(() => held.length).toBe(1);
    const second = comes(1);
    await expect.poll(() => connectionsOf(one)).toBe(2);
    const again = comes(1);
    await expect.poll(() => connectionsOf(one)).toBe(3);
    // What comes later has been read later.
    expect(
      (await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } })).status,
    ).toBe(200);
    second.socket.destroy();
    await expect.poll(() => connectionsOf(one)).toBe(2);
    held.shift()?.();
    expect(statusOf(await first.answered)).toBe('200');
    await expect.poll(() => held.length).toBe(1);
    held.shift()?.();
    expect(statusOf(await again.answered)).toBe('200');
    expect(joined()).toEqual([instanceOf(0), instanceOf(1)]);
  });

  it('are passed over once they have hung up, and lose nothing by that', async () => {
    const first = comes(0);
    await expect.poll(() => held.length).toBe(1);
    const second = comes(1);
    const third = comes(2);
    await expect.poll(() => connectionsOf(one)).toBe(3);
    second.socket.end();
    await expect.poll(() => connectionsOf(one)).toBe(2);
    held.shift()?.();
    expect(statusOf(await first.answered)).toBe('200');
    await expect.poll(() => held.length).toBe(1);
    held.shift()?.();
    expect(statusOf(await third.answered)).toBe('200');
    expect([sts.asked(), joined()]).toEqual([
      [instanceOf(0), instanceOf(2)],
      [instanceOf(0), instanceOf(2)],
    ]);
  });
});
