import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Answer } from '../../../../adapters/clouds/openstack/answer.ts';
import { novaConsoles } from '../../../../adapters/clouds/openstack/console.ts';
import { type Batch, classOf, create } from '../../../../adapters/clouds/openstack/create.ts';
import { serverPath } from '../../../../adapters/clouds/openstack/ids.ts';
import { novaTags } from '../../../../adapters/clouds/openstack/labels.ts';
import type { Nova } from '../../../../adapters/clouds/openstack/nova.ts';
import { permitOf } from '../../../../adapters/clouds/openstack/permit.ts';
import { isDenied, probe } from '../../../../adapters/clouds/openstack/probe.ts';
import { openLaunch } from '../../../core/worlds.ts';

type Call = Parameters<Nova['ask']>[0];

/** A Nova that answers so, one after the other, and what it was asked. */
const answering = (...answers: readonly Answer[]) => {
  const asked: Call[] = [];
  const rest = answers.values();
  const nova: Nova = {
    async ask(call) {
      asked.push(call);
      return rest.next().value ?? { kind: 'unclear', why: 'Nova is away' };
    },
  };
  return { nova, asked };
};

const done = (body: unknown): Answer => ({ kind: 'done', body });
const AWAY: Answer = { kind: 'unclear', why: 'Nova is away' };
const refused = (status: number, why = 'no'): Extract<Answer, { kind: 'refused' }> => ({
  ...{ kind: 'refused', status, code: 'No', why },
});

const { request } = openLaunch(2);
const batch = (count: number, more: Partial<Batch> = {}): Batch => ({
  ...{ request, count, flavourId: 'f-1', permit: 'token', seconds: 25 },
  recipe: { image: 'of the recipe', userData: 'ZGF0YQ==', securityGroups: ['a', 'b'] },
  place: { flavour: 'g1.small', zone: 'nova', subnetId: 'net-1' },
  ...more,
});

const TAKEN = done({ reservation_id: 'r-1' });
const shown = (...ids: readonly string[]) => done({ servers: ids.map((id) => ({ id })) });
const standing = (...statuses: readonly string[]) =>
  done({ servers: statuses.map((status) => ({ status })) });

describe('a batch of servers', () => {
  it('is asked for with all that it needs, and several under a reservation', async () => {
    const { nova, asked } = answering(TAKEN, shown('a', 'b'));
    expect(await create(nova, batch(2))).toEqual({ kind: 'made', ids: ['os-a', 'os-b'] });
    const server = {
      ...{
        name: `aerie-${request.launchId}`,
        flavorRef: 'f-1',
        imageRef: 'of the recipe',
        key_name: 'token',
      },
      ...{ networks: [{ uuid: 'net-1' }], availability_zone: 'nova', user_data: 'ZGF0YQ==' },
      security_groups: [{ name: 'a' }, { name: 'b' }],
      ...{ metadata: request.tags, tags: novaTags(request.tags) },
      ...{ min_count: 1, max_count: 2, return_reservation_id: true },
    };
    expect(asked).toEqual([
      { method: 'POST', path: '/servers', body: { server }, timeoutSeconds: 25 },
      { method: 'GET', path: '/servers?reservation_id=r-1' },
    ]);
  });

  it('of one is one server, without a reservation', async () => {
    const { nova, asked } = answering(done({ server: { id: 'a' } }));
    expect(await create(nova, batch(1))).toEqual({ kind: 'made', ids: ['os-a'] });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.body).not.toHaveProperty('server.max_count');
  });

  it.each([
    ['its place', { imageId: 'of the place' }, { imageId: 'of the template' }, 'of the place'],
    ['its template', {}, { imageId: 'of the template' }, 'of the template'],
    ['the recipe', {}, {}, 'of the recipe'],
  ])('is of the image of %s', async (_, place, template, image) => {
    const { nova, asked } = answering(done({ server: { id: 'a' } }));
    const given = batch(1);
    await create(nova, {
      ...given,
      place: { ...given.place, ...place },
      request: { ...request, template: { ...request.template, ...template } },
    });
    expect(asked[0]?.body).toMatchObject({ server: { imageRef: image } });
  });

  it.each<readonly [string, readonly Answer[], string | readonly string[]]>([
    ['Nova does not answer', [AWAY], 'Nova is away'],
    ['no reservation is named', [done({})], 'Nova took the request and names no reservation'],
    ['no list is to be had', [TAKEN, AWAY], 'Nova took the request and does not show r-1'],
    ['a list is none', [TAKEN, done({})], 'Nova took the request and does not show r-1'],
    ['none is shown', [TAKEN, shown()], 'Nova took the request and does not show r-1'],
    [
      'fewer are shown, and a cell is away',
      [TAKEN, shown('a'), standing('ACTIVE', 'UNKNOWN')],
      'Nova does not show all of r-1',
    ],
    [
      'fewer are shown, and nobody says of the cells',
      [TAKEN, shown('a'), AWAY],
      'Nova does not show all of r-1',
    ],
    ['fewer are shown, and all cells are there', [TAKEN, shown('a'), standing('ACTIVE')], ['os-a']],
  ])('where %s comes to that', async (_, answers, outcome) => {
    const { nova, asked } = answering(...answers);
    expect(await create(nova, batch(2))).toEqual(
      typeof outcome === 'string' ? { kind: 'unclear', why: outcome } : { kind: 'made', ids: outcome },
    );
    if (answers.length === 3) expect(asked[2]).toEqual({ method: 'GET', path: '/servers/detail' });
  });

  const zones = (...names: readonly string[]) =>
    done({ availabilityZoneInfo: names.map((zoneName) => ({ zoneName })) });
  const ZONE = 'The requested availability zone is not available';

  it.each<readonly [string, ReturnType<typeof refused>, readonly Answer[], string]>([
    ['the quota', refused(403, 'Quota exceeded for cores'), [], 'quota'],
    ['a right', refused(403, 'Policy does not allow it'), [], 'configuration'],
    ['what is wrong, and has the word quota', refused(400, 'quota'), [], 'configuration'],
    ['a zone that is there', refused(400, ZONE), [zones('a', 'nova')], 'capacity'],
    ['a zone that is not there', refused(400, ZONE), [zones('a')], 'configuration'],
    ['a zone, and nobody says which there are', refused(400, ZONE), [AWAY], 'configuration'],
    ['a zone, and the list is none', refused(400, ZONE), [done({})], 'configuration'],
  ])('that is refused for %s', async (_, refusal, answers, kind) => {
    const { nova, asked } = answering(...answers);
    expect(await classOf(nova, refusal, 'nova')).toBe(kind);
    expect(asked).toEqual(answers.map(() => ({ method: 'GET', path: '/os-availability-zone' })));
  });
});

