import { once } from 'node:events';
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { certificates } from '../../adapters/certificates.ts';
import { request } from '../../adapters/http.ts';
import { authority, type Certified } from './authority.ts';
import { answering, serving } from './serving.ts';

const LONG_LIVED = authority(90);
const SHORT_LIVED = authority(9);
const TRUSTED = getCACertificates('default');

beforeAll(() => setDefaultCACertificates([...TRUSTED, LONG_LIVED.pem, SHORT_LIVED.pem]));
afterAll(() => {
  setDefaultCACertificates(TRUSTED);
  LONG_LIVED.remove();
  SHORT_LIVED.remove();
});

/** A TLS server on loopback; `keeps`: whether it keeps connections. */
const tlsServing = async ({ key, cert }: Certified, keeps = true) => {
  const connections: boolean[] = [];
  const server = createServer({ key, cert }, (_, response) => {
    response.writeHead(200, keeps ? {} : { connection: 'close' }).end('x');
  });
  server.on('secureConnection', (socket) => connections.push(socket.isSessionReused()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return { url: `https://127.0.0.1:${port}`, server, connections };
};

const asking = async (url: string, seen: ReturnType<typeof certificates>) => {
  const outcome = await request({
    url,
    method: 'GET',
    timeoutSeconds: 20,
    random: () => 0,
    certificates: seen,
  });
  if (outcome.kind === 'failed') throw new Error(outcome.why);
};

describe('the first end of certificates', () => {
  it("is a server's, or that of who signed it if that is earlier", async () => {
    const [own, signers] = [LONG_LIVED.certify(20), SHORT_LIVED.certify(20)];
    const seen = certificates();
    await asking((await tlsServing(own)).url, seen);
    expect(seen.firstEnd()).toBe(own.endsAt);
    await asking((await tlsServing(signers)).url, seen);
    expect(seen.firstEnd()).toBe(SHORT_LIVED.endsAt);
  });

  it('is of all servers since it was last asked, and of no others', async () => {
    const [first, second] = [LONG_LIVED.certify(30), LONG_LIVED.certify(10)];
    const urls = [(await tlsServing(first)).url, (await tlsServing(second)).url];
    const seen = certificates();
    for (const url of urls) await asking(url, seen);
    expect(seen.firstEnd()).toBe(second.endsAt);
    expect(seen.firstEnd()).toBeUndefined();
    await asking(urls[0] ?? '', seen);
    expect(seen.firstEnd()).toBe(first.endsAt);
  });

  it.each([
    ['a connection that was kept', true, [false]],
    ['a session that was resumed', false, [false, true, true]],
  ])('is known again of %s', async (_, keeps, handshakes) => {
    const certified = LONG_LIVED.certify(30);
    const { url, connections } = await tlsServing(certified, keeps);
    const seen = certificates();
    for (const time of [1, 2, 3]) {
      await asking(url, seen);
      expect(seen.firstEnd(), `request ${time}`).toBe(certified.endsAt);
    }
    expect(connections).toEqual(handshakes);
  });

  it('is that of the new certificate once a server has one', async () => {
    const [old, renewed] = [LONG_LIVED.certify(3), LONG_LIVED.certify(60)];
    const { url, server } = await tlsServing(old, false);
    const seen = certificates();
    await asking(url, seen);
    expect(seen.firstEnd()).toBe(old.endsAt);
    server.setSecureContext(renewed);
    await asking(url, seen);
    expect(seen.firstEnd()).toBe(renewed.endsAt);
  });

  it('is not known of a server without TLS, nor of one that nobody trusts', async () => {
    const seen = certificates();
    await asking((await serving(answering(200, 'x'))).url, seen);
    const stranger = authority(30);
    const { url } = await tlsServing(stranger.certify(3));
    stranger.remove();
    await expect(asking(url, seen)).rejects.toThrow('could not be reached');
    expect(seen.firstEnd()).toBeUndefined();
  });
});

it("a server whose certificate a site's own authority has signed answers who knows that authority", async () => {
  const own = authority(90);
  const { url } = await tlsServing(own.certify(20));
  const asked = { url, method: 'GET', timeoutSeconds: 20, random: () => 0 } as const;
  expect(await request({ ...asked, ca: own.pem })).toMatchObject({ kind: 'answered', status: 200 });
  expect(await request(asked)).toMatchObject({ kind: 'failed', why: expect.stringContaining('certificate') });
  own.remove();
});
