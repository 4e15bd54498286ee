import * as z from 'zod';
import { type Envelope, refused } from './method.ts';
import { METHODS, STEADY } from './methods.ts';
import { python } from './python.ts';
import type { PandaWorld } from './world.ts';

/** A request, as far as PanDA looks at it. */
export interface Asked {
  readonly verb: string;
  readonly url: URL;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** What goes on the wire; always labelled `text/plain`, JSON or not. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

const PATH = /^\/api\/v1\/([a-z_]+\/[a-z_]+)$/;

/** What the real server's Python raises before any method is asked: 500, and the text of the exception. */
class Raised extends Error {}

const queryOf = (parameters: URLSearchParams): Parameters =>
  Object.fromEntries(
    [...new Set(parameters.keys())].map((key) => {
      const values = parameters.getAll(key);
      return [key, values.length === 1 ? values[0] : values];
    }),
  );

type Parameters = Readonly<Record<string, unknown>>;

const object = z.record(z.string(), z.unknown());

const PYTHON_TYPES: Readonly<Record<string, string>> = {
  string: 'str',
  number: 'int',
  boolean: 'bool',
  object: 'NoneType',
};

const typeInPython = (value: unknown): string =>
  Array.isArray(value) ? 'list' : (PYTHON_TYPES[typeof value] ?? 'object');

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Raised(`ERROR : received invalid JSON : ${error instanceof Error ? error.message : error}`);
  }
};

/** A body is JSON if it is labelled exactly so, and a form otherwise; of a GET the query counts. */
const parametersOf = ({ verb, url, body, contentType }: Asked): Parameters => {
  if (verb === 'GET') return queryOf(url.searchParams);
  if (contentType !== 'application/json') return queryOf(new URLSearchParams(body));
  const json = parsed(body);
  const parameters = object.safeParse(json);
  if (parameters.success) return parameters.data;
  throw new Raised(`argument after ** must be a mapping, not ${typeInPython(json)}`);
};

const envelope = (world: PandaWorld, name: string, asked: Asked): Envelope => {
  const method = METHODS[name];
  if (method === undefined) return refused(`there is no method ${name}`);
  const parameters = parametersOf(asked);
  // The handlers' own first argument has this name.
  if (Object.hasOwn(parameters, 'req')) throw new Raised("got multiple values for argument 'req'");
  if (method.verb !== asked.verb) return refused(`expecting ${method.verb}, received ${asked.verb}`);
  return method.answer(world, parameters);
};

/** What the real server does: equal to the letter, or it is not JSON. */
const wantsJson = (asked: Asked): boolean =>
  asked.accept === 'application/json' || asked.contentType === 'application/json';

/** Answers requests to a world. The text of a steady answer is kept until the statistics are refreshed. */
export const answers = (world: PandaWorld): ((asked: Asked) => Answer) => {
  const answer = answering(world);
  return (asked) => {
    try {
      return answer(asked);
    } catch (error) {
      if (error instanceof Raised) return { status: 500, text: error.message };
      throw error;
    }
  };
};

const answering = (world: PandaWorld): ((asked: Asked) => Answer) => {
  let view = world.view();
  let kept = new Map<string, string>();

  return (asked) => {
    const name = PATH.exec(asked.url.pathname)?.[1] ?? '';
    if (!Object.hasOwn(METHODS, name)) {
      const called = asked.url.pathname.split('/').at(-1);
      return { status: 403, text: `ERROR : method ${called} is forbidden` };
    }
    if (world.view() !== view) {
      view = world.view();
      kept = new Map();
    }
    const json = wantsJson(asked) && world.mode !== 'python';
    const steady = Object.hasOwn(STEADY, name) && asked.url.search === '' && asked.verb === 'GET';
    const key = `${name} ${json} ${world.mode}`;
    const before = steady ? kept.get(key) : undefined;
    const text = before ?? (json ? JSON.stringify : python)(envelope(world, name, asked));
    if (steady) kept.set(key, text);
    return { status: 200, text };
  };
};
