import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Any port may stand in the name, for a tunnel changes it; any other name is another site's, pointed here. */
const OUR_HOST = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/i;

/** What becomes of a request before anything is answered. */
type Ruling =
  | { readonly kind: 'let-in' }
  /** It has shown the token: a cookie keeps it, and the address is asked for again without. */
  | { readonly kind: 'keep'; readonly cookie: string; readonly location: string }
  | { readonly kind: 'refuse'; readonly status: number; readonly why: string };

const same = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const refuse = (status: number, why: string): Ruling => ({ kind: 'refuse', status, why });

/** Returns what is asked for, of whatever form; undefined: it is no address. */
export const askedUrl = ({ url = '/' }: IncomingMessage): URL | undefined =>
  URL.parse(`http://127.0.0.1${url}`) ?? undefined;

const hostOf = (origin: string): string | undefined => URL.parse(origin)?.host;

/**
 * Judges who asks: another site's page that a name was pointed here for, a page of another origin, or, where there is a token,
 * another user of this machine.
 */
export const guard =
  (token: string | undefined, cookieName: string) =>
  (request: IncomingMessage): Ruling => {
    const { method, headers } = request;
    const { host = '', origin, cookie = '' } = headers;
    if (!OUR_HOST.test(host)) {
      return refuse(403, 'This page answers to localhost and 127.0.0.1 only; ask for it by one of them.');
    }
    if (origin !== undefined && hostOf(origin) !== host) {
      return refuse(403, 'This page answers no page of another address.');
    }
    if (method !== 'GET') return refuse(405, 'Only GET is answered here.');
    if (token === undefined) return { kind: 'let-in' };
    const kept = cookie.split(/; */).find((of) => of.startsWith(`${cookieName}=`));
    if (kept !== undefined && same(kept.slice(cookieName.length + 1), token)) return { kind: 'let-in' };
    const asked = askedUrl(request);
    if (asked === undefined || !same(asked.searchParams.get('token') ?? '', token)) {
      return refuse(403, 'This page is another user’s; open the address that aerie printed, with its token.');
    }
    asked.searchParams.delete('token');
    return {
      kind: 'keep',
      cookie: `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/`,
      location: `${asked.pathname}${asked.search}`,
    };
  };
