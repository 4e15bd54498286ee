import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { SiteSpecs } from '../core/model/panda.ts';
import { known, type Snapshot, unknown } from '../core/model/snapshot.ts';
import type { Panda } from '../core/ports.ts';
import type { Certificates } from './certificates.ts';
import { excerpt } from './excerpt.ts';
import { type HttpOutcome, type HttpRequest, type Lookup, request } from './http.ts';
import { judge, type PandaAnswer } from './panda-answer.ts';
import { bySite, readSites } from './panda-sites.ts';

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

const counts = z.record(z.string(), z.int().min(0));
const siteJobs = z.record(z.string(), z.record(z.string(), counts));
const siteSpec = z.object({ status: z.unknown().optional() });

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

const NONE = unknown('the stage has no pandaUrl');

/** PanDA of a stage that has none: nothing is known of any site, and nothing is asked. */
export const noPanda: Panda = {
  async jobs() {
    return NONE;
  },
  async sites() {
    return NONE;
  },
};
