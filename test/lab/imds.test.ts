import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imdsServer } from '../../lab/imds.ts';
import { keyRing } from '../../lab/role-keys.ts';
import { type Face, listen } from '../../twin/wire/http.ts';

const NOW = 1_900_000_000;
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';

describe("the lab's instance metadata service", () => {
  let imds: Face;
  let now = NOW;
  let spotActionAt: number | undefined;
  const keys = keyRing(() => now);
  const owner = { account: '123456789012', role: 'aerie-worker', session: 'i-0aaaaaaaaaaaaaaa1' };

  beforeAll(async () => {
    const facts = {
      instanceId: owner.session,
      imageId: 'ami-0ae21e00000000001',
      instanceType: 'c6a.large',
      zone: 'us-east-1a',
      account: owner.account,
      hostName: 'ip-10-91-0-11.ec2.internal',
      address: '10.91.0.11',
      market: 'spot',
      launchedAt: NOW,
      tags: { 'aerie:fleet': 'BNL_CLOUD' },
      userData: '#cloud-config\n{}\n',
      role: owner.role,
      keys: () => keys.issue(owner),
      spotActionAt: () => spotActionAt,
      rebalanceAt: () => undefined,
    } as const;
    imds = await listen(imdsServer(facts, () => now));
  });
  afterAll(() => imds.close());

  const put = (headers: Readonly<Record<string, string>>) =>
    fetch(`${imds.url}/latest/api/token`, { method: 'PUT', headers });
  const get = async (path: string, token?: string) => {
    const given = token ?? (await (await put({ [TTL]: '60' })).text());
    const answer = await fetch(`${imds.url}${path}`, { headers: { 'x-aws-ec2-metadata-token': given } });
    return { status: answer.status, text: await answer.text() };
  };

  test.each([
    ['without a life', {}, 400],
    ['with too long a life', { [TTL]: '21601' }, 400],
    ['through a proxy', { [TTL]: '60', 'x-forwarded-for': '10.0.0.1' }, 403],
    ['as documented', { [TTL]: '60' }, 200],
  ])('answers a request for a token %s', async (_what, headers, status) => {
    expect((await put(headers)).status).toBe(status);
  });

  test('tells nothing without a token, with another, or with one that has expired', async () => {
    expect((await fetch(`${imds.url}/latest/meta-data/`)).status).toBe(401);
    expect((await get('/latest/meta-data/', 'another')).status).toBe(401);
    const token = await (await put({ [TTL]: '60' })).text();
    now = NOW + 61;
    expect((await get('/latest/meta-data/', token)).status).toBe(401);
    now = NOW;
  });

  test.each([
    ['/latest/meta-data/instance-id', owner.session],
    ['/latest/meta-data/tags/instance/', 'aerie:fleet'],
    ['/latest/meta-data/tags/instance/aerie:fleet', 'BNL_CLOUD'],
    ['/latest/meta-data/placement/', 'availability-zone\nregion'],
    ['/latest/meta-data/placement/region', 'us-east-1'],
    ['/latest/meta-data/iam/security-credentials/', owner.role],
    ['/latest/user-data', '#cloud-config\n{}\n'],
  ])('knows %s', async (path, text) => {
    expect(await get(path)).toEqual({ status: 200, text });
  });

  test.each([
    '/latest/meta-data/spot/instance-action',
    '/latest/meta-data/nothing',
    '/latest/meta-data/__proto__',
  ])('does not know %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('hands out keys of the role that STS knows', async () => {
    const { text } = await get(`/latest/meta-data/iam/security-credentials/${owner.role}`);
    const { AccessKeyId, Token } = JSON.parse(text);
    expect(keys.find(AccessKeyId)).toMatchObject({ sessionToken: Token, owner });
  });

  test('announces the end of a spot instance when there is one', async () => {
    spotActionAt = NOW + 120;
    const { text } = await get('/latest/meta-data/spot/instance-action');
    expect(JSON.parse(text)).toEqual({ action: 'terminate', time: '2030-03-17T17:48:40Z' });
  });
});
