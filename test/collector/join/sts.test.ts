import { describe, expect, it } from 'vitest';
import { askSts } from '../../../collector/join/sts.ts';
import { answering, hangingUp, type Respond, serving } from '../../adapters/serving.ts';

const ARN = 'arn:aws:sts::123456789012:assumed-role/worker/i-0abc123def4567890';
const xml = (account: string, arn: string) => `<R><Arn>${arn}</Arn><Account>${account}</Account></R>`;
const HEADERS = {
  host: 'sts.example.org',
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  'x-amz-date': '20261123T051600Z',
  'x-amz-security-token': 'token',
  'x-aerie-pool': 'cm.example.org',
  authorization: 'AWS4-HMAC-SHA256 x',
} as const;
const ask = async (respond: Respond) => {
  const { url, seen } = await serving(respond);
  return { caller: await askSts(url)(HEADERS), seen };
};
const silent = (status: number) => ({
  kind: 'unreachable',
  why: `STS answered ${status} and does not say who signed`,
});

describe('who signed a request, as STS says', () => {
  it('is known by account and name', async () => {
    const { caller, seen } = await ask(answering(200, xml('123456789012', ARN)));
    expect(caller).toEqual({ kind: 'known', account: '123456789012', arn: ARN });
    expect(seen).toMatchObject([
      { method: 'POST', path: '/', headers: HEADERS, body: 'Action=GetCallerIdentity&Version=2011-06-15' },
    ]);
  });

  it.each([400, 403])('is refused with %d, whatever else it says', async (status) => {
    expect((await ask(answering(status, xml('123456789012', ARN)))).caller).toEqual({ kind: 'refused' });
  });

  it.each([201, 302, 401, 500])('is not known from %d, whatever else it says', async (status) => {
    expect((await ask(answering(status, xml('123456789012', ARN)))).caller).toEqual(silent(status));
  });

  it.each([
    ['no account', `<Arn>${ARN}</Arn>`],
    ['no name', '<Account>123456789012</Account>'],
    ['an empty account', xml('', ARN)],
    ['an account with an element in it', xml('<b>1</b>', ARN)],
    ['an account with a reference in it', xml('1&amp;2', ARN)],
    ['a name of more than 2,048 characters', xml('123456789012', 'a'.repeat(2_049))],
    ['two accounts', xml('123456789012', ARN) + xml('210987654321', 'x')],
  ])('is not known from an answer with %s', async (_, text) => {
    expect((await ask(answering(200, text))).caller).toEqual(silent(200));
  });

  it.each([
    [65_536, 'known'],
    [65_537, 'unreachable'],
  ])('is read from %d bytes: %s', async (length, kind) => {
    const { caller } = await ask(answering(200, xml('123456789012', ARN).padEnd(length)));
    expect(caller.kind).toBe(kind);
    if (caller.kind === 'unreachable')
      expect(caller.why).toBe('STS could not be asked (the answer is too long)');
  });

  it('is not known where the connection breaks off', async () => {
    expect((await ask(hangingUp)).caller).toEqual({
      kind: 'unreachable',
      why: 'STS could not be asked (socket hang up)',
    });
  });
});
