import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, type Running } from './process.ts';
import { SECRET } from './serving.ts';

let place: Awaited<ReturnType<typeof installed>>;
beforeAll(async () => {
  place = await installed();
});
afterAll(() => place.remove());

const headers = { authorization: `Bearer ${SECRET}` };
const viewOf = async ({ url }: Running) => (await fetch(`${url}/v1/pool`, { headers })).json();

/** Connects so often, says nothing, and gives all sockets once each is there or was refused. */
const idle = async ({ url }: Running, count: number): Promise<readonly Socket[]> => {
  const { port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), '127.0.0.1'));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('error', () => resolve());
          socket.once('connect', () => resolve());
        }),
    ),
  );
  return sockets;
};

describe('the endpoint with 64 descriptors', () => {
  it.each([[''], ['; it has as many connections as it may have, and more']])(
    'sees the whole pool%s',
    async (more) => {
      const running = await place.start({ under: ['/bin/sh', '-c', 'ulimit -n 64; exec "$0" "$@"'] });
      const sockets = more === '' ? [] : await idle(running, 200);
      // One who is let in has its connection as long as it speaks.
      for (const socket of sockets) socket.destroy();
      await expect
        .poll(async () => (await fetch(`${running.url}/healthz`).catch(() => undefined))?.status)
        .toBe(200);
      expect(await viewOf(running)).toMatchObject({
        pilots: { complete: true },
        workers: { complete: true },
      });
      await running.stop();
    },
  );

  it('goes on serving whoever it has let in while every other connection is taken', async () => {
    const running = await place.start({ under: ['/bin/sh', '-c', 'ulimit -n 64; exec "$0" "$@"'] });
    const { port, host } = new URL(running.url);
    const caller = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => caller.once('connect', resolve));
    const sockets = await idle(running, 200);
    let answer = '';
    caller.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    const over = new Promise((resolve) => caller.once('close', resolve));
    caller.write(
      `GET /v1/pool HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\nauthorization: Bearer ${SECRET}\r\n\r\n`,
    );
    await over;
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '{}')).toMatchObject({
      pilots: { complete: true },
      workers: { complete: true },
    });
    for (const socket of sockets) socket.destroy();
    await running.stop();
  });

  it('says that so few would be too few, and is started again by systemd', async () => {
    const ended = await place.run({ under: ['/bin/sh', '-c', 'ulimit -n 32; exec "$0" "$@"'] });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('descriptors') });
  });
});
