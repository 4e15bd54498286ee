import { createHash, createHmac } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHALLENGE_CALLS, openstackMistakes } from '../../../collector/join/openstack.ts';
import { challengeReply, challengeText } from '../../../core/model/challenge.ts';
import { endpointRules } from '../../../lib/rights/openstack.ts';
import { CLAIMS } from '../join-proof.ts';
import { LAUNCHED, type ServedOpenStack, serveOpenStack } from '../openstack-served.ts';
import { serve } from '../serving.ts';

const POOL = 'cm.example.org';
const TOKEN = `eyJh.${CLAIMS}.c2ln`;
const NONCE = 'ab'.repeat(16);

let cloud: ServedOpenStack;
let id: string;
beforeEach(async () => {
  cloud = await serveOpenStack();
  cloud.served.condor.answers('condor_token_create', { stdout: `${TOKEN}\n` });
  id = cloud.launch();
  cloud.pass(10);
});
afterEach(() => cloud.close());

const ask = (instanceId = id, pool = POOL) =>
  cloud.served.post('/v1/workers/challenge', { instanceId, pool }, 'none');
const asked = async (instanceId = id) => {
  const { status, body } = await ask(instanceId);
  expect([status, body]).toEqual([200, expect.anything()]);
  return challengeReply.parse(body);
};
const join_ = (body: unknown) => cloud.served.post('/v1/workers/join', body, 'none');
/** What Nova has of the challenge. */
const written = (instanceId = id): string | undefined =>
  cloud.serverOf(instanceId).metadata['aerie:challenge'];
/** What a worker sends that reads this challenge. */
const answerTo = (challenge: string, issuedAt: number, instanceId = id, nonce = NONCE, pool = POOL) => ({
  ...{ instanceId, pool, issuedAt, nonce },
  answer: createHmac('sha256', challenge).update(challengeText({ pool, instanceId, nonce })).digest('hex'),
});
const answered = async (instanceId = id, nonce = NONCE) => {
  const { issuedAt } = await asked(instanceId);
  return answerTo(written(instanceId) ?? '', issuedAt, instanceId, nonce);
};
const minted = () => cloud.served.condor.calls('condor_token_create');
const says = (status: number, sentence: string) => ({
  status,
  body: { error: expect.stringContaining(sentence) },
});

describe('a server of an OpenStack that joins', () => {
  it('is challenged in its own metadata, told which challenge that is, and gets the token of exactly itself', async () => {
    const told = await asked();
    expect(written()).toMatch(/^[\w-]{43}$/);
    expect(told).toEqual({
      issuedAt: Math.floor(cloud.served.clock / 60) * 60,
      sha256: createHash('sha256')
        .update(written() ?? '')
        .digest('hex'),
      seconds: 120,
    });
    expect(await join_(answerTo(written() ?? '', told.issuedAt))).toEqual({
      status: 200,
      body: { token: TOKEN, expiresAt: cloud.served.clock + 3600 },
    });
    expect(minted()).toEqual([
      [
        ...['-identity', `${id}@${POOL}`, '-authz', 'ADVERTISE_STARTD', '-authz', 'ADVERTISE_MASTER'],
        ...['-lifetime', '3600'],
      ],
    ]);
    expect(cloud.serverOf(id).metadata).toMatchObject(LAUNCHED);
  });

  it('joins also while Nova builds it, and when it has been started again', async () => {
    const building = cloud.launch();
    await asked(building);
    cloud.world.operator.powerOff(id.slice(3));
    expect(await ask()).toMatchObject(says(403, `${id} is stopped, so that it is not the one who asks.`));
    cloud.world.start(cloud.serverOf(id));
    await asked();
  });

  it('gets a token once, whatever challenge it answers; and the same for the same answer, which may have been lost', async () => {
    const first = await answered();
    const reply = await join_(first);
    expect(reply.status).toBe(200);
    cloud.pass(200);
    expect(await join_(first)).toEqual(reply);
    expect(minted()).toHaveLength(1);
    expect(await join_(await answered(id, 'cd'.repeat(16)))).toMatchObject(says(409, 'has had its token'));
    expect(minted()).toHaveLength(1);
  });

  it('gives one token to one of twenty answers that come at the same time', async () => {
    const { issuedAt } = await asked();
    const nonces = Array.from({ length: 20 }, (_, n) => n.toString(16).padStart(32, '0'));
    const replies = await Promise.all(
      nonces.map((nonce) => join_(answerTo(written() ?? '', issuedAt, id, nonce))),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
  });

  it('answers an endpoint that was started anew what the one before had asked', async () => {
    const answer = await answered();
    const { config } = cloud.served;
    const again = await serve({ openstack: config.openstack, stateDirectory: config.stateDirectory });
    again.clock = cloud.served.clock;
    again.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await again.post('/v1/workers/join', answer)).status).toBe(200);
    expect((await again.post('/v1/workers/join', answer)).status).toBe(200);
    expect(again.condor.calls('condor_token_create')).toHaveLength(1);
    await again.close();
    const other = await serve({ openstack: config.openstack });
    other.clock = cloud.served.clock;
    expect(await other.post('/v1/workers/join', answer)).toMatchObject(
      says(403, 'no answer to the challenge'),
    );
    await other.close();
  });

  it('counts for nothing when no token could be made: the worker may ask again', async () => {
    const answer = await answered();
    cloud.served.condor.answers('condor_token_create', { status: 1, stderr: 'no key' });
    expect((await join_(answer)).status).toBe(503);
    cloud.served.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await join_(answer)).status).toBe(200);
  });
});

