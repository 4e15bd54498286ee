import { text } from 'node:stream/consumers';
import { face, reply, withHeaders } from '../../../twin/wire/http.ts';
import { type Answer, render } from './wire-forms.ts';

/** What was asked, read from the wire: `ec2:DescribeImages`, and its parameters as they were sent. */
export interface Call {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type Answers = Readonly<Record<string, (call: Call) => Answer>>;

/** An AWS of one account on loopback, which speaks each service's wire and answers what it is told to. */
export interface AwsStandIn {
  readonly url: string;
  /** Every call so far, oldest first. */
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

const SERVICE_OF_VERSION: Readonly<Record<string, string>> = {
  '2016-11-15': 'ec2',
  '2011-06-15': 'sts',
  '2010-05-08': 'iam',
  '2010-05-15': 'cloudformation',
  '2010-03-31': 'sns',
  '2010-08-01': 'cloudwatch',
};

const SERVICE_OF_TARGET: Readonly<Record<string, string>> = {
  AmazonSSM: 'ssm',
  ServiceQuotasV20190624: 'servicequotas',
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  GraniteServiceVersion20100801: 'cloudwatch',
};

/** Lambda's calls have no name but their method and path. */
const LAMBDA: readonly (readonly [RegExp, string])[] = [
  [/^GET \/2016-08-19\/account-settings/, 'lambda:GetAccountSettings'],
  [/^GET \/2015-03-31\/functions\/[^/]+\/configuration/, 'lambda:GetFunctionConfiguration'],
  [/^GET \/2015-03-31\/event-source-mappings/, 'lambda:ListEventSourceMappings'],
];

interface Request {
  readonly method: string;
  readonly url: string;
  readonly target: string | undefined;
  readonly body: string;
}

/** The call in a request, and in which form its answer has to be; undefined: nothing here knows it. */
const callOf = ({ method, url, target, body }: Request): Call | undefined => {
  if (target !== undefined) {
    const [service = '', operation] = target.split('.');
    const params: unknown = JSON.parse(body);
    if (typeof params !== 'object' || params === null) return undefined;
    return { action: `${SERVICE_OF_TARGET[service]}:${operation}`, params: { ...params } };
  }
  if (body.startsWith('Action=') || body.includes('&Action=')) {
    const params = Object.fromEntries(new URLSearchParams(body));
    return { action: `${SERVICE_OF_VERSION[params.Version ?? '']}:${params.Action}`, params };
  }
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, action] = LAMBDA.find(([path]) => path.test(`${method} ${pathname}`)) ?? [];
  return action === undefined
    ? undefined
    : { action, params: { path: pathname, ...Object.fromEntries(searchParams) } };
};

/** Opens the stand-in. A call without an answer is refused as one that the caller has no right to. */
export const awsStandIn = async (answers: () => Answers): Promise<AwsStandIn> => {
  const calls: Call[] = [];
  const served = await face(async (request, response) => {
    const target = request.headers['x-amz-target'];
    const call = callOf({
      method: request.method ?? '',
      url: request.url ?? '',
      target: typeof target === 'string' ? target : undefined,
      body: await text(request),
    });
    if (call === undefined)
      return reply(response, 404, 'text/plain', `what is ${request.method} ${request.url}?`);
    calls.push(call);
    const answer = answers()[call.action]?.(call) ?? {
      refused: 'AccessDenied',
      message: `the stand-in knows no ${call.action}`,
      status: 403,
    };
    const { status, contentType, body } = render(call.action, answer);
    withHeaders(response, { 'x-amzn-requestid': String(calls.length) });
    reply(response, status, contentType, body);
  });
  return { url: served.url, calls, close: served.close };
};
