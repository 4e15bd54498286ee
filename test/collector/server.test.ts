import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renewTls } from '../../collector/server.ts';
import { authority, type Certified } from '../adapters/authority.ts';
import { METRICS_SECRET, NEXT_SECRET, type Served, serve } from './serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'aerie-tls-'));
const keyFile = join(folder, 'key');
const certFile = join(folder, 'cert');
let signed: ReturnType<typeof authority>;
let served: Served;
let port = 0;

const put = ({ key, cert }: Pick<Certified, 'key' | 'cert'>) => {
  writeFileSync(keyFile, key);
  writeFileSync(certFile, cert);
};

beforeAll(async () => {
  signed = authority(30);
  put(signed.certify(10));
  served = await serve({ tls: { keyFile, certFile } });
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  const address = served.app.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterAll(async () => {
  await served.close();
  signed.remove();
  rmSync(folder, { recursive: true });
});

/** When the certificate ends that the endpoint shows; a client may insist on a version of TLS. */
const shownEnd = (more: object = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: signed.pem, ...more }, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to) / 1000);
      socket.end();
    });
    socket.on('error', reject);
  });

describe('the endpoint over TLS', () => {
  it('shows a renewed certificate without a restart', async () => {
    const next = signed.certify(20);
    expect(await shownEnd()).toBeLessThan(next.endsAt);
    put(next);
    expect(await renewTls(served.app, served.config)).toBe(true);
    expect(await shownEnd()).toBe(next.endsAt);
  });

  it('keeps the old one while the new one cannot be read', async () => {
    const before = await shownEnd();
    put({ key: 'none', cert: 'none' });
    await expect(renewTls(served.app, served.config)).rejects.toThrow();
    expect(await shownEnd()).toBe(before);
  });

  it('speaks no version of TLS before 1.2', async () => {
    await expect(shownEnd({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    expect(await shownEnd({ maxVersion: 'TLSv1.2' })).toBeGreaterThan(0);
  });

  it('opens the metrics, and nothing else, for who has no more than the secret for those', async () => {
    const one = await serve();
    for (const [secret, pool, metrics] of [
      [METRICS_SECRET, 401, 200],
      [NEXT_SECRET, 200, 200],
    ] as const) {
      const statuses = [await one.get('/v1/pool', secret), await one.get('/metrics', secret)];
      expect(statuses.map(({ status }) => status)).toEqual([pool, metrics]);
    }
    await one.close();
  });

  it('has nothing to renew without it', async () => {
    const plain = await serve();
    expect(await renewTls(plain.app, plain.config)).toBe(false);
    expect(await renewTls(plain.app, served.config)).toBe(false);
    expect(await renewTls(served.app, plain.config)).toBe(false);
    expect(await shownEnd()).toBeGreaterThan(0);
    await plain.close();
  });
});
