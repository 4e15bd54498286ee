import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET_CALLER_IDENTITY } from '../../core/model/pool.ts';
import { keyRing, type RoleKeys } from '../../lab/role-keys.ts';
import { proofHeaders } from '../../lab/sign.ts';
import { stsServer } from '../../lab/sts.ts';
import { type Face, listen } from '../../twin/wire/http.ts';

const NOW = 1_900_000_000;
const OWNER = { account: '123456789012', role: 'aerie-worker', session: 'i-0aaaaaaaaaaaaaaa1' };

describe("the lab's STS", () => {
  let sts: Face;
  const keys = keyRing(() => NOW);

  beforeAll(async () => {
    sts = await listen(stsServer(keys, () => NOW));
  });
  afterAll(() => sts.close());

  interface Change {
    readonly atSeconds?: number;
    readonly keys?: (issued: RoleKeys) => RoleKeys;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly lifeSeconds?: number;
  }

  const ask = async (change: Change) => {
    const issued = keys.issue(OWNER, change.lifeSeconds);
    const { host, ...headers } = proofHeaders(change.keys?.(issued) ?? issued, {
      host: new URL(sts.url).host,
      pool: 'cm.example.org',
      atSeconds: change.atSeconds ?? NOW,
    });
    const answer = await fetch(sts.url, {
      method: 'POST',
      headers: { ...headers, ...change.headers },
      body: change.body ?? GET_CALLER_IDENTITY,
    });
    const text = await answer.text();
    return { status: answer.status, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1], text };
  };

  test('says whose signature it is', async () => {
    const { status, text } = await ask({});
    expect(status).toBe(200);
    expect(text).toContain(`<Arn>arn:aws:sts::123456789012:assumed-role/aerie-worker/${OWNER.session}</Arn>`);
    expect(text).toContain('<Account>123456789012</Account>');
  });

  test.each<[string, Change, string]>([
    ['older than a quarter of an hour', { atSeconds: NOW - 901 }, 'SignatureDoesNotMatch'],
    ['from the future', { atSeconds: NOW + 901 }, 'SignatureDoesNotMatch'],
    ['over another body', { body: 'Action=AssumeRole&Version=2011-06-15' }, 'SignatureDoesNotMatch'],
    ['over another header', { headers: { 'x-aerie-pool': 'cm.example.com' } }, 'SignatureDoesNotMatch'],
    ['by another secret', { keys: (k) => ({ ...k, secretAccessKey: 'other' }) }, 'SignatureDoesNotMatch'],
    ['with another session', { keys: (k) => ({ ...k, sessionToken: 'other' }) }, 'InvalidClientTokenId'],
    ['with unknown keys', { keys: (k) => ({ ...k, accessKeyId: 'ASIA0' }) }, 'InvalidClientTokenId'],
    ['with keys that have expired', { lifeSeconds: 0 }, 'ExpiredToken'],
    ['of another kind', { headers: { authorization: 'Bearer x' } }, 'IncompleteSignature'],
  ])('refuses a signature %s', async (_what, change, code) => {
    expect(await ask(change)).toMatchObject({ code });
  });

  test('takes one that is just fresh enough', async () => {
    expect(await ask({ atSeconds: NOW - 899 })).toMatchObject({ status: 200 });
  });
});
