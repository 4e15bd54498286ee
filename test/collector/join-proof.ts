import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The id of the nth instance. */
export const instanceOf = (n: number): string => `i-${n.toString(16).padStart(17, '0')}`;

const SIGNED = 'content-type;host;x-aerie-pool;x-amz-date;x-amz-security-token';

/** What an instance sends to join, signed at that moment; to `trustingSts` its session token says who it is. */
export const joinProof = (instanceId: string, host: string, signedAt: Date) => {
  const date = signedAt.toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    instanceId,
    headers: {
      host,
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-amz-date': date,
      'x-amz-security-token': instanceId,
      'x-aerie-pool': 'cm.example.org',
      authorization: `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEEXAMPLE00/${date.slice(0, 8)}/us-east-1/sts/aws4_request, SignedHeaders=${SIGNED}, Signature=${'a1'.repeat(32)}`,
    },
  };
};

/** What a token says of itself that was signed for this pool. */
export const claimsOf = (pool: string): string =>
  Buffer.from(JSON.stringify({ iss: pool })).toString('base64url');
export const CLAIMS = claimsOf('cm.example.org');

/** An STS that believes everybody, and gives its answers when it is let. */
export const trustingSts = async (inTurn = (answer: () => void) => answer()) => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    const whose = request.headers['x-amz-security-token'];
    asked.push(whose);
    const arn = `arn:aws:sts::123456789012:assumed-role/worker/${whose}`;
    request.resume();
    inTurn(() => response.end(`<R><Arn>${arn}</Arn><Account>123456789012</Account></R>`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    config: { url: `http://${host}/`, account: '123456789012', roles: ['worker'] },
    /** Who has asked. */
    asked: (): readonly unknown[] => asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
