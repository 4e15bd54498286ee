import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLAIMS, claimsOf, joinProof } from '../join-proof.ts';
import { type Served, serve } from '../serving.ts';

const ID = 'i-0abc123def4567890';
const ROLE = `arn:aws:sts::123456789012:assumed-role/worker/${ID}`;
const TOKEN = `eyJh.${CLAIMS}.c2ln`;

const answerFor = (arn: string, account = '123456789012'): string =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AROAEXAMPLE:${ID}</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** An STS that says what it is told to, and keeps what it was asked. */
interface Sts {
  status: number;
  text: string;
  asked: { headers: NodeJS.Dict<string | string[]>; body: string }[];
}
const sts: Sts = { status: 200, text: answerFor(ROLE), asked: [] };
let stsServer: Server;
let host: string;
let served: Served;

beforeEach(async () => {
  Object.assign(sts, { status: 200, text: answerFor(ROLE), asked: [] });
  stsServer = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      sts.asked.push({ headers: request.headers, body });
      response.writeHead(sts.status, { 'content-type': 'text/xml' }).end(sts.text);
    });
  });
  await new Promise<void>((resolve) => stsServer.listen(0, '127.0.0.1', resolve));
  const { port } = stsServer.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  served = await serve({
    sts: { url: `http://${host}/`, account: '123456789012', roles: ['worker', 'other-worker'] },
    joining: { tokenSeconds: 3600, key: 'aerie', perMinute: 50 },
  });
  served.condor.answers('condor_token_create', { stdout: `${TOKEN}\n` });
});
afterEach(async () => {
  stsServer.closeAllConnections();
  await new Promise((resolve) => stsServer.close(resolve));
  await served.close();
});

/** `served.clock` is 2026-11-23T05:16:40Z. */
const SIGNED_AT = new Date('2026-11-23T05:16:00Z');
const proof = (headers: Record<string, string> = {}) => {
  const { headers: signed, instanceId } = joinProof(ID, host, SIGNED_AT);
  return { instanceId, headers: { ...signed, ...headers } };
};
const { authorization: AUTHORIZATION } = joinProof(ID, '', SIGNED_AT).headers;
/** Signed a second later. */
const ANOTHER = { 'x-amz-date': '20261123T051601Z' };
/** Signed at the moment of the endpoint's clock. */
const proofNow = () => joinProof(ID, host, new Date(served.clock * 1_000));
/** Another life of the endpoint, with the same state folder. */
const startedAnew = () =>
  serve({
    sts: served.config.sts,
    joining: served.config.joining,
    stateDirectory: served.config.stateDirectory,
  });
const joinWith = (body: unknown) => served.post('/v1/workers/join', body, 'none');
const minted = () => served.condor.calls('condor_token_create').length;

