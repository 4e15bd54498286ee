import { describe, expect, it } from 'vitest';
import { nova, type OpenStackSite } from '../../../../adapters/clouds/openstack/nova.ts';
import type { HttpOutcome, HttpRequest } from '../../../../adapters/http.ts';

const answered = (
  status: number,
  body: object,
  headers: Record<string, string | string[]> = {},
): HttpOutcome => ({
  ...{ kind: 'answered', address: '127.0.0.1', status, text: JSON.stringify(body), headers },
});

const FAILED: HttpOutcome = { kind: 'failed', address: undefined, cause: 'timeout', why: 'is away' };

const PUBLIC = { interface: 'public', region_id: 'R', url: 'https://nova.example.org/v2.1/' };
const TOKEN = {
  project: { id: 'p-1', name: 'grid' },
  catalog: [
    { type: 'image', endpoints: [{ ...PUBLIC, url: 'https://glance.example.org' }] },
    {
      type: 'compute',
      endpoints: [
        { ...PUBLIC, interface: 'internal', url: 'https://inside.example.org' },
        { ...PUBLIC, region_id: 'elsewhere', url: 'https://far.example.org' },
        PUBLIC,
      ],
    },
  ],
};

const entered = (token: object = TOKEN, given: string | string[] = 'token-1') =>
  answered(201, { token }, { 'x-subject-token': given });

/** A Nova of which Keystone and Nova answer so, one after the other, and what both were asked. */
const asking = (
  answers: { readonly keystone?: readonly HttpOutcome[]; readonly nova?: readonly HttpOutcome[] } = {},
  more: Partial<OpenStackSite> = {},
) => {
  const [entries, others] = [(answers.keystone ?? []).values(), (answers.nova ?? []).values()];
  const asked: HttpRequest[] = [];
  const site: OpenStackSite = {
    ...{ authUrl: 'https://keystone.example.org/v3/', region: 'R', random: () => 0 },
    credential: async () => ({ id: 'a', secret: 'b' }),
    async send(request) {
      asked.push(request);
      const isEntry = request.url.endsWith('/auth/tokens');
      return (isEntry ? entries : others).next().value ?? (isEntry ? entered() : answered(200, { ok: true }));
    },
    ...more,
  };
  return { nova: nova(site), asked, urls: () => asked.map(({ url }) => new URL(url).hostname) };
};

const LOOK = { method: 'GET', path: '/servers' } as const;
const DONE = { kind: 'done', body: { ok: true } };

describe('Nova', () => {
  it('is asked at its public endpoint of the region, with the token that Keystone gives', async () => {
    const lookup = async () => [];
    const { nova: asks, asked } = asking({}, { lookup, ca: 'pem' });
    const body = { server: 1 };
    expect(await asks.ask({ method: 'POST', path: '/servers', body, timeoutSeconds: 25 })).toEqual(DONE);
    const common = { lookup, ca: 'pem', random: expect.any(Function) };
    const identity = {
      methods: ['application_credential'],
      application_credential: { id: 'a', secret: 'b' },
    };
    expect(asked).toEqual([
      {
        ...{ url: 'https://keystone.example.org/v3/auth/tokens', method: 'POST', ...common },
        ...{ body: { auth: { identity } }, timeoutSeconds: 12 },
      },
      {
        ...{
          url: 'https://nova.example.org/v2.1/servers',
          method: 'POST',
          body,
          timeoutSeconds: 25,
          ...common,
        },
        headers: { 'x-auth-token': 'token-1', 'openstack-api-version': 'compute 2.69' },
      },
    ]);
  });

  it.each([
    ['twelve seconds', {}, 12],
    ['as long as its site says', { answerSeconds: 7 }, 7],
  ])('has %s for an answer', async (_, more, seconds) => {
    const { nova: asks, asked } = asking({}, more);
    await asks.ask(LOOK);
    expect(asked.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([seconds, seconds]);
  });

  it('takes one token for many calls at once, and keeps it', async () => {
    const { nova: asks, urls } = asking();
    await Promise.all([asks.ask(LOOK), asks.ask(LOOK)]);
    await asks.ask(LOOK);
    const one = 'nova.example.org';
    expect(urls()).toEqual(['keystone.example.org', one, one, one]);
  });

  it('takes another token once, where the one that it had is not accepted any more', async () => {
    const refused = answered(401, { error: { message: 'expired' } });
    const {
      nova: asks,
      urls,
      asked,
    } = asking({
      keystone: [entered(), entered(TOKEN, 'token-2')],
      nova: [answered(200, { ok: true }), refused],
    });
    await asks.ask(LOOK);
    expect(await asks.ask(LOOK)).toEqual(DONE);
    expect(urls().filter((host) => host.startsWith('keystone'))).toHaveLength(2);
    expect(asked.at(-1)?.headers).toMatchObject({ 'x-auth-token': 'token-2' });
  });

  it('says why it has no other token where the one that it had is not accepted any more', async () => {
    const refused = answered(401, { error: { message: 'expired' } });
    const { nova: asks } = asking({
      keystone: [entered(), FAILED],
      nova: [answered(200, { ok: true }), refused],
    });
    await asks.ask(LOOK);
    expect(await asks.ask(LOOK)).toEqual({ kind: 'caller', code: 'keystone', why: 'Keystone is away' });
    expect(await asks.ask(LOOK)).toEqual(DONE);
  });
});

describe('Nova is not asked', () => {
  const NO_TOKEN = "Keystone's answer has no token";
  it.each<readonly [string, HttpOutcome, string, string]>([
    ['Keystone does not answer', FAILED, 'keystone', 'Keystone is away'],
    [
      'Keystone does not know the credential',
      answered(401, { error: { message: 'no' } }),
      'error',
      'Keystone answered 401: no',
    ],
    ['Keystone throttles', answered(429, { slow: { message: 'no' } }), 'slow', 'Keystone answered 429: no'],
    ['there is no token', answered(201, { token: TOKEN }), 'keystone', NO_TOKEN],
    ['there are two tokens', entered(TOKEN, ['a', 'b']), 'keystone', NO_TOKEN],
    ['nothing is said of the token', answered(201, {}, { 'x-subject-token': 'a' }), 'keystone', NO_TOKEN],
    [
      'there is no Nova in the region',
      entered({ ...TOKEN, catalog: TOKEN.catalog.slice(0, 1) }),
      'keystone',
      'Keystone\'s answer has no public endpoint of "compute" in region R',
    ],
  ])('where %s, which is kept for nobody', async (_, outcome, code, why) => {
    const { nova: asks, urls } = asking({ keystone: [outcome] });
    expect(await asks.ask(LOOK)).toEqual({ kind: 'caller', code, why });
    expect(urls()).toEqual(['keystone.example.org']);
    expect(await asks.ask(LOOK)).toEqual(DONE);
  });

  it.each([
    ['an error', new Error('no parameter'), 'no parameter'],
    ['anything else', 'no parameter', 'no parameter'],
  ])('where the credential cannot be read, for %s', async (_, error, why) => {
    const { nova: asks, asked } = asking({}, { credential: () => Promise.reject(error) });
    expect(await asks.ask(LOOK)).toEqual({ kind: 'caller', code: 'keystone', why });
    expect(asked).toEqual([]);
  });

  it.each([
    ['grid', true],
    ['p-1', true],
    ['other', false],
  ])('unless the credential is of the project that is named (%s: %s)', async (project, isIt) => {
    const { nova: asks } = asking({}, { project });
    expect((await asks.ask(LOOK)).kind).toBe(isIt ? 'done' : 'caller');
  });
});
