import * as z from 'zod';
import { type Face, face, readBody, reply } from '../../wire/http.ts';
import type { Parameter, ParameterStore, Refused } from './store.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** GetParametersByPath gives ten at most, whatever is asked. */
const MAX_PAGE = 10;

const byPath = z.object({
  Path: z.string().startsWith('/'),
  Recursive: z.boolean().default(false),
  WithDecryption: z.boolean().default(false),
  MaxResults: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  NextToken: z.string().optional(),
});
const byName = z.object({ Name: z.string(), WithDecryption: z.boolean().default(false) });
const put = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: z.enum(['String', 'SecureString']).optional(),
  Overwrite: z.boolean().optional(),
  AllowedPattern: z.string().optional(),
});

type Answer = { readonly status: number; readonly body: unknown };
type Call = (input: unknown, store: ParameterStore) => Answer;

const ok = (body: unknown): Answer => ({ status: 200, body });
const fail = (type: string, message: string): Answer => ({ status: 400, body: { __type: type, message } });

const shown = ({ name, value, type, version }: Parameter, decrypt: boolean) => ({
  Name: name,
  Value: type === 'SecureString' && !decrypt ? 'AQICAHencrypted' : value,
  Type: type,
  Version: version,
  DataType: 'text',
});

const OUTAGE: Answer = {
  status: 500,
  body: { __type: 'InternalServerError', message: 'An error occurred on the server side.' },
};

const isRefused = (answer: { readonly version: number } | Refused): answer is Refused => 'error' in answer;

const CALLS: Readonly<Record<string, Call>> = {
  GetParametersByPath(input, store) {
    const { Path, Recursive, WithDecryption, MaxResults, NextToken } = byPath.parse(input);
    const all = store.under(Path, Recursive);
    const from = Number(NextToken ?? 0);
    if (!Number.isInteger(from)) return fail('InvalidNextToken', 'The specified token is not valid.');
    const page = all.slice(from, from + MaxResults).map((parameter) => shown(parameter, WithDecryption));
    const next = from + MaxResults < all.length ? { NextToken: String(from + MaxResults) } : {};
    return ok({ Parameters: page, ...next });
  },
  GetParameter(input, store) {
    const { Name, WithDecryption } = byName.parse(input);
    const parameter = store.get(Name);
    return parameter === undefined
      ? fail('ParameterNotFound', `Parameter ${Name} not found.`)
      : ok({ Parameter: shown(parameter, WithDecryption) });
  },
  PutParameter(input, store) {
    const { Name, Value, Type, Overwrite, AllowedPattern } = put.parse(input);
    const answer = store.put({
      name: Name,
      value: Value,
      type: Type,
      overwrite: Overwrite,
      pattern: AllowedPattern,
    });
    return isRefused(answer)
      ? fail(answer.error, answer.message)
      : ok({ Version: answer.version, Tier: 'Standard' });
  },
  DeleteParameter(input, store) {
    const { Name } = byName.parse(input);
    return store.remove(Name) ? ok({}) : fail('ParameterNotFound', `Parameter ${Name} not found.`);
  },
};

const answer = (target: string, body: string, store: ParameterStore): Answer => {
  const call = CALLS[target.replace('AmazonSSM.', '')];
  if (call === undefined) return fail('UnknownOperationException', `no operation ${target}`);
  try {
    return call(JSON.parse(body || '{}'), store);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return fail('ValidationException', error.message);
    }
    throw error;
  }
};

export interface SsmFace extends Face {
  /** While on, every call fails as in an outage of the service. */
  fail(on: boolean): void;
}

/** Parameter Store's JSON protocol over HTTP, for the real SDK. */
export const ssmFace = async (store: ParameterStore): Promise<SsmFace> => {
  let failing = false;
  const served = await face(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const asked = await readBody(request);
    const { status, body } = failing ? OUTAGE : answer(target, asked, store);
    reply(response, status, CONTENT_TYPE, JSON.stringify(body));
  });
  return {
    ...served,
    fail(on) {
      failing = on;
    },
  };
};
