import { type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import type { HttpOutcome, HttpRequest } from '../../../adapters/http.ts';

/** A server's certificate, as far as a person has to know it. */
interface Certificate {
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly endsAt: number;
}

/** What a look at a server's TLS showed. */
export type TlsLook =
  /** Plain HTTP: only for a server on this machine. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** `mistrust`: OpenSSL's code for why these authorities do not vouch for it; absent: they do. */
  | { readonly kind: 'seen'; readonly certificate: Certificate; readonly mistrust?: string };

const whyOf = (error: unknown): string => {
  if (error instanceof AggregateError) return whyOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};

/** To read a hundred and fifty authorities takes a while, and they are asked for again and again. */
const contexts = new Map<string, SecureContext>();

const trusting = (authorities: readonly string[]): SecureContext => {
  const pem = authorities.join('\n');
  const context = contexts.get(pem) ?? createSecureContext({ ca: [...authorities] });
  contexts.set(pem, context);
  return context;
};

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const certificateOf = ({ issuer, valid_to }: PeerCertificate): Certificate => ({
  issuer: [issuer?.CN ?? issuer?.O ?? 'somebody without a name'].flat().join(', '),
  endsAt: Date.parse(valid_to) / 1000,
});

/** Looks at a server's certificate without sending it anything, and asks whether these authorities vouch for it. */
export const lookAtTls = (
  url: string,
  authorities: readonly string[],
  timeoutSeconds: number,
): Promise<TlsLook> => {
  const at = new URL(url);
  if (at.protocol === 'http:') return Promise.resolve({ kind: 'plain' });
  const host = hostOf(at);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(at.port || 443),
      servername: isIP(host) ? '' : host,
      secureContext: trusting(authorities),
      // Nothing is sent: a certificate that nobody vouches for is to be seen too.
      rejectUnauthorized: false,
      timeout: timeoutSeconds * 1000,
    });
    const end = (look: TlsLook) => {
      socket.destroy();
      resolve(look);
    };
    socket.once('secureConnect', () => {
      const certificate = certificateOf(socket.getPeerCertificate());
      const { authorized, authorizationError: error } = socket;
      end({ kind: 'seen', certificate, ...(authorized ? {} : { mistrust: String(error) }) });
    });
    socket.once('timeout', () =>
      end({ kind: 'unreachable', why: `did not answer within ${timeoutSeconds} s` }),
    );
    socket.once('error', (error) => end({ kind: 'unreachable', why: whyOf(error) }));
  });
};

/** What came of a request, and what the server's clock said to it. */
export interface Heard {
  readonly outcome: HttpOutcome;
  /** The `Date` of the answer, seconds since 1970; it has no fractions. */
  readonly dateSeconds?: number;
}

/** Asks once, trusting these authorities and nobody else. What a network or a server does is a value. */
export const hear = async (asked: HttpRequest, authorities: readonly string[]): Promise<Heard> => {
  const url = new URL(asked.url);
  const signal = AbortSignal.timeout(asked.timeoutSeconds * 1000);
  const failed = { kind: 'failed', address: undefined } as const;
  try {
    const options = { method: asked.method, headers: { ...asked.headers }, signal };
    const sent =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...options, agent: new TlsAgent({ secureContext: trusting(authorities) }) })
        : plainRequest(url, { ...options, agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.on('error', reject);
    });
    sent.end();
    const response = await answered;
    const dateSeconds = Date.parse(response.headers.date ?? '') / 1000;
    const outcome = {
      kind: 'answered',
      address: hostOf(url),
      status: response.statusCode ?? 0,
      text: await text(response),
    } as const;
    return { outcome, ...(Number.isFinite(dateSeconds) ? { dateSeconds } : {}) };
  } catch (error) {
    return {
      outcome: signal.aborted
        ? { ...failed, cause: 'timeout', why: `did not answer within ${asked.timeoutSeconds} s` }
        : { ...failed, cause: 'connection', why: `could not be reached: ${whyOf(error)}` },
    };
  }
};
