import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deadLetters, lettersTold } from '../../../cli/letters/dead-letters.ts';
import { writeTwin } from '../../../cli/stage/twin-file.ts';
import { EVENT_QUEUE, SETTINGS_QUEUE } from '../../../lib/functions/functions.ts';
import { TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import { eventQueue } from '../../../twin/aws/sqs.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { type StageAws, stageAws } from '../../../twin/stage/stage-aws.ts';

const EVENT = {
  'detail-type': 'EC2 Instance State-change Notification',
  detail: { 'instance-id': 'i-1', state: 'terminated' },
};

const START = Date.parse('2026-01-05T00:00:00Z') / 1000;
const folder = mkdtempSync(join(tmpdir(), 'aerie-letters-'));
const env = { XDG_RUNTIME_DIR: folder };
const clock = simulatedClock(START);
const handed: string[] = [];
let isMended = false;

/** A function that fails until it is mended, behind its queue. */
const events = eventQueue(clock, EVENT_QUEUE, (event, done) => {
  if (isMended) handed.push(JSON.stringify(event));
  done(isMended ? { ok: true, answer: {} } : { ok: false, error: 'the endpoint is down' });
});
const settings = eventQueue(clock, SETTINGS_QUEUE, (_, done) => done({ ok: true, answer: {} }));
const untilQuiet = () => {
  while (clock.next() !== undefined) clock.step();
};

const said = async (...args: readonly string[]) => {
  let out = '';
  const code = await deadLetters(['--stage', 'twin', ...args], {
    env,
    write(text) {
      out += text;
    },
  });
  return { code, out };
};

let looked: StageAws;
let forget = () => {};

beforeAll(async () => {
  const aws = { dynamo: 'http://127.0.0.1:1', ec2: 'http://127.0.0.1:2', ssm: 'http://127.0.0.1:3' };
  const functions = { aws: { ...aws, sqs: 'http://127.0.0.1:4' }, variables: {} };
  looked = await stageAws(clock, functions, { hasPilots: true, news: { events, settings } });
});

afterAll(async () => {
  forget();
  await looked.close();
  rmSync(folder, { recursive: true });
});

it('is refused in a sentence while no twin runs', async () => {
  await expect(said()).rejects.toThrow(/^no twin runs now; begin one with npm start/);
});

it('shows what the functions of the twin have given up, again and again, and sends it to them again', async () => {
  forget = writeTwin(looked.aws, env);
  expect(looked.aws.region).toBe(TWIN_REGION);
  for (let i = 0; i < 12; i += 1) events.send(EVENT);
  untilQuiet();
  expect(events.deadLetters).toHaveLength(12);

  const line = '  2026-01-05T00:00:00Z  EC2 Instance State-change Notification: i-1 terminated\n';
  const shown = `events: 12 dead letters\n${line.repeat(12)}settings: 0 dead letters\n`;
  expect(await said()).toEqual({ code: 0, out: shown });
  expect(await said()).toEqual({ code: 0, out: shown });

  const { out } = await said('--json');
  const told = lettersTold.parse(JSON.parse(out));
  expect(told).toEqual(JSON.parse(out));
  const letter = { sentAt: '2026-01-05T00:00:00Z', event: line.slice(24).trim() };
  expect(told).toEqual({
    stage: 'twin',
    queues: [
      { function: 'events', letters: Array.from({ length: 12 }, () => letter), hasMore: false },
      { function: 'settings', letters: [], hasMore: false },
    ],
  });

  isMended = true;
  expect(await said('--resend')).toEqual({ code: 0, out: 'events: 12 sent again\nsettings: 0 sent again\n' });
  untilQuiet();
  expect(events.deadLetters).toEqual([]);
  expect(handed.join('').match(/i-1/g)).toHaveLength(12);
  expect(JSON.parse((await said('--resend', '--json')).out)).toEqual({
    stage: 'twin',
    queues: ['events', 'settings'].map((name) => ({ function: name, sentAgain: 0, left: 0 })),
  });
  expect(await said()).toEqual({ code: 0, out: 'events: 0 dead letters\nsettings: 0 dead letters\n' });
});

it('tells a script what was sent again, though SQS refuses the queue after it', async () => {
  events.send(EVENT);
  isMended = false;
  untilQuiet();
  isMended = true;
  const gate = createServer(async (request, response) => {
    const body = await text(request);
    if (String(request.headers['x-amz-target']).endsWith('.ReceiveMessage') && body.includes('settings')) {
      response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#AccessDenied', message: 'an SCP says no' }));
      return;
    }
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const answer = await fetch(looked.aws.endpoints.sqs, { method: 'POST', headers, body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const { port } = gate.address() as AddressInfo;
  const sqs = `http://127.0.0.1:${port}`;
  const guarded = writeTwin({ ...looked.aws, endpoints: { ...looked.aws.endpoints, sqs } }, env);
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const asked = deadLetters(['--stage', 'twin', '--resend', '--json'], { env, write });
  await expect(asked).rejects.toThrow(/^AWS did not do it \(AccessDenied: an SCP says no\)/);
  expect(JSON.parse(out).queues).toEqual([{ function: 'events', sentAgain: 1, left: 0 }]);
  guarded();
  gate.close();
});
