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

const PATH = /^\/api\/(?:v1|latest)\/([a-z_]+\/[a-z_]+)$/;

const object = z.record(z.string(), z.unknown());

const parametersOf = ({ verb, url, body }: Asked): unknown => {
  if (verb === 'GET') {
    return Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((key) => {
        const values = url.searchParams.getAll(key);
        return [key, values.length === 1 ? values[0] : values];
      }),
    );
  }
  try {
    return object.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
};

const envelope = (world: PandaWorld, name: string, asked: Asked): Envelope => {
  const method = METHODS[name];
  if (method === undefined) return refused(`there is no method ${name}`);
  if (method.verb !== asked.verb) return refused(`expecting ${method.verb}, received ${asked.verb}`);
  const parameters = parametersOf(asked);
  return parameters === undefined ? refused('failed to load JSON') : method.answer(world, parameters);
};

/** What the real server does: equal to the letter, or it is not JSON. */
const wantsJson = (asked: Asked): boolean =>
  asked.accept === 'application/json' || asked.contentType === 'application/json';

/** Answers requests to a world. The text of a steady answer is kept until the statistics are refreshed. */
export const answers = (world: PandaWorld): ((asked: Asked) => Answer) => {
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