describe('the key pair of a launch', () => {
  it('is a whole public key, of which nobody has the other half', async () => {
    const { nova, asked } = answering(done({}), refused(404));
    expect(await permitOf(nova, 'token-1').take()).toMatchObject({ kind: 'done' });
    expect(asked).toMatchObject([
      { method: 'POST', path: '/os-keypairs', body: { keypair: { name: 'token-1', type: 'ssh' } } },
      { method: 'GET', path: '/os-keypairs/token-1-closed' },
    ]);
    const { keypair } = z.object({ keypair: z.object({ public_key: z.string() }) }).parse(asked[0]?.body);
    const [kind, blob = ''] = keypair.public_key.split(' ');
    const bytes = Buffer.from(blob, 'base64');
    expect([kind, bytes.length, bytes.subarray(0, 19).toString('latin1')]).toEqual([
      ...['ssh-ed25519', 51, '\0\0\0\x0bssh-ed25519\0\0\0\x20'],
    ]);
    const x = bytes.subarray(19).toString('base64url');
    expect(createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }).type).toBe('public');
  });
});

describe('a right that is tried', () => {
  it.each([
    ['GET', '/servers/*', undefined],
    ['DELETE', '/servers/*/tags', undefined],
    ['POST', '/servers/*/action', {}],
  ] as const)('%s %s changes nothing, whoever may', async (method, path, body) => {
    const { nova, asked } = answering(done({}));
    await probe(nova, { method, path });
    const nothing = path.replace('*', '00000000-0000-4000-8000-000000000000');
    expect(asked).toStrictEqual([{ method, path: nothing, ...(body === undefined ? {} : { body }) }]);
  });

  it.each<readonly [string, Answer, boolean]>([
    ['done', done({}), false],
    ['of what is not there', refused(404), false],
    ['forbidden', refused(403), true],
    ['of a caller that is not accepted', { kind: 'caller', code: '401', why: 'no' }, true],
    ['not answered', AWAY, false],
  ])('and %s is denied: %s', (_, answer, denied) => {
    expect(isDenied(answer)).toBe(denied);
  });
});

describe('a server', () => {
  it('is called by its id, whatever is in it', () => {
    expect(serverPath('os-a/b')).toBe('/servers/a%2Fb');
    for (const id of ['i-0a', 'xos-a', 'os-'])
      expect(() => serverPath(id)).toThrow(`${id} is no server of an OpenStack`);
  });

  it('has a console of a hundred lines, for which nobody waits', async () => {
    const { nova, asked } = answering(done({ output: 'boot\n' }), done({}), AWAY);
    const { latest, kept } = novaConsoles(nova);
    expect([await latest('os-a'), await kept('os-a'), await latest('os-a')]).toEqual([
      ...['boot', undefined, undefined],
    ]);
    expect(asked[0]).toEqual({
      ...{ method: 'POST', path: '/servers/a/action', timeoutSeconds: 2 },
      body: { 'os-getConsoleOutput': { length: 100 } },
    });
  });

  it.each([
    ['x'.repeat(48), false],
    ['x'.repeat(49), true],
    ['a,b', true],
    ['a/b', true],
  ])('is tagged with a label as it is if Nova takes that (%s: %s)', (value, isHashed) => {
    const [tag = ''] = novaTags({ 'aerie:stage': value });
    expect(tag.length).toBeLessThanOrEqual(60);
    expect(tag === `aerie:stage=${value}`).toBe(!isHashed);
    if (isHashed) expect(tag).toMatch(/^aerie:stage~[0-9a-f]{24}$/);
  });
});
