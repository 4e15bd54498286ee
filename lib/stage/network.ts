import * as z from 'zod';
import { got, matching } from './matching.ts';

/** A zone by its name, a Local Zone's included. */
export const ZONE = /^[a-z]{2,}(-[a-z]+)+-\d(-[a-z]+-\d)?[a-z]$/;

/** The region that a zone is of. */
export const regionIn = (zone: string): string | undefined => /^[a-z]+(-[a-z]+)+-\d/.exec(zone)?.[0];

const placement = z.strictObject({
  subnetId: matching(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'a subnet id'),
  zone: matching(
    ZONE,
    'the name of an availability zone such as us-east-1a (its id, such as use1-az1, is none)',
  ),
});

/** No region has more zones and Local Zones together that a fleet can spread over. */
const MOST_PLACEMENTS = 20;

/** One that is there. */
const existing = z.strictObject({
  kind: z.literal('existing'),
  vpcId: matching(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'a VPC id'),
  placements: z
    .array(placement)
    .min(1, 'is empty; expected one subnet a zone')
    .max(MOST_PLACEMENTS, `names more than ${MOST_PLACEMENTS} subnets; expected one subnet a zone`)
    .refine((all) => new Set(all.map(({ zone }) => zone)).size === all.length, {
      error: 'names a zone twice; expected one subnet a zone',
    })
    .refine((all) => new Set(all.map(({ subnetId }) => subnetId)).size === all.length, {
      error: 'names a subnet twice; expected one subnet a zone',
    }),
});

const MADE = ['public', 'nat', 'ipv6'] as const;

/** As many as fit into a made network's 16 bits (lib/network/network.ts); no region has more. */
export const MOST_ZONES = 6;
/** One zone that is short of a machine is not all of them. */
const DEFAULT_ZONES = 2;
const ZONES_ALLOWED = `a whole number of availability zones from 1 to ${MOST_ZONES}`;
const zones = z
  .int({ error: ({ input }) => got(input, ZONES_ALLOWED) })
  .min(1, { error: ({ input }) => got(input, ZONES_ALLOWED) })
  .max(MOST_ZONES, { error: ({ input }) => got(input, ZONES_ALLOWED) })
  .default(DEFAULT_ZONES);
const made = z.strictObject({ kind: z.enum(MADE), zones });

/** A network that names a VPC need not say that it exists. */
const withKind = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'vpcId' in given ? { kind: 'existing', ...given } : given;

const ALLOWED = `${MADE.join(', ')}, or a vpcId with its placements`;
export const NETWORK_ALLOWED =
  '`{ "kind": "public" }`, `nat` or `ipv6`, each with a number of `zones` (2), or `{ "vpcId": …, "placements": [{ "subnetId": …, "zone": … }] }`';

const kindOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'kind' in input ? input.kind : input;

/** Where a stage's workers live, as cdk.json says it. */
export const network = z.preprocess(
  withKind,
  z.discriminatedUnion('kind', [existing, made], {
    error: ({ input }) => got(kindOf(input), ALLOWED),
  }),
);
