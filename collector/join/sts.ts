import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { GET_CALLER_IDENTITY, type JoinRequest } from '../../core/model/pool.ts';

/** Who signed a request, as STS says. */
type Caller =
  | { readonly kind: 'known'; readonly account: string; readonly arn: string }
  /** STS has looked and says no. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Sends a worker's signed request, which says no more than who signed it. */
export type AskSts = (headers: JoinRequest['headers']) => Promise<Caller>;

const TIMEOUT_SECONDS = 10;
const MAX_BYTES = 65_536;

/** The one element of that name; two would leave open which of them counts. */
const elementOf = (xml: string, name: string): string | undefined => {
  const found = [...xml.matchAll(new RegExp(`<${name}>([^<>&]{1,2048})</${name}>`, 'g'))];
  return found.length === 1 ? found[0]?.[1] : undefined;
};

const callerOf = (status: number, xml: string): Caller => {
  if (status === 400 || status === 403) return { kind: 'refused' };
  const account = elementOf(xml, 'Account');
  const arn = elementOf(xml, 'Arn');
  if (status !== 200 || account === undefined || arn === undefined) {
    return { kind: 'unreachable', why: `STS answered ${status} and does not say who signed` };
  }
  return { kind: 'known', account, arn };
};

const readAll = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) response.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    request.end(GET_CALLER_IDENTITY);
  });

/** Asks the STS at this URL. A redirection is no answer: the request goes to the configured host and nowhere else. */
export const askSts = (url: string): AskSts => {
  const send = new URL(url).protocol === 'https:' ? tlsRequest : plainRequest;
  return async (headers) => {
    try {
      const request = send(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(GET_CALLER_IDENTITY) },
        signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
      });
      const response = await answerTo(request);
      return callerOf(response.statusCode ?? 0, await readAll(response));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'unreachable', why: `STS could not be asked (${why})` };
    }
  };
};
