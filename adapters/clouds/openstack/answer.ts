import * as z from 'zod';
import type { Said } from '../../../core/model/launch.ts';
import { excerpt } from '../../excerpt.ts';
import type { HttpOutcome } from '../../http.ts';
import { jsonOf } from '../../json.ts';

/** How a call failed: not now, nobody knows, not from this caller, or Nova will not. */
export type Failure =
  | ({ readonly kind: 'throttled' } & Said)
  | { readonly kind: 'unclear'; readonly why: string }
  /** Keystone gave no token, or Nova took none of two: what was asked has not been looked at. */
  | ({ readonly kind: 'caller' } & Said)
  | ({ readonly kind: 'refused'; readonly status: number } & Said);

/** What Keystone or Nova answered: it did what it was asked, or how it failed. */
export type Answer = { readonly kind: 'done'; readonly body: unknown } | Failure;

const UNAUTHORIZED = 401;
/** Nova's own limiter, which is gone, and proxies say it so. */
const THROTTLED: readonly number[] = [413, 429];
const FIRST_REFUSAL = 400;
const FIRST_SERVER_ERROR = 500;

/** `{"forbidden": {"code": 403, "message": …}}`, or under `error` where Keystone or a middleware says it. */
const refusal = z.record(z.string(), z.object({ message: z.string() }));
const errors = z.object({
  errors: z.array(z.object({ title: z.string(), detail: z.string().default('') })).min(1),
});

const wordsOf = (text: string): readonly [code: string, message: string] => {
  const body = jsonOf(text);
  const [named] = Object.entries(refusal.safeParse(body).data ?? {});
  if (named !== undefined) return [named[0], named[1].message];
  const [first] = errors.safeParse(body).data?.errors ?? [];
  return first === undefined ? ['', excerpt(text)] : [first.title, first.detail];
};

/** Sorts what came of a call. Whatever has no plain meaning may have been carried out. */
export const answerOf = (who: string, outcome: HttpOutcome): Answer => {
  if (outcome.kind === 'failed') return { kind: 'unclear', why: `${who} ${outcome.why}` };
  const { status, text } = outcome;
  if (status >= 200 && status < 300) {
    const body = text === '' ? {} : jsonOf(text);
    return body === undefined
      ? { kind: 'unclear', why: `${who} answered ${status} with what is no JSON: ${excerpt(text)}` }
      : { kind: 'done', body };
  }
  const [name, message] = wordsOf(text);
  const code = name === '' ? `${status}` : name;
  const why = `${who} answered ${status}: ${excerpt(message)}`;
  if (THROTTLED.includes(status)) return { kind: 'throttled', code, why };
  if (status < FIRST_REFUSAL || status >= FIRST_SERVER_ERROR) return { kind: 'unclear', why };
  if (status === UNAUTHORIZED) return { kind: 'caller', code, why };
  return { kind: 'refused', status, code, why };
};
