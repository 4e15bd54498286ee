import * as z from 'zod';
import type { Instance } from '../../../core/model/instance.ts';
import { known, type Snapshot, unknown } from '../../../core/model/snapshot.ts';
import { inLanes } from '../lanes.ts';
import type { Failure } from './answer.ts';
import { serverPath } from './ids.ts';
import type { Nova } from './nova.ts';
import { readServer } from './server.ts';

const page = z.object({
  servers: z.array(z.unknown()),
  servers_links: z.array(z.object({ rel: z.string() })).default([]),
});

const withId = z.object({ id: z.string() });

const one = z.object({ server: z.unknown() });

type Look = readonly Instance[] | Exclude<Failure, { kind: 'refused' }>;

const DETAIL = '/servers/detail';

const NOT_FOUND = 404;

const unreadable = (path: string): Failure => ({
  kind: 'unclear',
  why: `Nova's answer to ${path} is none of servers`,
});

/** A look that Nova refuses is a fault of ours, or of the site. */
const orThrow = (failure: Failure): Exclude<Failure, { kind: 'refused' }> => {
  if (failure.kind === 'refused') throw new Error(failure.why);
  return failure;
};

const cellDown: Look = { kind: 'unclear', why: 'a cell of Nova does not answer, and servers may be in it' };

/**
 * All servers of the project. The first call has neither filter nor page size: with any of them Nova leaves out, in silence,
 * what is in a cell that is down; without, it shows the ids of those, and then nothing is known. Servers beyond Nova's largest
 * page (a thousand as it comes) come page by page, and there Nova does not tell: who is missing has to be asked for by id.
 */
const allServers = async (nova: Nova, nowSeconds: number): Promise<Look> => {
  // One that gets its host between two pages moves from Nova's own database into its cell's, and is on both.
  const found = new Map<string, Instance>();
  let marker: string | undefined;
  for (;;) {
    const path = marker === undefined ? DETAIL : `${DETAIL}?marker=${marker}`;
    const answer = await nova.ask({ method: 'GET', path });
    if (answer.kind === 'refused' && marker !== undefined)
      return { kind: 'unclear', why: `servers went between two pages of a list: ${answer.why}` };
    if (answer.kind !== 'done') return orThrow(answer);
    const parsed = page.safeParse(answer.body);
    if (!parsed.success) return orThrow(unreadable(DETAIL));
    const servers = parsed.data.servers.map((server) => readServer(server, nowSeconds));
    if (servers.includes('unknown')) return cellDown;
    for (const server of servers) {
      if (server !== undefined && server !== 'unknown') found.set(server.instanceId, server);
    }
    if (!parsed.data.servers_links.some(({ rel }) => rel === 'next')) return [...found.values()];
    marker = withId.safeParse(parsed.data.servers.at(-1)).data?.id;
    if (marker === undefined) return orThrow(unreadable(DETAIL));
  }
};

const snapshotOf = (look: Look, nowSeconds: number): Snapshot<readonly Instance[]> =>
  'kind' in look ? unknown(`OpenStack did not say: ${look.why}`) : known(look, nowSeconds);

const carries =
  (labels: Readonly<Record<string, string>>) =>
  ({ tags }: Instance): boolean =>
    Object.entries(labels).every(([key, value]) => tags[key] === value);

/** The servers with all of these labels. Those that have ended are not shown: Nova forgets them at once. */
export const byLabels = async (
  nova: Nova,
  labels: Readonly<Record<string, string>>,
  nowSeconds: number,
): Promise<Snapshot<readonly Instance[]>> => {
  const look = await allServers(nova, nowSeconds);
  return snapshotOf('kind' in look ? look : look.filter(carries(labels)), nowSeconds);
};

const oneServer = async (nova: Nova, id: string, nowSeconds: number): Promise<Look> => {
  const path = serverPath(id);
  const answer = await nova.ask({ method: 'GET', path });
  if (answer.kind === 'refused' && answer.status === NOT_FOUND) return [];
  if (answer.kind !== 'done') return orThrow(answer);
  const server = readServer(one.safeParse(answer.body).data?.server, nowSeconds);
  if (server === 'unknown') return cellDown;
  return server === undefined ? orThrow(unreadable(path)) : [server];
};

/** More than this are looked for in the list of all first. */
const FEW = 8;

/**
 * Servers by id; one that Nova answers 404 for has ended, and is left out. A line that is missing in a list proves nothing,
 * so whoever is not in it is asked for by id.
 */
export const byId = async (
  nova: Nova,
  ids: readonly string[],
  nowSeconds: number,
): Promise<Snapshot<readonly Instance[]>> => {
  const listed = ids.length > FEW ? await allServers(nova, nowSeconds) : [];
  if ('kind' in listed) return snapshotOf(listed, nowSeconds);
  const wanted = new Set(ids);
  const found = listed.filter(({ instanceId }) => wanted.has(instanceId));
  const there = new Set(found.map(({ instanceId }) => instanceId));
  const missing = [...wanted].filter((id) => !there.has(id));
  let failed: Look | undefined;
  await inLanes(
    missing,
    () => failed === undefined,
    async (id) => {
      const look = await oneServer(nova, id, nowSeconds);
      if ('kind' in look) failed = look;
      else found.push(...look);
    },
  );
  return snapshotOf(failed ?? found, nowSeconds);
};
