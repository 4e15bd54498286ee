import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../adapters/clouds/openstack/answer.ts';
import { launch } from '../../../../adapters/clouds/openstack/launch.ts';
import type { Nova } from '../../../../adapters/clouds/openstack/nova.ts';
import type { LaunchRequest } from '../../../../core/model/launch.ts';
import { openLaunch } from '../../../core/worlds.ts';

const done = (body: unknown): Answer => ({ kind: 'done', body });
const refused = (status: number, why = 'no'): Answer => ({ kind: 'refused', status, code: 'No', why });
const AWAY: Answer = { kind: 'unclear', why: 'Nova is away' };
const SLOW: Answer = { kind: 'throttled', code: 'slow', why: 'slow down' };
const STRANGER: Answer = { kind: 'caller', code: 'who', why: 'who are you' };

const FLAVOURS = done({ flavors: ['g1.small', 'g1.large'].map((name) => ({ id: `id-${name}`, name })) });
const one = (id: string) => done({ server: { id } });

interface Answers {
  readonly flavours?: Answer;
  readonly permit?: Answer;
  readonly list?: Answer;
  /** What a reservation has made. */
  readonly shown?: Answer;
  /** One after the other. */
  readonly servers?: readonly Answer[];
}

const { request } = openLaunch(1);
const place = (flavour: string) => ({ flavour, zone: 'nova', subnetId: 'net-1' });
const REQUEST: LaunchRequest = {
  ...request,
  clientToken: 't',
  overrides: [place('g1.small'), place('g1.large')],
};

const RECIPE = { image: 'i', userData: '', securityGroups: [] };

/** Launches at a Nova that answers so; answers with the outcome, and with what was done to key pairs and servers. */
const launched = async (
  {
    flavours = FLAVOURS,
    permit = done({}),
    list = done({ servers: [] }),
    servers = [one('a')],
    shown,
  }: Answers,
  asked: Partial<LaunchRequest> = {},
  recipes = async () => RECIPE as typeof RECIPE | undefined,
) => {
  const rest = servers.values();
  const calls: string[] = [];
  const nova: Nova = {
    async ask({ method, path, body }) {
      calls.push(`${method} ${path}`);
      if (path.startsWith('/flavors')) return flavours;
      if (path.startsWith('/servers/detail')) return list;
      if (path.startsWith('/servers?')) return shown ?? AWAY;
      if (method === 'POST' && path === '/servers') return rest.next().value ?? AWAY;
      if (method === 'POST') {
        const name = JSON.stringify(body);
        return name.includes('-closed') ? done({}) : permit;
      }
      return method === 'GET' ? refused(404) : done({});
    },
  };
  const outcome = await launch(nova, recipes, { ...REQUEST, ...asked }, 25);
  return { outcome, calls };
};

const GIVEN_BACK = 'DELETE /os-keypairs/t';
const offer = (flavour: string) => ({ flavour, zone: 'nova', market: 'on-demand' });
const of = (id: string, flavour: string) => ({ instanceId: id, offer: offer(flavour) });

