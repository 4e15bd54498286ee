import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { writeXml, type Xml } from '../twin/aws/ec2/wire.ts';
import { readBody, reply } from '../twin/wire/http.ts';
import { type KeyRing, type RoleKeys, roleIdOf } from './role-keys.ts';
import { type Verdict, verify } from './sigv4.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

const identity = ({ owner }: RoleKeys) => ({
  Arn: `arn:aws:sts::${owner.account}:assumed-role/${owner.role}/${owner.session}`,
  UserId: `${roleIdOf(owner)}:${owner.session}`,
  Account: owner.account,
});

interface Answer {
  readonly status: number;
  readonly root: string;
  readonly content: Xml;
}

const refusal = (status: number, code: string, message: string, requestId: string): Answer => ({
  status,
  root: 'ErrorResponse',
  content: { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: requestId },
});

const answerTo = (verdict: Verdict, body: string, requestId: string): Answer => {
  if (verdict.kind === 'refused') return refusal(verdict.status, verdict.code, verdict.message, requestId);
  const asked = new URLSearchParams(body);
  const action = asked.get('Action');
  if (action !== 'GetCallerIdentity' || asked.get('Version') !== '2011-06-15') {
    return refusal(400, 'InvalidAction', `Could not find operation ${action}`, requestId);
  }
  return {
    status: 200,
    root: 'GetCallerIdentityResponse',
    content: {
      GetCallerIdentityResult: identity(verdict.keys),
      ResponseMetadata: { RequestId: requestId },
    },
  };
};

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );

const send = (response: ServerResponse, { status, root, content }: Answer, asJson: boolean): void => {
  if (asJson) reply(response, status, 'application/json', JSON.stringify({ [root]: content }));
  else reply(response, status, 'text/xml', `<${root} xmlns="${NAMESPACE}">${writeXml(content)}</${root}>`);
};

/** STS as far as GetCallerIdentity goes, with real signatures. It listens where its caller says. */
export const stsServer = (keys: KeyRing, nowSeconds: () => number): Server =>
  createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const { method = 'GET', url: path = '/' } = request;
        const headers = headersOf(request);
        const verdict = verify({ method, path, headers, body }, keys.find, nowSeconds());
        const asJson = headers.accept?.includes('application/json') === true;
        send(response, answerTo(verdict, body, randomUUID()), asJson);
      },
      () => response.destroy(),
    );
  });
