import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { SiteSpecs } from '../core/model/panda.ts';
import { known, type Snapshot, unknown } from '../core/model/snapshot.ts';
import type { Panda } from '../core/ports.ts';
import type { Certificates } from './certificates.ts';
import { excerpt } from './excerpt.ts';
import { type HttpOutcome, type HttpRequest, type Lookup, request } from './http.ts';
import { issueOf, judge, type PandaAnswer } from './panda-answer.ts';

export interface PandaOptions {
  /** `https://pandaserver.cern.ch:25443/api/v1`. */
  readonly baseUrl: string;
  /** For each try; there are at most two. */
  readonly timeoutSeconds: number;
  readonly random: () => number;
  readonly lookup?: Lookup;
  /** Sends instead of `request`: for who trusts other authorities than this process. */
  readonly send?: (asked: HttpRequest) => Promise<HttpOutcome>;
  readonly certificates?: Certificates;
}

/** PanDA builds the site specifications anew on each call; it asks to be spared. */
const SITES_SECONDS = 300;

/** Two clients that failed together do not come again together. */
const JITTER_MILLISECONDS = 500;

/** PanDA's largest answers are a few MB. Reading one takes up to 35 bytes of memory for each of its own; a function has 512 MB. */
const MOST_BYTES = 8 * 2 ** 20;

/** PanDA has about a thousand sites. Many thousands of names in one object take more memory than their bytes tell. */
const MOST_SITES = 20_000;

/** A site has some ten resource types, labels and states. */
const MOST_NAMES = 1_000;

const counts = z.record(z.string(), z.int().min(0));
const siteJobs = z.record(z.string(), z.record(z.string(), counts));
const siteSpec = z.object({ status: z.unknown().optional() });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sites by name, each still to be read by itself: an odd one is no reason to know nothing of the others. */
const bySite = z.custom<Readonly<Record<string, unknown>>>(isObject, 'expected an object');

/** Whether a site tells so much that to read it would take memory which a tick does not have. */
const sprawls = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const all = Object.values(value);
  return all.length > MOST_NAMES || all.some(sprawls);
};

const SPRAWLING = z.never(`more than ${MOST_NAMES} names in one object`).safeParse(undefined);

interface SitesRead<T> {
  readonly sites: Readonly<Record<string, T>>;
  /** Sites that cannot be read, and why. */
  readonly odd: Readonly<Record<string, string>>;
}

/** Reads every site by itself. Unknown if there is none that can be read: then the form has changed, and not a site. */
const readSites = <T>(
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

/** A status that is null, missing, "" or "None" is not known: the site is left out. */
const withStatus = (specs: Readonly<Record<string, z.infer<typeof siteSpec>>>): SiteSpecs =>
  Object.fromEntries(
    Object.entries(specs).flatMap(([siteid, { status }]) => {
      const word = typeof status === 'string' ? status.trim() : '';
      return word === '' || word === 'None' ? [] : [[siteid, { status: excerpt(word) }] as const];
    }),
  );

/** PanDA's statistics and site specifications. What PanDA or the network does wrong is an unknown snapshot. */
export const panda = ({
  baseUrl,
  timeoutSeconds,
  random,
  lookup,
  certificates,
  send = request,
}: PandaOptions): Panda => {
  /** Nothing came in any try of the last call: an outage must not eat two time-outs of every tick. */
  let silent = false;
  let lastSites: Extract<Snapshot<SiteSpecs>, { kind: 'known' }> | undefined;

  const once = (path: string, avoid?: string): Promise<HttpOutcome> =>
    send({
      url: `${baseUrl.replace(/\/$/, '')}/${path}`,
      method: 'GET',
      headers: { accept: 'application/json' }, // Exactly this, or PanDA answers in Python's notation.
      timeoutSeconds,
      maxBytes: MOST_BYTES,
      random,
      lookup,
      avoid,
      certificates,
    });

  const ask = async <T extends object>(path: string, schema: z.ZodType<T>): Promise<PandaAnswer<T>> => {
    const tryAgain = !silent;
    const first = await once(path);
    const answer = judge(first, schema);
    silent = first.kind === 'failed';
    if (answer.ok || !answer.again || !tryAgain) return answer;
    await sleep(random() * JITTER_MILLISECONDS);
    const second = await once(path, first.address);
    silent &&= second.kind === 'failed';
    return judge(second, schema);
  };

  return {
    async jobs(nowSeconds) {
      const read = readSites(await ask('statistics/active_job_detailed_stats_by_site', bySite), siteJobs);
      return 'why' in read ? unknown(read.why) : known({ ...read.sites, ...read.odd }, nowSeconds);
    },
    async sites(nowSeconds) {
      if (lastSites !== undefined && nowSeconds - lastSites.observedAt < SITES_SECONDS) return lastSites;
      const read = readSites(await ask('metaconfig/get_site_specs?type=all', bySite), siteSpec);
      if ('why' in read) return lastSites ?? unknown(read.why);
      lastSites = { kind: 'known', value: withStatus(read.sites), observedAt: nowSeconds };
      return lastSites;
    },
  };
};
