import type { JoinRequest } from '../../core/model/pool.ts';

export interface ProofLimits {
  /** This pool's name, which the proof has to be signed for. */
  readonly pool: string;
  /** The host of the STS that is asked. */
  readonly stsHost: string;
}

/** A proof is made at boot and sent at once; EC2 machines have good clocks. */
export const FRESH_SECONDS = 300;

/** All that is sent is signed: a header that is not could be anybody's. */
const SIGNED_HEADERS = 'content-type;host;x-aerie-pool;x-amz-date;x-amz-security-token';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{16,128}\/(\d{8})\/[a-z0-9-]+\/sts\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

const secondsOf = (amzDate: string): number =>
  Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')) / 1000;

/** Values go into a request as they are: what a header cannot hold is no proof. */
const isHeaderText = (text: string): boolean => /^[\x21-\x7e][\x20-\x7e]*$/.test(text);

/** What is wrong with a proof as far as that shows without asking STS; undefined if nothing is. `now` in seconds. */
export const proofMistake = (
  { headers }: JoinRequest,
  { pool, stsHost }: ProofLimits,
  now: number,
): string | undefined => {
  if (!Object.values(headers).every(isHeaderText)) return 'The proof has a header that no request can have.';
  if (headers['x-aerie-pool'] !== pool) return `The proof is signed for another pool than ${pool}.`;
  if (headers.host !== stsHost) return `The proof is signed for another host than ${stsHost}.`;
  const [, day, signed] = AUTHORIZATION.exec(headers.authorization) ?? [];
  if (day === undefined || signed === undefined) return 'The proof has no signature of version 4 for STS.';
  if (signed !== SIGNED_HEADERS) return `The proof has to sign the headers ${SIGNED_HEADERS}.`;
  const at = secondsOf(headers['x-amz-date']);
  if (!headers['x-amz-date'].startsWith(day) || Number.isNaN(at)) return 'The proof has no usable date.';
  const age = Math.round(now - at);
  if (Math.abs(age) <= FRESH_SECONDS) return undefined;
  return `The proof is ${age} s old, limit ${FRESH_SECONDS} s; sign a new one, and set the clock.`;
};