describe('POST /v1/workers/join', () => {
  it('needs no secret, and gives a token of that instance with what joining needs and no more', async () => {
    expect(await joinWith(proof())).toEqual({
      status: 200,
      body: { token: TOKEN, expiresAt: served.clock + 3600 },
    });
    expect(served.condor.calls('condor_token_create')).toEqual([
      [
        ...['-identity', `${ID}@cm.example.org`, '-authz', 'ADVERTISE_STARTD', '-authz', 'ADVERTISE_MASTER'],
        ...['-lifetime', '3600', '-key', 'aerie'],
      ],
    ]);
  });

  it('sends STS the request that was signed, as it was signed', async () => {
    await joinWith(proof());
    expect(sts.asked).toEqual([
      {
        headers: { ...proof().headers, 'content-length': '43', connection: expect.any(String) },
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      },
    ]);
  });

  it('gives an instance a token once, also from an endpoint that was started anew', async () => {
    expect((await joinWith(proof())).status).toBe(200);
    const refused = { status: 409, body: { error: expect.stringContaining('has had its token') } };
    expect(await joinWith(proof(ANOTHER))).toMatchObject(refused);
    expect(existsSync(join(served.config.stateDirectory, 'joined', ID))).toBe(true);
    const again = await startedAnew();
    expect(await again.post('/v1/workers/join', proof(ANOTHER))).toMatchObject(refused);
    expect(again.condor.callCount()).toBe(0);
    await again.close();
  });

  it('gives an instance that slept longer than its token lasts another one, once', async () => {
    await joinWith(proof());
    const path = join(served.config.stateDirectory, 'joined', ID);
    const { tokenSeconds } = served.config.joining;
    const taken = served.clock;
    utimesSync(path, taken, taken);
    served.clock = taken + tokenSeconds;
    expect((await joinWith(proofNow())).status).toBe(409);
    served.clock += 1;
    expect((await joinWith(proofNow())).status).toBe(200);
    utimesSync(path, served.clock, served.clock);
    served.clock += 1;
    expect((await joinWith(proofNow())).status).toBe(409);
    expect(minted()).toBe(2);
  });

  it.each([
    ['a day ahead after it has joined', 86_400, 0],
    ['a day ahead when it joined, and set back', 0, 86_400],
  ])(
    'gives an instance no second token while its first one lives, by a clock that was %s',
    async (_, ahead, back) => {
      await joinWith(proof());
      const path = join(served.config.stateDirectory, 'joined', ID);
      utimesSync(path, served.clock, served.clock);
      served.setBack(back - ahead);
      // By the right clock the first token lives on for a day, however long the machine runs.
      served.clock += back > 0 ? served.config.joining.tokenSeconds + 1 : 0;
      expect((await joinWith(proofNow())).status).toBe(409);
      expect(minted()).toBe(1);
    },
  );

  it('gives the same answer to the same proof, whose first answer may have been lost, as long as it is fresh', async () => {
    const first = await joinWith(proof());
    served.condor.answers('condor_token_create', { stdout: `eyJh.${CLAIMS}.another` });
    served.clock += 200;
    expect(await joinWith(proof())).toEqual(first);
    expect([minted(), sts.asked.length]).toEqual([1, 1]);
    served.clock += 100;
    expect(await joinWith(proof())).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('old') },
    });
  });

  it('takes a proof for the same in whatever order its headers come', async () => {
    const { instanceId, headers } = proof();
    const turned = { instanceId, headers: Object.fromEntries(Object.entries(headers).reverse()) };
    const [first, second] = [
      await served.post('/v1/workers/join', { instanceId, headers }),
      await served.post('/v1/workers/join', turned),
    ];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(served.condor.calls('condor_token_create')).toHaveLength(1);
  });

  it('gives a token to the same proof also after it was started anew, and to no other', async () => {
    await joinWith(proof());
    const again = await startedAnew();
    again.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await again.post('/v1/workers/join', proof(ANOTHER))).status).toBe(409);
    expect(await again.post('/v1/workers/join', proof())).toMatchObject({
      status: 200,
      body: { token: TOKEN },
    });
    await again.close();
  });

  it('gives one token to twenty who ask at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => joinWith(proof())));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect([minted(), sts.asked.length]).toEqual([1, 1]);
  });

  it('gives one token to one of twenty proofs of an instance that come at the same time', async () => {
    const second = (n: number) => `20261123T0516${String(n).padStart(2, '0')}Z`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => joinWith(proof({ 'x-amz-date': second(n) }))),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    expect(minted()).toBe(1);
  });

  it('counts for nothing when no token could be made: the worker may ask again', async () => {
    served.condor.answers('condor_token_create', { status: 1, stderr: 'no key' });
    expect((await joinWith(proof())).status).toBe(503);
    served.condor.answers('condor_token_create', { stdout: 'no token' });
    expect((await joinWith(proof())).status).toBe(503);
    for (const domain of ['cm', 'CM.example.org']) {
      served.condor.answers('condor_token_create', { stdout: `eyJh.${claimsOf(domain)}.c2ln` });
      expect(await joinWith(proof())).toEqual({
        status: 503,
        body: {
          error: `The pool could not be asked: condor_token_create: signed for TRUST_DOMAIN "${domain}", expected "cm.example.org". Ask again later.`,
        },
      });
    }
    served.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await joinWith(proof())).status).toBe(200);
  });

  it('leaves an instance whose token could not be made to any proof of it, and one that has its token to its own', async () => {
    served.condor.answers('condor_token_create', { status: 1, stderr: 'no key' });
    expect((await joinWith(proof())).status).toBe(503);
    served.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await joinWith(proof(ANOTHER))).status).toBe(200);
    // Nothing is remembered of its answer, and this time there is none.
    const again = await startedAnew();
    again.condor.answers('condor_token_create', { status: 1, stderr: 'no key' });
    expect((await again.post('/v1/workers/join', proof(ANOTHER))).status).toBe(503);
    again.condor.answers('condor_token_create', { stdout: TOKEN });
    expect((await again.post('/v1/workers/join', proof())).status).toBe(409);
    expect((await again.post('/v1/workers/join', proof(ANOTHER))).status).toBe(200);
    await again.close();
  });

  it.each(['/keys', undefined])('signs with the key of the folder %s', async (keyDirectory) => {
    const own = { ...served.config.joining, ...(keyDirectory === undefined ? {} : { keyDirectory }) };
    const other = await serve({ sts: served.config.sts, joining: own });
    const said = join(other.condor.directory, 'said');
    writeFileSync(
      join(other.condor.directory, 'condor_token_create'),
      `#!/bin/sh\necho "$_CONDOR_SEC_PASSWORD_DIRECTORY" > ${said}\necho ${TOKEN}\n`,
    );
    expect((await other.post('/v1/workers/join', proof())).status).toBe(200);
    expect(readFileSync(said, 'utf8')).toBe(`${keyDirectory ?? ''}\n`);
    await other.close();
  });

  it.each([
    ['another pool', { 'x-aerie-pool': 'cm.example.com' }, 'another pool'],
    ['another host', { host: 'sts.attacker.example' }, 'another host'],
    ['no signature', { authorization: 'Bearer x' }, 'no signature of version 4'],
    [
      'another service',
      { authorization: AUTHORIZATION.replace('/sts/', '/ec2/') },
      'no signature of version 4',
    ],
    [
      'a pool that is not signed',
      {
        authorization: AUTHORIZATION.replace(';x-aerie-pool;x-amz-date;x-amz-security-token', ';x-amz-date'),
      },
      'has to sign the headers',
    ],
    ['six minutes of age', { 'x-amz-date': '20261123T051039Z' }, 'is 361 s old, limit 300 s'],
    ['six minutes to come', { 'x-amz-date': '20261123T052241Z' }, 'is -361 s old'],
    ['another day than its key', { 'x-amz-date': '20261122T051600Z' }, 'no usable date'],
    ['an impossible date', { 'x-amz-date': '20261123T996099Z' }, 'no usable date'],
    ['a second line in a header', { 'x-amz-security-token': 'a\r\nx-evil: 1' }, 'no request can have'],
  ])('refuses a proof with %s, and asks nobody', async (_, headers, sentence) => {
    expect(await joinWith(proof(headers))).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining(sentence) },
    });
    expect([sts.asked.length, minted()]).toEqual([0, 0]);
  });

  it.each([
    [
      'another account',
      answerFor(ROLE.replace('123456789012', '210987654321'), '210987654321'),
      'in another account',
    ],
    ['an account that its name belies', answerFor(ROLE, '210987654321'), 'in another account'],
    ['another role', answerFor(ROLE.replace('/worker/', '/admin/')), 'with the role admin'],
    [
      'another instance',
      answerFor(ROLE.replace(ID, 'i-0abc123def4567891')),
      'by i-0abc123def4567891, not by',
    ],
    ['a user', answerFor('arn:aws:iam::123456789012:user/eve'), 'something else than the role'],
  ])('refuses a caller who is %s', async (_, text, sentence) => {
    sts.text = text;
    expect(await joinWith(proof())).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining(sentence) },
    });
    expect(minted()).toBe(0);
  });

  it.each([
    ['refuses it', 403, '<Error/>', 403, 'STS does not accept the proof'],
    ['fails', 500, 'oops', 503, 'STS answered 500'],
    ['says what nobody expects', 200, '{}', 503, 'STS answered 200'],
    ['names two callers', 200, answerFor(ROLE) + answerFor(ROLE), 503, 'STS answered 200'],
    ['redirects', 302, '', 503, 'STS answered 302'],
  ])('gives nothing when STS %s, and says so', async (_, status, text, expected, why) => {
    Object.assign(sts, { status, text });
    expect(await joinWith(proof())).toEqual({
      status: expected,
      body: { error: expect.stringContaining(why) },
    });
    expect(minted()).toBe(0);
  });

  it('gives nothing when STS is not there', async () => {
    await new Promise((resolve) => stsServer.close(resolve));
    expect((await joinWith(proof())).status).toBe(503);
    expect(minted()).toBe(0);
  });

  it('asks STS so many times a minute and no more, and uses nothing up beyond that', async () => {
    sts.text = 'no';
    sts.status = 500;
    let n = 0;
    const ask = () => {
      n += 1;
      return joinWith(proof({ 'x-amz-security-token': `t${n}` }));
    };
    for (let left = 3_000; left > 0; left -= 100) {
      await Promise.all(Array.from({ length: 100 }, ask));
    }
    Object.assign(sts, { status: 200, text: answerFor(ROLE) });
    const asked = sts.asked.length;
    const refused = await ask();
    expect([asked, refused.status, sts.asked.length, minted()]).toEqual([3_000, 503, 3_000, 0]);
    expect(refused.body).toEqual({ error: expect.stringContaining('can wait for their turn') });
    served.clock += 1;
    expect((await ask()).status).toBe(200);
  });

  it('forgets instances long after their token has ended, once a day, when a proof has shown that its clock is right', async () => {
    const { stateDirectory, joining } = served.config;
    const twoLives = served.clock - 2 * joining.tokenSeconds;
    const leave = (name: string, at: number) => {
      const file = join(stateDirectory, 'joined', name);
      writeFileSync(file, 'hash');
      utimesSync(file, at, at);
      return file;
    };
    const [old, young] = [leave('old', twoLives - 10), leave('young', twoLives)];
    const again = await startedAnew();
    expect([old, young].map(existsSync)).toEqual([true, true]);
    await again.close();
    await joinWith(proof());
    await expect.poll(() => existsSync(old)).toBe(false);
    expect(existsSync(young)).toBe(true);
    const next = leave('next', twoLives - 10);
    served.clock += 86_400 - 1;
    await joinWith(proofNow());
    expect(existsSync(next)).toBe(true);
    served.clock += 1;
    await joinWith(proofNow());
    await expect.poll(() => existsSync(next)).toBe(false);
  });
});

describe('a state folder that cannot be written', () => {
  /** Whoever takes the folder's place has no room in it. */
  const breakState = () => {
    const folder = join(served.config.stateDirectory, 'joined');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    return () => {
      rmSync(folder);
      mkdirSync(folder);
    };
  };
  const metric = async () =>
    /^aerie_endpoint_state_writable (\d)$/m.exec(String((await served.get('/metrics')).body))?.[1];

  it('is said to the worker, who may ask again, and shows in a metric', async () => {
    const mend = breakState();
    const { statusCode, headers, json } = await served.app.inject({
      method: 'POST',
      url: '/v1/workers/join',
      payload: proof(),
    });
    expect([statusCode, headers['retry-after'], json()]).toEqual([
      503,
      '30',
      { error: expect.stringMatching(/^The endpoint cannot write into its state folder \(ENOTDIR.+\.$/) },
    ]);
    expect([minted(), await metric()]).toEqual([0, '0']);
    mend();
    expect((await joinWith(proof())).status).toBe(200);
    expect(await metric()).toBe('1');
  });
});
