import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../adapters/clouds/openstack/answer.ts';
import { byId, byLabels } from '../../../../adapters/clouds/openstack/look.ts';
import type { Nova } from '../../../../adapters/clouds/openstack/nova.ts';
import { terminate, wake } from '../../../../adapters/clouds/openstack/order.ts';
import type { PlannedWake } from '../../../../core/model/wake.ts';
import { LARGE, NOW } from '../../../core/worlds.ts';

const done = (body: unknown = {}): Answer => ({ kind: 'done', body });
const refused = (status: number): Answer => ({ kind: 'refused', status, code: 'No', why: `${status}` });
const AWAY: Answer = { kind: 'unclear', why: 'Nova is away' };
const SLOW: Answer = { kind: 'throttled', code: 'slow', why: 'slow down' };
const STRANGER: Answer = { kind: 'caller', code: 'who', why: 'who are you' };
const ALWAYS = () => true;

/** A Nova that answers so to a call; what is not here is done. Keeps what it was asked. */
const answering = (answers: Readonly<Record<string, Answer>> = {}) => {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const nova: Nova = {
    async ask({ method, path, body }) {
      const call = `${method} ${path.replace('/servers', '')}`;
      asked.push(call);
      if (body !== undefined) bodies.push(body);
      return answers[call] ?? done();
    },
  };
  return { nova, asked, bodies };
};

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `os-${id}`);

describe('an order to end servers', () => {
  it('is one call each, and no refusal of one that is not there', async () => {
    const { nova, asked } = answering({ 'DELETE /a': refused(404), 'DELETE /b': refused(409) });
    expect(await terminate(nova, IDS.slice(0, 3), ALWAYS)).toStrictEqual({
      taken: ['os-c'],
      refused: [{ instanceId: 'os-b', code: 'No', why: '409' }],
    });
    expect(asked).toEqual(['DELETE /a', 'DELETE /b', 'DELETE /c']);
  });

  it.each([
    ['throttles', SLOW, {}],
    ['does not answer', AWAY, { unanswered: 'Nova is away' }],
    ['does not know who asks', STRANGER, { unheard: { code: 'who', why: 'who are you' } }],
  ])('ends where Nova %s, and says so', async (_, answer, said) => {
    const { nova, asked } = answering({ 'DELETE /a': answer });
    expect(await terminate(nova, IDS, ALWAYS)).toStrictEqual({
      ...{ taken: ['os-b', 'os-c', 'os-d'], refused: [], ...said },
    });
    // Four are under way at once.
    expect(asked).toHaveLength(4);
  });

  it('begins no call without time for it', async () => {
    const { nova, asked } = answering();
    expect(await terminate(nova, IDS, () => asked.length < 2)).toEqual({
      taken: IDS.slice(0, 2),
      refused: [],
    });
  });
});

const plan = (instanceId: string, more: Partial<PlannedWake> = {}): PlannedWake => ({
  ...{ instanceId, offers: LARGE, meantFor: '1c', ...more },
  offer: { flavour: 'g1.small', zone: 'nova', market: 'on-demand' },
});

const standing = (more: object) => done({ server: { id: 'a', status: 'SHUTOFF', ...more } });

