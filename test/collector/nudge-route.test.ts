import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NUDGE_BODY } from '../../core/model/nudge.ts';
import { face, reply } from '../../twin/wire/http.ts';
import { METRICS_SECRET, NEXT_SECRET, SECRET, type Served, serve } from './serving.ts';

let served: Served;
let sqs: Awaited<ReturnType<typeof face>>;
let got: string[];
let log: string;

beforeEach(async () => {
  got = [];
  sqs = await face(({ url = '' }, response) => {
    got.push(url);
    reply(response, 200, 'text/xml', '<SendMessageResponse/>');
  });
  served = await serve();
  log = join(served.condor.directory, 'job_queue.log');
  writeFileSync(log, 'a');
  served.condor.answers('condor_config_val', { stdout: log });
});
afterEach(async () => {
  await served.close();
  await sqs.close();
});

/** A workers tick asks for a view, with this secret, and these headers besides those of its nudges. */
const tick = async (secret = SECRET, more: Readonly<Record<string, string>> = {}) => {
  const headers = {
    authorization: `Bearer ${secret}`,
    'x-aerie-nudge': `${sqs.url}/123456789012/ticks?MessageBody=${encodeURIComponent(NUDGE_BODY)}`,
    'x-aerie-tick-seconds': '20',
    ...more,
  };
  return (await served.app.inject({ url: '/v1/pool', headers })).statusCode;
};
/** A second passes, and what it brings is done. */
const second = async () => {
  served.clock += 1;
  const due = served.later.splice(0);
  for (const act of due) act();
  while (served.later.length < due.length) await new Promise((resolve) => setTimeout(resolve, 5));
};
const seconds = async (count: number) => {
  for (let n = 0; n < count; n += 1) await second();
};
const jobs = () => {
  appendFileSync(log, 'b');
  served.condor.answers('condor_q', { stdout: '1\n' });
};
/** Runs of condor_q that are not a view's. */
const looks = () => served.condor.calls('condor_q').filter((args) => args.includes('-limit')).length;

describe('the endpoint, once a tick has said where a nudge goes', () => {
  it.each([
    ['its secret', SECRET],
    ['the secret that comes after it', NEXT_SECRET],
  ])('sends one message when a job has come, with %s', async (_, secret) => {
    expect(await tick(secret)).toBe(200);
    await seconds(8);
    expect(got).toEqual([]);
    jobs();
    await seconds(2);
    expect(got).toHaveLength(1);
    expect(got[0]).toContain(encodeURIComponent(NUDGE_BODY));
    const { body } = await served.get('/metrics');
    expect(body).toContain('aerie_endpoint_nudges_total{outcome="sent"} 1');
  });

  it.each<[string, Parameters<typeof tick>, number]>([
    ['the secret for metrics', [METRICS_SECRET], 401],
    ['no secret of anybody', ['x'.repeat(40)], 401],
    ['a period that is none', [SECRET, { 'x-aerie-tick-seconds': 'soon' }], 200],
    ['a period of nothing', [SECRET, { 'x-aerie-tick-seconds': '0' }], 200],
  ])('listens to nobody with %s', async (_, asks, status) => {
    expect(await tick(...asks)).toBe(status);
    jobs();
    await seconds(12);
    expect(got).toEqual([]);
    expect(looks()).toBe(0);
  });

  it('goes nowhere else than to SQS, whatever is said, and says so in one line', async () => {
    expect(await tick(SECRET, { 'x-aerie-nudge': 'https://example.org/123456789012/q?a' })).toBe(200);
    jobs();
    await seconds(14);
    expect(got).toEqual([]);
    expect(served.told).toEqual([expect.stringContaining('no signed URL of a queue')]);
  });
});
