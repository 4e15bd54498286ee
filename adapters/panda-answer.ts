import * as z from 'zod';
import { excerpt } from './excerpt.ts';
import type { HttpOutcome } from './http.ts';
import { jsonOf } from './json.ts';

/**
 * What an answer of PanDA is worth: its data, or why it says nothing, and whether asking again may help.
 * Only this is a sample: 200, JSON, `success: true`, and data that are an object, not empty, of the expected form.
 * PanDA labels JSON as text/plain, so the label says nothing.
 */
export type PandaAnswer<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly why: string; readonly again: boolean };

const envelope = z.object({
  success: z.boolean(),
  message: z.string().nullish(),
  data: z.unknown().optional(),
});

const no = (why: string, again = false) => ({ ok: false, again, why: `PanDA ${why}` }) as const;

const isHtml = (text: string): boolean => /^\s*<(!doctype|html|\?xml)/i.test(text);

const withoutSuccess = (status: number, text: string) => {
  const what = isHtml(text) ? `${status} with HTML` : `${status}: ${excerpt(text)}`;
  if (status === 403) return no(`answered ${what}; check AERIE_PANDA_URL, asking again does not help`);
  return no(`answered ${what}`, status === 404 || status >= 500);
};

const notJson = (text: string) => {
  if (text.startsWith("{'success'")) {
    return no("answered {'success'…, a Python dict: the Accept header did not arrive as sent");
  }
  return no(isHtml(text) ? 'answered 200 with HTML' : `answered no JSON: ${excerpt(text)}`, true);
};

/** What of the data is not of the expected form: the first thing, with the way to it. */
export const issueOf = ({ issues: [issue] }: z.ZodError, path: readonly string[]): string =>
  excerpt(`${[...path, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);

/** Judges one outcome; `schema` is what the data have to look like. */
export const judge = <T extends object>(outcome: HttpOutcome, schema: z.ZodType<T>): PandaAnswer<T> => {
  if (outcome.kind === 'failed') return no(outcome.why, outcome.cause !== 'too large');
  if (outcome.status !== 200) return withoutSuccess(outcome.status, outcome.text);
  const json = jsonOf(outcome.text);
  if (json === undefined) return notJson(outcome.text);
  const said = envelope.safeParse(json);
  if (!said.success) return no(`answered without success and data: ${excerpt(outcome.text)}`);
  if (!said.data.success) return no(`answered success:false: ${excerpt(said.data.message ?? '')}`);
  const data = schema.safeParse(said.data.data);
  if (!data.success) return no(`answered unexpected data: ${issueOf(data.error, ['data'])}`);
  if (Object.keys(data.data).length === 0) return no('answered success:true without a single site');
  return { ok: true, data: data.data };
};