describe('a challenge', () => {
  it('is one in a minute, whoever asks and however often: nobody takes it away by asking for another', async () => {
    const paths: string[] = [];
    cloud.road.fates(({ path }) => {
      paths.push(path);
      return { kind: 'pass' };
    });
    const told = await Promise.all([asked(), asked(), asked()]);
    const challenge = written();
    expect(new Set(told.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(paths).toEqual([
      '/v3/auth/tokens',
      `/v2.1/servers/${id.slice(3)}`,
      `/v2.1/servers/${id.slice(3)}/metadata`,
    ]);
    cloud.pass(60 - (cloud.served.clock % 60));
    await asked();
    expect(written()).not.toBe(challenge);
  });

  it('is another one for each server', async () => {
    const other = cloud.launch();
    await Promise.all([asked(), asked(other)]);
    expect(written(other)).not.toBe(written());
  });

  it.each([
    [
      'of another server',
      () => ({ instanceId: 'os-00000000-0000-4000-8000-000000000000' }),
      'no answer to the challenge',
    ],
    [
      'of another moment',
      ({ issuedAt }: { issuedAt: number }) => ({ issuedAt: issuedAt - 60 }),
      'no answer to the challenge',
    ],
    ['with another nonce', () => ({ nonce: 'cd'.repeat(16) }), 'no answer to the challenge'],
    [
      'for another pool',
      () => ({ pool: 'cm.example.com' }),
      'The answer is for another pool than cm.example.org',
    ],
  ])('is not met by an answer %s', async (_, changes, sentence) => {
    const answer = await answered();
    expect(await join_({ ...answer, ...changes(answer) })).toMatchObject(says(403, sentence));
    expect(minted()).toEqual([]);
  });

  it('of one server is not met by another one that has read its own', async () => {
    const other = cloud.launch();
    const { issuedAt } = await asked();
    await asked(other);
    expect(await join_(answerTo(written(other) ?? '', issuedAt))).toMatchObject(
      says(403, `no answer to the challenge that ${id} was given`),
    );
  });

  it('is good for five minutes, and not for one who has the hash that is told', async () => {
    const answer = await answered();
    const { sha256, issuedAt } = await asked();
    expect(await join_(answerTo(sha256, issuedAt))).toMatchObject(says(403, 'no answer'));
    cloud.pass(issuedAt + 301 - cloud.served.clock);
    expect(await join_(answer)).toMatchObject(
      says(403, 'The challenge is 301 s old, limit 300 s; ask for another one.'),
    );
    cloud.served.clock -= 1;
    expect((await join_(answer)).status).toBe(200);
  });
});

describe('a challenge is refused', () => {
  it('to a server that is not in the project', async () => {
    const stranger = 'os-00000000-0000-4000-8000-000000000000';
    expect(await ask(stranger)).toMatchObject(
      says(403, `There is no server ${stranger} in the project grid.`),
    );
  });

  it.each([
    ['another stage has launched', { ...LAUNCHED, 'aerie:stage': 'other' }],
    ['somebody has made by hand', {}],
  ])('to a server that %s', async (_, metadata) => {
    const other = cloud.launch(metadata);
    expect(await ask(other)).toMatchObject(says(403, `${other} was not launched by the stage test.`));
    expect(written(other)).toBeUndefined();
  });

  it('to a server that failed, has ended, or ends while it is asked for', async () => {
    const failed = cloud.launch();
    Object.assign(cloud.serverOf(failed), { status: 'ERROR', task: null });
    expect(await ask(failed)).toMatchObject(says(403, `${failed} is failed`));
    cloud.road.fates(({ method, path }) => {
      if (method === 'POST' && path.endsWith('/metadata')) {
        cloud.world.delete(cloud.serverOf(id));
        cloud.pass(3);
      }
      return { kind: 'pass' };
    });
    expect(await ask()).toMatchObject(says(403, `${id} has ended meanwhile.`));
    cloud.road.calm();
    expect(await ask()).toMatchObject(says(403, `There is no server ${id}`));
  });

  it('for another pool, by an endpoint without an OpenStack, and to who asks too often for nothing', async () => {
    expect(await ask(id, 'cm.example.com')).toMatchObject(
      says(403, 'The worker is of the pool cm.example.com, and this one is cm.example.org.'),
    );
    const plain = await serve({ joining: { tokenSeconds: 3600, perMinute: 5 } });
    const body = { instanceId: id, pool: POOL };
    expect(await plain.post('/v1/workers/challenge', body)).toMatchObject(says(404, 'knows no OpenStack'));
    expect(await plain.post('/v1/workers/join', await answered())).toMatchObject(
      says(404, 'knows no OpenStack'),
    );
    await plain.close();
    const stranger = 'os-00000000-0000-4000-8000-000000000000';
    const statuses = await Promise.all(Array.from({ length: 310 }, () => ask(stranger)));
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([403]));
    expect(await ask(stranger)).toMatchObject(says(429, 'proved nothing'));
  });

  it.each([
    ['a machine of EC2', { instanceId: 'i-0123456789abcdef0', pool: POOL }],
    ['no pool', { instanceId: 'os-00000000-0000-4000-8000-000000000000' }],
    ['a path', { instanceId: 'os-../../../etc/passwd', pool: POOL }],
  ])('with a sentence to %s', async (_, body) => {
    expect(await cloud.served.post('/v1/workers/challenge', body, 'none')).toMatchObject(
      says(400, 'not valid'),
    );
  });
});

describe('while the OpenStack is away a worker is told to ask again', () => {
  it.each([
    ['401 of Keystone', '/v3/auth/tokens', 401, 'Keystone answered 401'],
    ['503 of Keystone', '/v3/auth/tokens', 503, 'Keystone answered 503'],
    ['429 to the look', '', 429, 'Nova answered 429'],
    ['500 to the look', '', 500, 'Nova answered 500'],
    ['403 to the look', '', 403, 'Nova answered 403'],
    ['500 to the challenge', '/metadata', 500, 'Nova answered 500'],
    ['409 to the challenge', '/metadata', 409, 'Nova answered 409'],
    ['413 to the challenge', '/metadata', 413, 'Nova answered 413'],
  ])('%s', async (_, end, status, sentence) => {
    cloud.road.fates(({ path }) =>
      path.endsWith(end === '' ? id.slice(3) : end) ? { kind: 'answered', status } : { kind: 'pass' },
    );
    expect(await ask()).toMatchObject(says(503, sentence));
    cloud.road.calm();
    await asked();
    expect((await join_(answerTo(written() ?? '', Math.floor(cloud.served.clock / 60) * 60))).status).toBe(
      200,
    );
  });

  it('also where its cell does not answer, and where what it has done is lost on the way', async () => {
    cloud.world.operator.cell('down');
    expect(await ask()).toMatchObject(says(503, 'a cell of Nova does not answer'));
    const payload = { instanceId: id, pool: POOL };
    const again = await cloud.served.app.inject({ method: 'POST', url: '/v1/workers/challenge', payload });
    expect(again.headers['retry-after']).toBe('30');
    cloud.world.operator.cell('up');
    cloud.road.fates(({ path }) =>
      path.endsWith('/metadata') ? { kind: 'unanswered', share: 0 } : { kind: 'pass' },
    );
    expect(await ask()).toMatchObject(says(503, 'The server cannot be challenged: Nova'));
    const challenge = written();
    cloud.road.calm();
    await asked();
    expect(written()).toBe(challenge);
  });

  it('and takes a token anew that has come to its end', async () => {
    await asked();
    cloud.road.fates(({ path }, nth) =>
      nth === 0 && !path.startsWith('/v3') ? { kind: 'answered', status: 401 } : { kind: 'pass' },
    );
    await asked(cloud.launch());
  });
});

describe("--check says of the endpoint's OpenStack", () => {
  const mistakes = (changes: Readonly<Record<string, unknown>> = {}) => {
    const { openstack } = cloud.served.config;
    return openstackMistakes(openstack === undefined ? undefined : { ...openstack, ...changes });
  };
  const credential = (text: string): string => {
    const file = join(cloud.served.config.stateDirectory, 'other.json');
    writeFileSync(file, text);
    return file;
  };

  it('what it asks for, which are the access rules that the admin is told to give', () => {
    const rules = CHALLENGE_CALLS.map((call) => ({ service: 'compute', ...call }));
    expect(endpointRules('')).toEqual(rules);
  });

  it('nothing, where all is as it should be or there is none', async () => {
    expect([await mistakes(), await openstackMistakes(undefined)]).toEqual([[], []]);
    expect(existsSync(join(cloud.served.config.stateDirectory, 'challenge-key'))).toBe(true);
  });

  it.each([
    [
      'no right',
      '{"id": "nothing", "secret": "allowed"}',
      'The OpenStack takes no call of the endpoint: Nova answered 401',
    ],
    [
      'a wrong secret',
      '{"id": "endpoint", "secret": "x"}',
      'The OpenStack takes no call of the endpoint: Keystone answered 401',
    ],
    ['no credential', '{}', 'is not {"id": …, "secret": …} of an application credential'],
  ])('that its credential is %s', async (_, text, sentence) => {
    expect(await mistakes({ credentialFile: credential(text) })).toEqual([expect.stringContaining(sentence)]);
  });

  it('which right is missing, another project, another region, and a file that is not there', async () => {
    const rules = cloud.world.options.credentials[0]?.accessRules ?? [];
    Object.assign(cloud.world.options.credentials[0] ?? {}, {
      accessRules: rules.filter(({ method }) => method === 'GET'),
    });
    expect(await mistakes()).toEqual([
      expect.stringMatching(
        /has no right to POST \/servers\/\*\/metadata; make one with both access rules\.$/,
      ),
    ]);
    expect(await mistakes({ project: 'other' })).toEqual([expect.stringContaining("the stage's is other")]);
    expect(await mistakes({ region: 'Elsewhere' })).toEqual([expect.stringContaining('in region Elsewhere')]);
    expect(await mistakes({ caFile: '/nowhere/ca.pem' })).toEqual([
      expect.stringContaining('The OpenStack cannot be asked: ENOENT'),
    ]);
    cloud.road.fates(() => ({ kind: 'answered', status: 503 }));
    expect(await mistakes()).toEqual([expect.stringContaining('Keystone answered 503')]);
  });

  it.each([
    [503, 'Nova answered 503'],
    [429, 'Nova answered 429'],
  ])('once that Nova did not say what may be asked of it, with %d to everything', async (status, why) => {
    cloud.road.fates(({ path }) =>
      path.startsWith('/v3') ? { kind: 'pass' } : { kind: 'answered', status },
    );
    expect(await mistakes()).toEqual([
      expect.stringMatching(`^The OpenStack did not say what the endpoint may do: ${why}`),
    ]);
  });
});
