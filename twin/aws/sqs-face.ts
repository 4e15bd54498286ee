import { type Face, face, reply } from '../wire/http.ts';
import { isSigned, secondsOf } from '../wire/sigv4.ts';

/** A queue that takes messages by signed URL. */
export interface SqsFaceOptions {
  /** Its path: the account and its name. */
  readonly path: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** By which signatures age; that of whoever signs. */
  readonly nowSeconds: () => number;
  /** Got a message, with the delay that it says itself; undefined: that of the queue counts. */
  readonly onMessage: (body: string, delaySeconds: number | undefined) => void;
}

interface Refusal {
  readonly status: number;
  readonly code: string;
}

const refuse = (status: number, code: string): Refusal => ({ status, code });

/** A signature holds for no longer than this, whatever it says. */
const LONGEST_SECONDS = 900;
const CREDENTIAL = /^([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request$/;

const wrongSignature = (
  request: { readonly url: string; readonly host: string },
  query: URLSearchParams,
  { region, credentials, nowSeconds }: SqsFaceOptions,
): Refusal | undefined => {
  const [date, signature] = [query.get('X-Amz-Date'), query.get('X-Amz-Signature')];
  if (date === null || signature === null) return refuse(403, 'MissingAuthenticationToken');
  const [, id, day = '', where, service = ''] = CREDENTIAL.exec(query.get('X-Amz-Credential') ?? '') ?? [];
  if (id !== credentials.accessKeyId || query.get('X-Amz-Security-Token') !== null)
    return refuse(403, 'InvalidClientTokenId');
  if (service !== 'sqs' || where !== region || !date.startsWith(day))
    return refuse(403, 'SignatureDoesNotMatch');
  const age = nowSeconds() - secondsOf(date);
  const lives = Math.min(LONGEST_SECONDS, Number(query.get('X-Amz-Expires') ?? Number.NaN));
  if (!(age >= -LONGEST_SECONDS && age <= lives)) return refuse(403, 'SignatureDoesNotMatch');
  const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (!names.includes('host')) return refuse(403, 'SignatureDoesNotMatch');
  const { url: path, host } = request;
  const claimed = { day, region, service, names, signature };
  const signed = { method: 'GET', path, headers: { host }, body: '' };
  return isSigned(signed, date, claimed, credentials.secretAccessKey)
    ? undefined
    : refuse(403, 'SignatureDoesNotMatch');
};

const wrongMessage = (path: string, query: URLSearchParams, options: SqsFaceOptions): Refusal | undefined => {
  if (path !== options.path) return refuse(400, 'AWS.SimpleQueueService.NonExistentQueue');
  if (query.get('Version') !== '2012-11-05') return refuse(400, 'NoSuchVersion');
  if (query.get('Action') !== 'SendMessage') return refuse(403, 'AccessDenied');
  const delay = Number(query.get('DelaySeconds') ?? 0);
  if (!Number.isInteger(delay) || delay < 0 || delay > 900) return refuse(400, 'InvalidParameterValue');
  return query.get('MessageBody') ? undefined : refuse(400, 'MissingParameter');
};

/** SQS's query API over HTTP, of which one action is there: sending a message by GET, with a URL that is signed. */
export const sqsFace = (options: SqsFaceOptions): Promise<Face> =>
  face(({ method, url = '/', headers: { host = '' } }, response) => {
    const { pathname, searchParams: query } = new URL(url, 'http://sqs');
    const refused =
      method === 'GET'
        ? (wrongSignature({ url, host }, query, options) ?? wrongMessage(pathname, query, options))
        : refuse(400, 'InvalidAction');
    if (refused !== undefined) {
      const { status, code } = refused;
      const body = `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`;
      return reply(response, status, 'text/xml', body);
    }
    const delay = query.get('DelaySeconds');
    options.onMessage(query.get('MessageBody') ?? '', delay === null ? undefined : Number(delay));
    reply(response, 200, 'text/xml', '<SendMessageResponse><SendMessageResult/></SendMessageResponse>');
  });
