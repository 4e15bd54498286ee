import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../twin/wire/http.ts';
import { python } from './python.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const ADVICE = {
  'meta-data/events/recommendations/rebalance': JSON.stringify({ noticeTime: '2027-01-15T08:00:00Z' }),
};
const ACTION = {
  'meta-data/spot/instance-action': JSON.stringify({ action: 'terminate', time: '2027-01-15T08:02:00Z' }),
};
const tagged = (value: string) => ({ 'meta-data/tags/instance/aerie:rebalance': value });

/** What the watch makes of a metadata service that knows this. */
const noticeOf = async (known: Readonly<Record<string, string>>): Promise<unknown> => {
  const server = createServer(({ method, url = '' }, response) => {
    const text = known[decodeURIComponent(url).replace('/latest/', '')];
    if (method === 'PUT') response.end('session');
    else if (text === undefined) response.writeHead(404).end();
    else response.end(text);
  });
  const { url, close } = await listen(server);
  closing.push(close);
  const { stdout, stderr } = await python('import watch\nprint(json.dumps(watch.notice()))', null, {
    AERIE_IMDS: url,
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
};

describe('the notices that a worker acts on', () => {
  it('are none while EC2 has none', async () => {
    expect(await noticeOf({})).toBeNull();
  });

  it.each([
    ['whose fleet drains on one is that it may be taken', tagged('drain'), { ends: false }],
    ['whose fleet ignores them is none', {}, null],
  ])('after a rebalance recommendation, for a worker %s', async (_, tags, expected) => {
    const notice = await noticeOf({ ...ADVICE, ...tags });
    if (expected === null) expect(notice).toBeNull();
    else expect(notice).toMatchObject(expected);
  });

  it('are of its end, whatever else EC2 recommends and its fleet ignores', async () => {
    expect(await noticeOf({ ...ADVICE, ...ACTION })).toMatchObject({ ends: true });
  });
});
