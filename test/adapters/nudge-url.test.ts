import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nudgeHeaders } from '../../adapters/nudge-url.ts';
import { sendNudge } from '../../collector/nudge/nudge.ts';
import { NUDGE_BODY, NUDGE_HEADER, TICK_SECONDS_HEADER } from '../../core/model/nudge.ts';
import { sqsFace } from '../../twin/aws/sqs-face.ts';
import type { Face } from '../../twin/wire/http.ts';

const PATH = '/123456789012/aerie-prod-ticks';
const KEYS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'secret' };

let sqs: Face;
let skewSeconds: number;
let got: (readonly [body: string, delaySeconds: number | undefined])[];
beforeEach(async () => {
  got = [];
  skewSeconds = 0;
  sqs = await sqsFace({
    path: PATH,
    region: 'us-east-1',
    credentials: KEYS,
    nowSeconds: () => Date.now() / 1000 + skewSeconds,
    onMessage: (body, delaySeconds) => got.push([body, delaySeconds]),
  });
});
afterEach(() => sqs.close());

const signs = (credentials = KEYS) => new SSMClient({ region: 'us-east-1', credentials }).config;
const urlOf = async (queueUrl = `${sqs.url}${PATH}`, keys = KEYS): Promise<string> =>
  (await nudgeHeaders({ queueUrl, tickSeconds: 20, signs: signs(keys) })())[NUDGE_HEADER] ?? '';

describe('the URL that a tick signs for its nudges', () => {
  it('sends one message, at once, whatever the delay of its queue, and says how often ticks come', async () => {
    const headers = await nudgeHeaders({ queueUrl: `${sqs.url}${PATH}`, tickSeconds: 30, signs: signs() })();
    expect(headers[TICK_SECONDS_HEADER]).toBe('30');
    expect(await sendNudge(headers[NUDGE_HEADER] ?? '')).toBeUndefined();
    expect(got).toEqual([[NUDGE_BODY, 0]]);
  });

  it('is one of SQS in the region, as long as a header may be, and holds the token of a session but no secret', async () => {
    const url = await urlOf('https://sqs.eu-west-1.amazonaws.com/123456789012/aerie', {
      ...KEYS,
      ...{ sessionToken: `${'t'.repeat(1_000)}+/=` },
    });
    expect(url).toMatch(
      /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/123456789012\/aerie\?Action=SendMessage&/,
    );
    expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toMatch(/^t{1000}\+\/=$/);
    expect(url).not.toContain(KEYS.secretAccessKey);
    expect(url.length).toBeLessThan(4_000);
  });

  it('holds from anywhere, so long as the clocks of AWS agree: that of the endpoint has no part in it', async () => {
    const url = await urlOf();
    skewSeconds = 290;
    expect(await sendNudge(url)).toBeUndefined();
  });

  it.each<[string, (url: string) => string, number]>([
    ['another message', (url) => url.replace('workers', 'pilots'), 403],
    ['another action', (url) => url.replace('SendMessage', 'PurgeQueue'), 403],
    ['another queue', (url) => url.replace('prod-ticks', 'prod-other'), 403],
    ['a longer life', (url) => url.replace('Expires=300', 'Expires=900'), 403],
    ['no signature', (url) => url.replace(/&X-Amz-Signature=.*/, ''), 403],
  ])('is refused with %s', async (_, change, status) => {
    expect(await sendNudge(change(await urlOf()))).toBe(`SQS answered ${status}`);
    expect(got).toEqual([]);
  });

  it('is refused once it is five minutes old, and where other keys have signed it', async () => {
    const url = await urlOf();
    expect(await sendNudge(await urlOf(undefined, { ...KEYS, secretAccessKey: 'other' }))).toBe(
      'SQS answered 403',
    );
    skewSeconds = 310;
    expect(await sendNudge(url)).toBe('SQS answered 403');
  });
});

describe('the endpoint', () => {
  it.each([
    'http://sqs.us-east-1.amazonaws.com/123456789012/q?a',
    'https://sqs.us-east-1.amazonaws.com.example.org/123456789012/q?a',
    'https://169.254.169.254/123456789012/q?a',
    'http://127.0.0.1:9618/latest/meta-data?a',
    'https://user@sqs.us-east-1.amazonaws.com/123456789012/q?a',
    'https://sqs.us-east-1.amazonaws.com/123456789012/q?a\nb',
    'file:///etc/passwd',
    '',
  ])('goes nowhere but to a queue of SQS: %j', async (url) => {
    expect(await sendNudge(url)).toBe('what the tick has named is no signed URL of a queue');
  });

  it('says in words that nobody is there', async () => {
    const url = await urlOf();
    await sqs.close();
    expect(await sendNudge(url)).toMatch(/^SQS could not be reached \(.*ECONNREFUSED.*\)$/);
  });
});
