import { describe, expect, it } from 'vitest';
import {
  challengeJoin,
  challengeReply,
  challengeRequest,
  challengeText,
} from '../../../core/model/challenge.ts';

const ID = 'os-0c6d2f30-11bd-4e37-8a53-1c9d9f6b4d02';
const JOIN = {
  ...{ instanceId: ID, pool: 'cm.example.org', issuedAt: 1_767_600_000 },
  ...{ nonce: '0'.repeat(32), answer: 'a'.repeat(64) },
};

describe('a join by a challenge', () => {
  it('signs the pool, the server and a word of its own', () => {
    expect(challengeText(JOIN)).toBe(`cm.example.org ${ID} ${'0'.repeat(32)}`);
  });

  it.each<readonly [string, object, boolean]>([
    ['whole', {}, true],
    ['of an instance of EC2', { instanceId: 'i-0abc123def4567890' }, false],
    ['of a server whose id only contains one', { instanceId: `x${ID}` }, false],
    ['with an answer that is too short', { answer: 'a'.repeat(63) }, false],
    ['with an answer that is too long', { answer: 'a'.repeat(65) }, false],
    ['with an answer in capitals', { answer: 'A'.repeat(64) }, false],
    ['with a word that is too short', { nonce: '0'.repeat(31) }, false],
    ['with a word that is too long', { nonce: '0'.repeat(33) }, false],
    ['with a pool longer than any', { pool: 'p'.repeat(257) }, false],
    ['with a moment before all', { issuedAt: -1 }, false],
    ['with a moment in parts of a second', { issuedAt: 1.5 }, false],
    ['with more than is asked', { more: 1 }, false],
  ])('is read or refused: %s', (_, given, isRead) => {
    expect(challengeJoin.safeParse({ ...JOIN, ...given }).success).toBe(isRead);
  });

  it('begins with a request of a server, and of no other machine', () => {
    expect(challengeRequest.safeParse({ instanceId: ID, pool: 'p' }).success).toBe(true);
    expect(challengeRequest.safeParse({ instanceId: 'i-0abc123def4567890', pool: 'p' }).success).toBe(false);
  });

  it('is told for how long to look, a second at least', () => {
    const reply = (seconds: number) =>
      challengeReply.safeParse({ issuedAt: 1, sha256: 'b'.repeat(64), seconds }).success;
    expect([reply(1), reply(0)]).toEqual([true, false]);
  });
});
