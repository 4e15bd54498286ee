import * as z from 'zod';
import { issueOf, type PandaAnswer } from './panda-answer.ts';

/** PanDA has about a thousand sites. Many thousands of names in one object take more memory than their bytes tell. */
const MOST_SITES = 20_000;

/** A site has some ten resource types, labels and states. */
const MOST_NAMES = 1_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sites by name, each still to be read by itself: an odd one is no reason to know nothing of the others. */
export const bySite = z.custom<Readonly<Record<string, unknown>>>(isObject, 'expected an object');

/** Resource types, labels and states: what lies deeper is not read. */
const DEEPEST = 3;

/** Whether a site tells so much that to read it would take memory which a tick does not have. */
const sprawls = (value: unknown, depth = 1): boolean => {
  if (!isObject(value) || depth > DEEPEST) return false;
  const all = Object.values(value);
  return all.length > MOST_NAMES || all.some((of) => sprawls(of, depth + 1));
};

const SPRAWLING = z.never(`more than ${MOST_NAMES} names in one object`).safeParse(undefined);

interface SitesRead<T> {
  readonly sites: Readonly<Record<string, T>>;
  /** Sites that cannot be read, and why. */
  readonly odd: Readonly<Record<string, string>>;
}

/** Reads every site by itself. Unknown if there is none that can be read: then the form has changed, and not a site. */
export const readSites = <T>(
  answer: PandaAnswer<z.infer<typeof bySite>>,
  schema: z.ZodType<T>,
): SitesRead<T> | { readonly why: string } => {
  if (!answer.ok) return answer;
  const sites: [string, T][] = [];
  const odd: [string, string][] = [];
  const all = Object.entries(answer.data);
  if (all.length > MOST_SITES) {
    return { why: `PanDA answered ${all.length} sites; more than ${MOST_SITES} are not read` };
  }
  for (const [siteid, data] of all) {
    const parsed = sprawls(data) ? SPRAWLING : schema.safeParse(data);
    if (parsed.success) sites.push([siteid, parsed.data]);
    else odd.push([siteid, issueOf(parsed.error, ['data', siteid])]);
  }
  const [first] = odd;
  if (sites.length === 0 && first !== undefined)
    return { why: `PanDA answered unexpected data: ${first[1]}` };
  return { sites: Object.fromEntries(sites), odd: Object.fromEntries(odd) };
};