describe('a launch on OpenStack', () => {
  it('goes from one offer to the next until it is full', async () => {
    const short = refused(403, 'Quota exceeded');
    const { outcome, calls } = await launched({ servers: [short, one('b')] });
    expect(outcome).toEqual({
      ...{ kind: 'answered', launched: [of('os-b', 'g1.large')] },
      refused: [{ offer: offer('g1.small'), class: 'quota', code: 'No', why: 'Quota exceeded' }],
    });
    // What was made is not written down yet.
    expect(calls).not.toContain(GIVEN_BACK);
    const full = await launched({ servers: [one('a'), one('b')] });
    expect(full.outcome).toEqual({ kind: 'answered', launched: [of('os-a', 'g1.small')], refused: [] });
  });

  it('passes over a flavour that the cloud does not have', async () => {
    const { outcome } = await launched({}, { overrides: [place('g9.none'), place('g1.large')] });
    expect(outcome).toEqual({
      ...{ kind: 'answered', launched: [of('os-a', 'g1.large')] },
      refused: [
        {
          ...{ offer: offer('g9.none'), class: 'unsupported', code: 'flavour' },
          why: 'the cloud has no flavour g9.none',
        },
      ],
    });
  });

  it('says of what it was given less of that the quota has no more', async () => {
    const { outcome } = await launched(
      { servers: [done({ reservation_id: 'r' })], shown: done({ servers: [{ id: 'a' }] }) },
      { count: 3, overrides: [place('g1.small')] },
    );
    expect(outcome).toEqual({
      ...{ kind: 'answered', launched: [of('os-a', 'g1.small')] },
      refused: [
        {
          ...{ offer: offer('g1.small'), class: 'quota', code: 'quota' },
          why: 'Nova made 1 of 3: the quota has no room for more',
        },
      ],
    });
  });

  it.each<readonly [string, Answers, object, boolean]>([
    [
      'no flavours, for now',
      { flavours: AWAY },
      { kind: 'unheard', code: 'unanswered', why: 'Nova is away' },
      true,
    ],
    [
      'flavours that are none',
      { flavours: done({}) },
      { kind: 'unheard', code: 'unanswered', why: "Nova's answer to /flavors/detail is none of flavours" },
      true,
    ],
    ['that it wants fewer calls', { flavours: SLOW }, SLOW, true],
    ['that it does not know who asks', { flavours: STRANGER }, { ...STRANGER, kind: 'unheard' }, true],
    [
      'that nobody may see flavours',
      { flavours: refused(403) },
      { kind: 'rejected', class: 'configuration', code: 'No', why: 'no' },
      true,
    ],
    ['nothing when the key pair is made', { permit: AWAY }, { kind: 'unheard', code: 'unanswered' }, false],
    [
      'nothing when servers are listed',
      { list: AWAY },
      { kind: 'unheard', code: 'unanswered', why: expect.stringContaining('Nova is away') },
      true,
    ],
    [
      'that servers of it are there',
      { list: done({ servers: [{ id: 'a', status: 'ACTIVE', metadata: REQUEST.tags }] }) },
      { kind: 'spent', code: 'asked-before', why: '1 servers of this launch are there' },
      true,
    ],
    [
      'that its key pair is there',
      { permit: refused(409) },
      { kind: 'spent', code: 'asked-before', why: 'key pair t: this launch was asked for before' },
      true,
    ],
    ['that it wants fewer servers', { servers: [SLOW] }, SLOW, true],
    ['nothing to a request', { servers: [AWAY] }, AWAY, true],
    [
      'that the key pair is gone meanwhile',
      { servers: [refused(400, 'Invalid key_name provided'), refused(400, 'Invalid key_name provided')] },
      {
        kind: 'spent',
        code: 'asked-before',
        why: 'key pair t was withdrawn: this launch was asked for twice',
      },
      true,
    ],
  ])('that Nova says %s to is so', async (_, answers, outcome, isGivenBack) => {
    const found = await launched(answers);
    expect(found.outcome).toMatchObject(outcome);
    expect(found.calls.includes(GIVEN_BACK)).toBe(isGivenBack);
  });

  it('is closed by a second key pair if nobody knows what it came to', async () => {
    const { calls } = await launched({ servers: [AWAY] });
    expect(calls.slice(-2)).toEqual(['POST /os-keypairs', GIVEN_BACK]);
  });

  it.each([
    ['throttled', SLOW, 'slow', 'slow down'],
    ['caller', STRANGER, 'who', 'who are you'],
  ])(
    'keeps what it has when Nova takes no more (%s), and asks for no other offer',
    async (kind, halt, code, why) => {
      const ids = Array.from({ length: 20 }, (_, n) => ({ id: `${n}` }));
      const { outcome, calls } = await launched(
        { servers: [done({ reservation_id: 'r' }), halt], shown: done({ servers: ids }) },
        { count: 21 },
      );
      expect(outcome).toMatchObject({ kind: 'answered', launched: { length: 20 } });
      expect(outcome).toHaveProperty('refused', [{ offer: offer('g1.small'), class: kind, code, why }]);
      expect(calls.filter((call) => call === 'POST /servers')).toHaveLength(2);
    },
  );

  it('of spot is refused in all its offers, and nobody is asked', async () => {
    const { outcome, calls } = await launched({}, { market: 'spot' });
    expect(outcome).toEqual({
      ...{ kind: 'answered', launched: [] },
      refused: ['g1.small', 'g1.large'].map((flavour) => ({
        ...{ offer: { ...offer(flavour), market: 'spot' }, class: 'unsupported', code: 'market' },
        why: 'OpenStack has no spot market',
      })),
    });
    expect(calls).toEqual([]);
  });

  it('whose recipe nobody knows says so, and asks for nothing', async () => {
    const { outcome, calls } = await launched({}, {}, async () => undefined);
    expect(outcome).toEqual({
      ...{ kind: 'rejected', class: 'configuration', code: 'recipe' },
      why: `nobody knows the recipe ${request.template.id} ${request.template.version}`,
    });
    expect(calls).toEqual([]);
  });

  it('is not that of another stage with the same name; without a stage it is whosever it is', async () => {
    const server = { id: 'a', status: 'ACTIVE', metadata: { ...REQUEST.tags, 'aerie:stage': 'other' } };
    const list = done({ servers: [server] });
    expect((await launched({ list })).outcome.kind).toBe('answered');
    const { 'aerie:stage': _, ...tags } = REQUEST.tags;
    expect((await launched({ list }, { tags })).outcome.kind).toBe('spent');
  });
});
