import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../../adapters/clouds/openstack/answer.ts';

const answered = (status: number, text: string) =>
  answerOf('Nova', { kind: 'answered', address: '127.0.0.1', status, text });

const json = (body: object): string => JSON.stringify(body);

describe('an answer of an OpenStack', () => {
  it('that did not come is unclear, under the name of who was asked', () => {
    const failed = { kind: 'failed', address: undefined, cause: 'timeout', why: 'did not answer' } as const;
    expect(answerOf('Keystone', failed)).toEqual({ kind: 'unclear', why: 'Keystone did not answer' });
  });

  it.each([
    [200, '{"a":1}', { a: 1 }],
    [204, '', {}],
    [299, '[]', []],
  ])('with %i and "%s" is done', (status, text, body) => {
    expect(answered(status, text)).toEqual({ kind: 'done', body });
  });

  it('with a good status and what is no JSON is unclear', () => {
    expect(answered(202, '<html>')).toEqual({
      kind: 'unclear',
      why: 'Nova answered 202 with what is no JSON: <html>',
    });
  });

  it.each([
    [199, 'unclear'],
    [300, 'unclear'],
    [399, 'unclear'],
    [400, 'refused'],
    [401, 'caller'],
    [402, 'refused'],
    [413, 'throttled'],
    [429, 'throttled'],
    [499, 'refused'],
    [500, 'unclear'],
    [503, 'unclear'],
  ])('with %i is %s', (status, kind) => {
    expect(answered(status, json({ a: { message: 'no' } }))).toMatchObject({
      kind,
      why: `Nova answered ${status}: no`,
    });
  });

  it.each([
    [
      'a name and a message',
      json({ forbidden: { code: 403, message: 'Quota exceeded' } }),
      'forbidden',
      'Quota exceeded',
    ],
    [
      'a list of errors',
      json({ errors: [{ title: 'Not you', detail: 'ask' }, { title: 'x' }] }),
      'Not you',
      'ask',
    ],
    ['an error without more', json({ errors: [{ title: 'Not you' }] }), 'Not you', '(nothing)'],
    ['an empty list', json({ errors: [] }), '403', '{"errors":[]}'],
    ['nothing that it means', '{}', '403', '{}'],
    ['no JSON', 'no\n entry', '403', 'no entry'],
  ])('that has %s is told with it', (_, text, code, message) => {
    expect(answered(403, text)).toEqual({
      ...{ kind: 'refused', status: 403, code, why: `Nova answered 403: ${message}` },
    });
  });
});
