import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsWith, ownDescriptors } from '../../collector/limits.ts';
import { authority } from '../adapters/authority.ts';
import { installed, type Running } from './process.ts';
import { SECRET } from './serving.ts';

/** A handshake costs both sides of this machine milliseconds: those who are let in at all are enough. */
const IDLE = 10_000;
const SHAKEN = 1_500;
/** MemoryMax of the service is 2 GB, most of it for a view of 50,000 slots. */
const MOST_MEGABYTES = 700;

let place: Awaited<ReturnType<typeof installed>>;
let signed: ReturnType<typeof authority>;
let running: Running;
let port = 0;
beforeAll(async () => {
  place = await installed();
  signed = authority(30);
  const { key, cert } = signed.certify(10);
  for (const [name, text] of Object.entries({ key, cert })) {
    writeFileSync(place.at(name), text);
    chmodSync(place.at(name), 0o644);
  }
  running = await place.start({ config: { tls: { keyFile: place.at('key'), certFile: place.at('cert') } } });
  port = Number(new URL(running.url).port);
});
afterAll(async () => {
  await running.stop();
  signed.remove();
  place.remove();
});

const ask = (path: string): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${SECRET}` };
    const options = { host: '127.0.0.1', port, path, headers, ca: signed.pem, agent: false };
    get(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    }).on('error', reject);
  });

const megabytes = (): number => {
  const [, kilobytes = 'NaN'] =
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${running.child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};
const descriptors = (): number => readdirSync(`/proc/${running.child.pid}/fd`).length;

/** Opens so many connections, a few at a time; each is there, or was hung up on. */
const opened = async (count: number, open: () => Socket): Promise<readonly Socket[]> => {
  const sockets: Socket[] = [];
  for (let from = 0; from < count; from += 250) {
    const some = Array.from({ length: 250 }, open);
    sockets.push(...some);
    await Promise.all(
      some.map(
        (socket) =>
          new Promise<void>((resolve) => {
            for (const over of ['connect', 'secureConnect', 'error', 'close'])
              socket.once(over, () => resolve());
            socket.on('error', () => {});
            socket.resume();
          }),
      ),
    );
  }
  return sockets;
};

describe.runIf(process.platform === 'linux' && ownDescriptors() > IDLE + 500)(
  'connections that say nothing',
  () => {
    it.each([
      [IDLE, 'no handshake', () => connect(port, '127.0.0.1')],
      [SHAKEN, 'nothing after it', () => connectTls({ port, host: '127.0.0.1', ca: signed.pem })],
    ])(
      '%d with %s: the endpoint lives, within its memory, and serves again when they go',
      async (count, _, open) => {
        const allowed = limitsWith(ownDescriptors());
        const most = allowed.ok ? allowed.limits.connections : 0;
        const sockets = await opened(count, open);
        expect(descriptors()).toBeLessThan(most + 60);
        expect(megabytes()).toBeLessThan(MOST_MEGABYTES);
        for (const socket of sockets) socket.destroy();
        await expect
          .poll(() =>
            ask('/healthz').then(
              ({ status }) => status,
              () => 'hung up',
            ),
          )
          .toBe(200);
        const { text } = await ask('/metrics');
        const [, dropped] = /^aerie_endpoint_connections_dropped_total (\d+)$/m.exec(text) ?? [];
        if (count > most) expect(Number(dropped)).toBeGreaterThan(0);
        expect((await ask('/v1/pool')).status).toBe(200);
      },
    );
  },
);
