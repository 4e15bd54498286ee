import { describe, expect, it } from 'vitest';
import { proofMistake } from '../../../collector/join/proof.ts';

/** 2026-11-23T05:16:00Z. */
const SIGNED_AT = Date.UTC(2026, 10, 23, 5, 16) / 1000;
const LIMITS = { pool: 'cm.example.org', stsHost: 'sts.example.org' };
const SIGNED = 'content-type;host;x-aerie-pool;x-amz-date;x-amz-security-token';
const authorization = (change: (text: string) => string = (text) => text) =>
  change(
    `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEEXAMPLE00/20261123/us-east-1/sts/aws4_request, SignedHeaders=${SIGNED}, Signature=${'a1'.repeat(32)}`,
  );
const mistake = (headers: Record<string, string> = {}, now = SIGNED_AT) =>
  proofMistake(
    {
      instanceId: 'i-0abc123def4567890',
      headers: {
        host: 'sts.example.org',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20261123T051600Z',
        'x-amz-security-token': 'IQoJexample==',
        'x-aerie-pool': 'cm.example.org',
        authorization: authorization(),
        ...headers,
      },
    },
    LIMITS,
    now,
  );
const NO_SIGNATURE = 'The proof has no signature of version 4 for STS.';

describe('a proof', () => {
  it.each([
    ['as it is signed', {}],
    [
      'without blanks between the parts',
      { authorization: authorization((text) => text.replaceAll(', ', ',')) },
    ],
    ['with a blank in a value', { 'x-amz-security-token': 'a b' }],
  ])('is good %s', (_, headers) => {
    expect(mistake(headers)).toBeUndefined();
  });

  it.each([
    [300, undefined],
    [-300, undefined],
    [301, 'The proof is 301 s old, limit 300 s; sign a new one, and set the clock.'],
    [-301, 'The proof is -301 s old, limit 300 s; sign a new one, and set the clock.'],
  ])('of %d s is judged: %s', (age, sentence) => {
    expect(mistake({}, SIGNED_AT + age)).toBe(sentence);
  });

  it.each([
    ['a blank at its beginning', ' a'],
    ['nothing in it', ''],
    ['a letter outside of ASCII', 'a\u00e9'],
    ['a line’s end', 'a\nb'],
    ['a line’s end at its end', 'a\n'],
    ['a DEL', 'a\u007f'],
  ])('has no header with %s', (_, value) => {
    expect(mistake({ 'x-amz-security-token': value })).toBe(
      'The proof has a header that no request can have.',
    );
  });

  it.each([
    ['something before it', (text: string) => `x${text}`],
    ['something after it', (text: string) => `${text}a`],
    ['a key id that is too short', (text: string) => text.replace('ASIAEXAMPLEEXAMPLE00', 'ASIA')],
    ['a day of seven digits', (text: string) => text.replace('/20261123/', '/2026112/')],
    ['no region', (text: string) => text.replace('/us-east-1/', '//')],
    ['a short signature', (text: string) => text.slice(0, -1)],
  ])('has no signature with %s', (_, change) => {
    expect(mistake({ authorization: authorization(change) })).toBe(NO_SIGNATURE);
  });

  it('has to sign all that is sent', () => {
    expect(mistake({ authorization: authorization((text) => text.replace(';host', '')) })).toBe(
      `The proof has to sign the headers ${SIGNED}.`,
    );
  });

  it.each(['20261123', '20261123T051600', '20261123T051600Z!', 'x20261123T051600Z'])(
    'has no usable date in %s',
    (date) => {
      expect(mistake({ 'x-amz-date': date })).toBe('The proof has no usable date.');
    },
  );

  it('is for this pool and this STS', () => {
    expect(mistake({ 'x-aerie-pool': 'other' })).toBe(
      'The proof is signed for another pool than cm.example.org.',
    );
    expect(mistake({ host: 'other' })).toBe('The proof is signed for another host than sts.example.org.');
  });
});
