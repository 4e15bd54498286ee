import { describe, expect, it } from 'vitest';
import { sendNudge } from '../../../collector/nudge/nudge.ts';
import { hangingUp, type Respond, serving } from '../../adapters/serving.ts';

const PATH = '/123456789012/aerie-lab-workers?Action=SendMessage';

const answered =
  (status: number, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response, { path }) => {
    response.writeHead(path === PATH ? status : 200, headers).end('x');
  };

describe('a nudge', () => {
  it.each<readonly [string, Respond, string | undefined]>([
    ['is taken', answered(200), undefined],
    ['is refused', answered(403), 'SQS answered 403'],
    ['is sent elsewhere, where nobody follows', answered(302, { location: '/other' }), 'SQS answered 302'],
    ['finds nobody', hangingUp, expect.stringMatching(/^SQS could not be reached \(.*\w.*\)$/)],
  ])('that %s says so, and is asked for once', async (_, respond, said) => {
    const { url, seen } = await serving(respond);
    expect(await sendNudge(`${url}${PATH}`)).toEqual(said);
    expect(seen.map(({ path }) => path)).toEqual([PATH]);
  });

  it.each([
    'https://sqs.us-east-1.amazonaws.com.example.org/123456789012/q?x',
    'https://example.org/https://sqs.us-east-1.amazonaws.com/123456789012/q?x',
    'http://sqs.us-east-1.amazonaws.com/123456789012/q?x',
    'https://sqs.us-east-1.amazonaws.com/12345/q?x',
    'https://sqs.us-east-1.amazonaws.com/123456789012/q',
    'https://sqs.us-east-1.amazonaws.com/123456789012/q?x y',
    'http://127.0.0.2/123456789012/q?x',
    '',
  ])('goes to no other address: "%s"', async (url) => {
    expect(await sendNudge(url)).toBe('what the tick has named is no signed URL of a queue');
  });
});
