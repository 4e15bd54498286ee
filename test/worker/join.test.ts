import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { joinRequest } from '../../core/model/pool.ts';
import { python } from './python.ts';

const INSTANCE = 'i-0123456789abcdef0';
const SECRET = 'the-role-s-secret-key';
const METADATA: Readonly<Record<string, string>> = {
  'meta-data/placement/region': 'eu-west-1',
  'meta-data/iam/security-credentials/': 'worker',
  'meta-data/iam/security-credentials/worker': JSON.stringify({
    AccessKeyId: 'ASIAABCDEFGHIJKLMNOP',
    SecretAccessKey: SECRET,
    Token: 'c2Vzc2lvbg==',
  }),
};

const open: Server[] = [];
const directory = mkdtempSync(join(tmpdir(), 'aerie-join-'));
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  rmSync(directory, { recursive: true, force: true });
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
};

/** The metadata service, version 2 only. */
const metadata: RequestListener = ({ method, url = '', headers }, response) => {
  const given = url.replace('/latest/', '');
  if (method === 'PUT') response.end('session');
  else if (headers['x-aws-ec2-metadata-token'] !== 'session') response.writeHead(401).end();
  else if (METADATA[given] === undefined) response.writeHead(404).end();
  else response.end(METADATA[given]);
};

const PROGRAM = `
import join, node, time
node.TOKEN = given["token"]
join.FIRST_WAIT_SECONDS = 0.01
try:
    join.join(given["facts"], given["instance"], time.time() + given["patience"])
except RuntimeError as error:
    print(error)
`;

type Answer = readonly [status: number, body: string];
const GIVEN: Answer = [200, JSON.stringify({ token: 'an.id.token', expiresAt: 4_000_000_000 })];

/** A worker joins at an endpoint that gives these answers, the last one again and again. */
const joined = async (answers: readonly Answer[], patience = 20) => {
  const asked: unknown[] = [];
  const endpointUrl = await serve(async (request, response) => {
    asked.push(JSON.parse(await text(request)));
    const [status, body] = answers[Math.min(asked.length, answers.length) - 1] ?? GIVEN;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const token = join(directory, 'tokens.d', 'aerie');
  const given = { token, patience, instance: INSTANCE, facts: { pool: 'cm.example.org', endpointUrl } };
  const ended = await python(PROGRAM, given, {
    AERIE_IMDS: await serve(metadata),
    http_proxy: 'http://127.0.0.1:9',
    no_proxy: '127.0.0.1',
  });
  return { asked, token, ...ended };
};

describe('a worker that joins', () => {
  it('sends its proof and keeps the token for root alone', async () => {
    const { asked, token, stdout } = await joined([GIVEN]);
    expect(stdout).toBe('');
    expect(asked.map((body) => joinRequest.parse(body).headers)).toEqual([
      expect.objectContaining({ host: 'sts.eu-west-1.amazonaws.com', 'x-aerie-pool': 'cm.example.org' }),
    ]);
    expect(readFileSync(token, 'utf8')).toBe('an.id.token\n');
    expect(statSync(token).mode & 0o777).toBe(0o600);
    expect(statSync(join(token, '..')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['an endpoint that is busy', [503, '{"error":"Later."}']],
    ['an STS that does not know the role yet', [403, '{"error":"Who?"}']],
    ['an answer that is none', [200, '<html>']],
  ] as const)('asks again after %s', async (_, answer) => {
    const { asked, stderr, token } = await joined([answer, GIVEN]);
    expect(asked).toHaveLength(2);
    expect(stderr).toMatch(/^aerie: joining failed, again in /);
    expect(readFileSync(token, 'utf8')).toBe('an.id.token\n');
  });

  it('gives up at once when another answer cannot be expected', async () => {
    const { asked, stdout } = await joined([[409, '{"error":"It has joined before."}']]);
    expect(asked).toHaveLength(1);
    expect(stdout).toMatch(/^joining was refused: the endpoint answered 409: .*It has joined before/);
  });

  it('gives up when its time is over', async () => {
    expect((await joined([[500, '']], 0)).stdout).toMatch(
      /^joining did not succeed in time: the endpoint answered 500/,
    );
  });

  it('says nothing of its keys', async () => {
    const { stdout, stderr } = await joined([
      [403, ''],
      [409, ''],
    ]);
    expect(stdout + stderr).not.toMatch(new RegExp(`${SECRET}|c2Vzc2lvbg|Signature`));
  });
});
