import * as z from 'zod';
import { instanceId } from './pool.ts';

/**
 * How a worker of an OpenStack joins, which no role of AWS's vouches for. It asks for a challenge; the endpoint has Nova write
 * one into the metadata of that server, which no other server reads; and the worker answers it, without sending it. Moments are
 * seconds since 1970.
 */

/** What is signed with a challenge. Both ends write it alike. */
export const challengeText = ({
  pool,
  instanceId: id,
  nonce,
}: Pick<ChallengeJoin, 'pool' | 'instanceId' | 'nonce'>): string => `${pool} ${id} ${nonce}`;

const pool = z.string().max(256);
const moment = z.int().min(0).max(1e11);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const server = instanceId.regex(/^os-/, 'has to be a server of an OpenStack');

/** `POST /v1/workers/challenge`. */
export const challengeRequest = z.strictObject({ instanceId: server, pool });

export type ChallengeRequest = z.infer<typeof challengeRequest>;

/** `sha256`: by which the worker knows the challenge from an older one; `seconds`: how long it is to look for it. */
export const challengeReply = z.object({ issuedAt: moment, sha256, seconds: z.int().min(1) });

export type ChallengeReply = z.infer<typeof challengeReply>;

/**
 * `POST /v1/workers/join` of a server of an OpenStack. `answer`: HMAC-SHA256 of `challengeText` with the challenge; `nonce`: the
 * worker's own, so that nobody else can give the same answer again.
 */
export const challengeJoin = z.strictObject({
  instanceId: server,
  pool,
  issuedAt: moment,
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  answer: sha256,
});

export type ChallengeJoin = z.infer<typeof challengeJoin>;
