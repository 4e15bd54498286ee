import { lookup as dnsLookup } from 'node:dns/promises';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isIP, isIPv4 } from 'node:net';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Certificates } from './certificates.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For everything: looking the host up, connecting, and reading to the end. */
  readonly timeoutSeconds: number;
  readonly maxBytes?: number;
  /** Picks one of the host's addresses. */
  readonly random: () => number;
  readonly lookup?: Lookup | undefined;
  /** An address that has just failed: another one is taken if the host has one. */
  readonly avoid?: string | undefined;
  /** Certificates, as PEM, of who may sign for the server; absent: those that Node knows. */
  readonly ca?: string | undefined;
  /** Is shown every connection. */
  readonly certificates?: Certificates | undefined;
}

/** All addresses of a host. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** What came of a request. What networks and servers do wrong is a value; `why` goes behind the name of who was asked. */
export type HttpOutcome =
  | {
      readonly kind: 'answered';
      readonly address: string;
      readonly status: number;
      readonly text: string;
      /** Absent where nobody asks for them. */
      readonly headers?: IncomingHttpHeaders;
    }
  | {
      readonly kind: 'failed';
      readonly address: string | undefined;
      readonly cause: 'timeout' | 'connection' | 'too large';
      readonly why: string;
    };

/**
 * PanDA's largest answers are a few MB. Reading one takes up to 35 bytes of memory for each of its own; a function has 512 MB.
 */
const MAX_BYTES = 8 * 2 ** 20;

/** Idle connections are given up before common servers close them (5 s): what crosses such a closing is lost. */
const IDLE_MILLISECONDS = 4_000;

const WAYS = {
  'http:': { send: plainRequest, agent: new Agent({ keepAlive: true, timeout: IDLE_MILLISECONDS }) },
  'https:': { send: tlsRequest, agent: new TlsAgent({ keepAlive: true, timeout: IDLE_MILLISECONDS }) },
};

class TooLarge extends Error {}

const allAddresses: Lookup = async (hostname) =>
  (await dnsLookup(hostname, { all: true })).map(({ address }) => address);

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** IPv4 where the host has it: a Lambda as a rule has no way out over IPv6. */
const pickAddress = async (url: URL, { lookup = allAddresses, random, avoid }: HttpRequest) => {
  const host = bareHost(url);
  const all = isIP(host) ? [host] : await lookup(host);
  const usable = all.some(isIPv4) ? all.filter(isIPv4) : all;
  const others = usable.filter((address) => address !== avoid);
  const open = others.length > 0 ? others : usable;
  const picked = open[Math.floor(random() * open.length)];
  if (picked === undefined) throw new Error(`${host} has no address`);
  return picked;
};

const orAbort = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });

/** Where a request goes, and until when it may take; `anew`: on a connection of its own. */
interface Way {
  readonly address: string;
  readonly signal: AbortSignal;
  readonly anew?: true;
}

/**
 * Sends to one address, under the host's own name for TLS. A kept connection that the server has closed meanwhile is
 * no fault of the server: what changes nothing if it comes twice is then sent once more, on a new connection.
 */
const send = (asked: HttpRequest, url: URL, { address, signal, anew }: Way) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const body: string | undefined = JSON.stringify(asked.body);
    const host = bareHost(url);
    const way = url.protocol === 'https:' ? WAYS['https:'] : WAYS['http:'];
    const sent = way.send({
      agent: anew ? false : way.agent,
      host: address,
      servername: isIP(host) ? '' : host,
      ca: asked.ca,
      port: url.port === '' ? null : url.port,
      path: url.pathname + url.search,
      method: asked.method,
      headers: {
        host: url.host,
        'accept-encoding': 'gzip',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...asked.headers,
      },
      signal,
    });
    sent.on('socket', (socket) => asked.certificates?.watch(socket));
    let answered = false;
    sent.on('response', (response) => {
      answered = true;
      resolve(response);
    });
    sent.on('error', (error) => {
      const stale = sent.reusedSocket && !answered && !signal.aborted;
      if (!stale || asked.method === 'POST') return reject(error);
      return send(asked, url, { address, signal, anew: true }).then(resolve, reject);
    });
    sent.end(body);
  });

const textOf = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  const plain =
    response.headers['content-encoding'] === 'gzip'
      ? pipeline(response, createGunzip(), () => undefined)
      : response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of plain) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Asks once and waits for the whole answer. Never throws for what a network or a server can do; follows no redirect. */
export const request = async (asked: HttpRequest): Promise<HttpOutcome> => {
  const url = new URL(asked.url);
  const signal = AbortSignal.timeout(asked.timeoutSeconds * 1_000);
  const maxBytes = asked.maxBytes ?? MAX_BYTES;
  let doing = 'could not be found';
  let address: string | undefined;
  try {
    address = await orAbort(pickAddress(url, asked), signal);
    doing = 'could not be reached';
    const response = await send(asked, url, { address, signal });
    doing = 'broke off in the middle of its answer';
    const text = await textOf(response, maxBytes);
    return { kind: 'answered', address, status: response.statusCode ?? 0, text, headers: response.headers };
  } catch (error) {
    const failed = { kind: 'failed', address } as const;
    if (signal.aborted) {
      return { ...failed, cause: 'timeout', why: `did not answer within ${asked.timeoutSeconds} s` };
    }
    if (error instanceof TooLarge) {
      return { ...failed, cause: 'too large', why: `sent more than ${maxBytes} bytes` };
    }
    const cause = error instanceof Error ? error.message : String(error);
    return { ...failed, cause: 'connection', why: `${doing}: ${cause}` };
  }
};
