import * as z from 'zod';
import type { LaunchRequest, RefusalClass } from '../../../core/model/launch.ts';
import type { Failure } from './answer.ts';
import { instanceIdOf } from './ids.ts';
import { novaTags } from './labels.ts';
import type { Nova } from './nova.ts';

/** What machines are launched from: what a launch template holds on EC2. */
export interface Recipe {
  readonly image: string;
  /** As base64: Nova takes 65,535 characters of it. */
  readonly userData: string;
  readonly securityGroups: readonly string[];
}

/** Servers of one flavour in one zone, asked for with one request. */
export interface Batch {
  readonly request: LaunchRequest;
  readonly recipe: Recipe;
  readonly place: LaunchRequest['overrides'][number];
  readonly flavourId: string;
  readonly permit: string;
  readonly count: number;
  /** Nova makes records, ports and a placement for each server before it answers. */
  readonly seconds: number;
}

/** The ids of what was made, fewer than were asked for if the quota had no more; or how it failed. */
export type Created = { readonly kind: 'made'; readonly ids: readonly string[] } | Failure;

const server = ({ request, recipe, place, flavourId, permit, count }: Batch) => ({
  name: `aerie-${request.launchId}`,
  flavorRef: flavourId,
  imageRef: place.imageId ?? request.template.imageId ?? recipe.image,
  networks: [{ uuid: place.subnetId }],
  availability_zone: place.zone,
  key_name: permit,
  user_data: recipe.userData,
  security_groups: recipe.securityGroups.map((name) => ({ name })),
  metadata: request.tags,
  tags: novaTags(request.tags),
  ...(count === 1 ? {} : { min_count: 1, max_count: count, return_reservation_id: true }),
});

const acceptedOne = z.object({ server: z.object({ id: z.string() }) });
const accepted = z.object({ reservation_id: z.string() });
const listed = z.object({ servers: z.array(z.object({ id: z.string() })) });
const withStatus = z.object({ servers: z.array(z.object({ status: z.string() })) });

const unclear = (why: string): Failure => ({ kind: 'unclear', why });

/**
 * Asks for a batch. Nova makes as many as the quota has room for, names several in a list only, and shows them there at once.
 * A search leaves out what is in a cell that is down; so if it shows fewer than were asked for, the cells are looked at.
 */
export const create = async (nova: Nova, batch: Batch): Promise<Created> => {
  const answer = await nova.ask({
    method: 'POST',
    path: '/servers',
    body: { server: server(batch) },
    timeoutSeconds: batch.seconds,
  });
  if (answer.kind !== 'done') return answer;
  const single = acceptedOne.safeParse(answer.body).data?.server;
  if (single !== undefined) return { kind: 'made', ids: [instanceIdOf(single.id)] };
  const reservation = accepted.safeParse(answer.body).data?.reservation_id;
  if (reservation === undefined) return unclear('Nova took the request and names no reservation');
  const shown = await nova.ask({ method: 'GET', path: `/servers?reservation_id=${reservation}` });
  const found = shown.kind === 'done' ? listed.safeParse(shown.body).data?.servers : undefined;
  if (found === undefined || found.length === 0)
    return unclear(`Nova took the request and does not show ${reservation}`);
  const ids = found.map(({ id }) => instanceIdOf(id));
  if (ids.length === batch.count) return { kind: 'made', ids };
  const whole = await nova.ask({ method: 'GET', path: '/servers/detail' });
  const cells = whole.kind === 'done' ? withStatus.safeParse(whole.body).data?.servers : undefined;
  return cells === undefined || cells.some(({ status }) => status === 'UNKNOWN')
    ? unclear(`Nova does not show all of ${reservation}`)
    : { kind: 'made', ids };
};

const zones = z.object({ availabilityZoneInfo: z.array(z.object({ zoneName: z.string() })) });

const FORBIDDEN = 403;

/** Only text tells these apart from other refusals of the same status. */
const QUOTA = /quota|exceeded/i;
const ZONE = /availability zone/i;

/** What a refusal of a batch calls for. Nova says of a zone whose hosts are off what it says of one that does not exist. */
export const classOf = async (
  nova: Nova,
  { status, why }: Extract<Failure, { kind: 'refused' }>,
  zone: string,
): Promise<RefusalClass> => {
  if (status === FORBIDDEN && QUOTA.test(why)) return 'quota';
  if (!ZONE.test(why)) return 'configuration';
  const answer = await nova.ask({ method: 'GET', path: '/os-availability-zone' });
  const known = answer.kind === 'done' ? (zones.safeParse(answer.body).data?.availabilityZoneInfo ?? []) : [];
  return known.some(({ zoneName }) => zoneName === zone) ? 'capacity' : 'configuration';
};