describe('an order to start servers', () => {
  it('labels those that have labels first, and starts each', async () => {
    const { nova, asked, bodies } = answering();
    const wakes = [plan('os-a', { tags: { x: 'y' } }), plan('os-b', { tags: {} }), plan('os-c')];
    expect(await wake(nova, wakes, ALWAYS)).toStrictEqual({
      ...{ taken: IDS.slice(0, 3).toSorted(), refused: [], unasked: [] },
      taken: expect.arrayContaining(IDS.slice(0, 3)),
    });
    expect(asked.toSorted()).toEqual([
      'POST /a/action',
      'POST /a/metadata',
      'POST /b/action',
      'POST /c/action',
    ]);
    expect(bodies).toContainEqual({ metadata: { x: 'y' } });
    expect(bodies).toContainEqual({ 'os-start': null });
  });

  it('as another flavour is refused, and not asked for', async () => {
    const { nova, asked } = answering();
    expect(await wake(nova, [plan('os-a', { isResized: true })], ALWAYS)).toEqual({
      ...{ taken: [], unasked: [] },
      refused: [
        {
          ...{ instanceId: 'os-a', class: 'unsupported', code: 'resize' },
          why: 'OpenStack starts a server as the flavour that it was',
        },
      ],
    });
    expect(asked).toEqual([]);
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>, string | undefined]>([
    ['one that is not there', { 'POST /a/action': refused(404) }, 'state'],
    ['one that it may not start', { 'POST /a/action': refused(403) }, 'configuration'],
    [
      'one that has power',
      { 'POST /a/action': refused(409), 'GET /a': standing({ status: 'ACTIVE' }) },
      undefined,
    ],
    [
      'one that is getting power',
      { 'POST /a/action': refused(409), 'GET /a': standing({ 'OS-EXT-STS:task_state': 'powering-on' }) },
      undefined,
    ],
    [
      'one that is losing power',
      { 'POST /a/action': refused(409), 'GET /a': standing({ 'OS-EXT-STS:task_state': 'powering-off' }) },
      'state',
    ],
    ['one that it does not show', { 'POST /a/action': refused(409), 'GET /a': AWAY }, 'state'],
    ['one of which it shows nothing', { 'POST /a/action': refused(409), 'GET /a': done() }, 'state'],
    ['one that it may not label', { 'POST /a/metadata': refused(403) }, 'configuration'],
  ])('of %s', async (_, answers, kind) => {
    const { nova, asked } = answering(answers);
    const reply = await wake(nova, [plan('os-a', { tags: { x: 'y' } })], ALWAYS);
    expect(reply.refused.map((of) => of.class)).toEqual(kind === undefined ? [] : [kind]);
    expect(reply.taken).toEqual(kind === undefined ? ['os-a'] : []);
    expect(asked.includes('GET /a')).toBe('GET /a' in answers);
  });

  it.each<readonly [string, Answer, object, readonly string[]]>([
    ['throttles', SLOW, { throttled: { code: 'slow', why: 'slow down' } }, ['os-a', 'os-e', 'os-f']],
    ['does not answer', AWAY, { unanswered: 'Nova is away' }, ['os-e', 'os-f']],
    [
      'does not know who asks',
      STRANGER,
      { unheard: { code: 'who', why: 'who are you' } },
      ['os-a', 'os-e', 'os-f'],
    ],
  ])(
    'ends where Nova %s to a start, and says what it was not asked for',
    async (_, answer, said, unasked) => {
      const { nova } = answering({ 'POST /a/action': answer });
      expect(
        await wake(
          nova,
          IDS.map((id) => plan(id)),
          ALWAYS,
        ),
      ).toStrictEqual({
        ...{ taken: ['os-b', 'os-c', 'os-d'], refused: [], unasked, ...said },
      });
    },
  );

  it('whose labels Nova does not answer for starts nothing, and was not asked for', async () => {
    const { nova, asked } = answering({ 'POST /a/metadata': AWAY });
    expect(await wake(nova, [plan('os-a', { tags: { x: 'y' } })], ALWAYS)).toEqual({
      ...{ taken: [], refused: [], unasked: ['os-a'], unanswered: 'Nova is away' },
    });
    expect(asked).toEqual(['POST /a/metadata']);
  });
});

const server = (id: string, more: object = {}) => ({ id, status: 'ACTIVE', metadata: { k: 'v' }, ...more });
const page = (servers: readonly object[], isLast = true) =>
  done({ servers, ...(isLast ? {} : { servers_links: [{ rel: 'self' }, { rel: 'next' }] }) });
const idsIn = (shown: Awaited<ReturnType<typeof byLabels>>) =>
  shown.kind === 'known' ? shown.value.map(({ instanceId }) => instanceId) : shown.why;
const CELL = 'OpenStack did not say: a cell of Nova does not answer, and servers may be in it';
const NONE = "OpenStack did not say: Nova's answer to /servers/detail is none of servers";

describe('a list of servers', () => {
  it.each<readonly [string, Readonly<Record<string, Answer>>, readonly string[] | string]>([
    ['one page', { 'GET /detail': page([server('a'), server('b', { metadata: {} })]) }, ['os-a']],
    [
      'two pages, and one server on both',
      {
        'GET /detail': page([server('a'), server('b')], false),
        'GET /detail?marker=b': page([server('b'), server('c')]),
      },
      ['os-a', 'os-b', 'os-c'],
    ],
    ['one that cannot be read', { 'GET /detail': page([{ status: 'ACTIVE' }, server('b')]) }, ['os-b']],
    [
      'one in a cell that is down',
      { 'GET /detail': page([server('a'), { id: 'b', status: 'UNKNOWN' }]) },
      CELL,
    ],
    ['nothing of servers', { 'GET /detail': done() }, NONE],
    ['a page whose last has no id', { 'GET /detail': page([{ status: 'ACTIVE' }], false) }, NONE],
    ['no answer', { 'GET /detail': AWAY }, 'OpenStack did not say: Nova is away'],
    [
      'a second page that is refused: its marker is gone',
      { 'GET /detail': page([server('a')], false), 'GET /detail?marker=a': refused(400) },
      'OpenStack did not say: servers went between two pages of a list: 400',
    ],
  ])('of %s', async (_, answers, expected) => {
    expect(idsIn(await byLabels(answering(answers).nova, { k: 'v' }, NOW))).toEqual(expected);
  });

  it('that Nova refuses is thrown: it is a fault of ours, or of the site', async () => {
    await expect(byLabels(answering({ 'GET /detail': refused(403) }).nova, {}, NOW)).rejects.toThrow('403');
  });
});

describe('a look at servers by their ids', () => {
  const shown = (id: string) => done({ server: server(id) });

  it('is one call each for eight of them, and leaves out whom Nova does not know', async () => {
    const ids = [...IDS, 'os-g', 'os-h'];
    const answers = Object.fromEntries(
      ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => [`GET /${id}`, shown(id)]),
    );
    const { nova, asked } = answering({ ...answers, 'GET /a': refused(404) });
    const seen = await byId(nova, ids, NOW);
    expect(seen).toMatchObject({ kind: 'known', observedAt: NOW });
    expect(idsIn(seen)).toEqual(ids.slice(1));
    expect(asked).toHaveLength(8);
  });

  it('begins with the list for nine, and asks for those alone that are not in it', async () => {
    const ids = [...IDS, 'os-g', 'os-h', 'os-i'];
    const listed = page(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'z'].map((id) => server(id)));
    const { nova, asked } = answering({ 'GET /detail': listed, 'GET /i': shown('i') });
    expect(idsIn(await byId(nova, ids, NOW))).toEqual(ids);
    expect(asked).toEqual(['GET /detail', 'GET /i']);
    const blind = answering({ 'GET /detail': AWAY });
    expect(idsIn(await byId(blind.nova, ids, NOW))).toBe('OpenStack did not say: Nova is away');
    expect(blind.asked).toHaveLength(1);
  });

  it.each<readonly [string, Answer, string]>([
    ['is in a cell that is down', done({ server: { id: 'a', status: 'UNKNOWN' } }), CELL],
    ['Nova does not answer for', AWAY, 'OpenStack did not say: Nova is away'],
    [
      'Nova shows nothing of',
      done(),
      "OpenStack did not say: Nova's answer to /servers/a is none of servers",
    ],
  ])('knows nothing if one %s, and asks for no other', async (_, answer, why) => {
    const { nova, asked } = answering({
      ...Object.fromEntries(IDS.map((id) => [`GET /${id.slice(3)}`, shown(id.slice(3))])),
      'GET /a': answer,
    });
    expect(idsIn(await byId(nova, IDS, NOW))).toBe(why);
    expect(asked.length).toBeLessThanOrEqual(5);
  });
});
