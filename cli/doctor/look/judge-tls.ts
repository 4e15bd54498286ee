import { type Finding, fail, ok, warn } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import type { TlsLook } from './wire.ts';

/** A certificate has to be renewed by a person: this is the time for it. */
const WARN_DAYS = 30;
/** Nobody gets one on a Friday night. */
const FAIL_DAYS = 3;
const DAY_SECONDS = 86_400;

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** What a certificate's end is worth. `whose` begins the sentence, `renew` mends it. */
export const judgeEnd = (
  kind: Kind,
  whose: string,
  renew: string,
  { endsAt, now }: { readonly endsAt: number; readonly now: number },
): Finding => {
  const days = Math.floor((endsAt - now) / DAY_SECONDS);
  if (endsAt <= now) return fail(kind, `${whose} ended on ${dayOf(endsAt)}`, renew);
  const left = `${whose} ends on ${dayOf(endsAt)}, in ${days} days`;
  if (days < FAIL_DAYS) return fail(kind, left, renew);
  return days < WARN_DAYS ? warn(kind, left, renew) : ok(kind, left);
};

/** OpenSSL's codes in words. */
const MISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate, or that of its authority, has ended',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: one of the clocks is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody but itself',
};
const UNKNOWN_AUTHORITY = 'its certificate is signed by an authority that is not among those trusted';

export interface TlsCase {
  readonly kind: Kind;
  readonly url: string;
  readonly look: TlsLook;
  /** The setting of the stage that names more authorities. */
  readonly setting: 'caFile' | 'workerCaFile';
  readonly now: number;
  /** How its certificate is renewed. */
  readonly renew: string;
}

/** Judges how a server is reached by whoever trusts these authorities. */
export const judgeTls = ({ kind, url, look, setting, now, renew }: TlsCase): Finding => {
  switch (look.kind) {
    case 'plain':
      return ok(kind, `${url} is plain HTTP on this machine`);
    case 'unreachable':
      return fail(
        kind,
        `${url} cannot be reached: ${look.why}`,
        `look at its name, port and firewall: curl -v ${url}`,
      );
    case 'seen': {
      const { mistrust, certificate } = look;
      if (mistrust === undefined) {
        return judgeEnd(kind, `${url}: signed by ${certificate.issuer}, and`, renew, {
          endsAt: certificate.endsAt,
          now,
        });
      }
      const why = MISTRUST[mistrust];
      if (why !== undefined) {
        return fail(kind, `${url} is not trusted: ${why} (signed by ${certificate.issuer})`, renew);
      }
      return fail(
        kind,
        `${url} is not trusted: ${UNKNOWN_AUTHORITY} (signed by ${certificate.issuer})`,
        `put the authority's certificate into a PEM file, and its path into "${setting}" of the stage in cdk.json`,
      );
    }
    default:
      return look satisfies never;
  }
};
