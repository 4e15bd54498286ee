import * as z from 'zod';
import { market, type Offer } from './flavours.ts';
import type { Parsed } from './parsed.ts';
import { purpose } from './purpose.ts';
import { resources } from './resources.ts';
import { template } from './templates.ts';

/** An instance that a launch has brought forth. */
export interface Launched {
  readonly instanceId: string;
  readonly offer: Offer;
  /** When, as EC2 says; absent: just now. */
  readonly launchedAt?: number;
}

/** What EC2 says of a call that it did not carry out: its code, and the code with its own words. */
export interface Said {
  readonly code: string;
  readonly why: string;
}

/** How one launch call ended. Partial and empty are values; only `answered` closes the intent with its workers. */
export type LaunchOutcome =
  | {
      readonly kind: 'answered';
      readonly launched: readonly Launched[];
      readonly refused: readonly Refusal[];
      /** EC2 refused the call as a whole and made no fleet: this says nothing of an earlier call with its token. */
      readonly noFleet?: true;
    }
  | ({ readonly kind: 'throttled' } & Said)
  | { readonly kind: 'unclear'; readonly why: string }
  /** EC2 did not accept the caller just now, and has not looked at the request: it is asked again under its token. */
  | ({ readonly kind: 'unheard' } & Said)
  /** The token was used before with other parameters. */
  | ({ readonly kind: 'mismatched' } & Said)
  /** The token was used before, and what came of it has ended. */
  | ({ readonly kind: 'spent' } & Said)
  /** EC2 refused the call as a whole and does not say for which of its offers. */
  | ({ readonly kind: 'rejected'; readonly class: 'unsupported' | 'configuration' } & Said);

/** An instance that EC2 will not end, and why. */
export interface RefusedEnd extends Said {
  readonly instanceId: string;
}

/** An instance with which the cloud did not do something else, and why. `state`: its state is none for that, or it is gone. */
export interface RefusedOrder extends RefusedEnd {
  readonly class: RefusalClass | 'state';
}

/** What came of an order to end instances; those in neither list are for another tick. */
export interface EndReply {
  readonly taken: readonly string[];
  readonly refused: readonly RefusedEnd[];
  /** Why EC2 did not answer for the rest; absent if it did, throttled, or does not know them (yet). */
  readonly unanswered?: string;
  /** Why EC2 did not accept the caller, and has not looked at the rest. */
  readonly unheard?: Said;
}

/** The same of an order to let instances stop. `unclear`: those that EC2 did not answer for; absent: any of the rest. */
export interface LetStopReply extends EndReply {
  readonly refused: readonly RefusedOrder[];
  readonly unclear?: readonly string[];
}

/**
 * Everything EC2 is asked in one launch, frozen before it is asked. A replay sends exactly this again: a client token
 * with other parameters is refused, or worse, silently ignored.
 */
const launchRequest = z.object({
  launchId: z.string(),
  ...purpose.shape,
  clientToken: z.string(),
  template,
  market,
  count: z.number(),
  /** What EC2 may choose from: CreateFleet's overrides, in this order. */
  overrides: z.array(
    z.object({
      flavour: z.string(),
      subnetId: z.string(),
      zone: z.string(),
      /** The image of types whose processors are ARM's; absent: that of the template. */
      imageId: z.string().exactOptional(),
    }),
  ),
  tags: z.record(z.string(), z.string()),
  /** On demand: unused capacity reservations of the account are used first. Absent: no, as in launches of older versions. */
  reservationsFirst: z.literal(true).exactOptional(),
});

export type LaunchRequest = Parsed<typeof launchRequest>;

/**
 * A launch of offers that are on trial: EC2 refused a fleet that had them all and did not say for which. `halvings`: how
 * often that set has been halved.
 */
export const onTrial = z.object({ halvings: z.number().exactOptional() });

export type OnTrial = Parsed<typeof onTrial>;

/**
 * A launch of one worker that tries a template: what EC2 refuses of it may be the template's fault and no offer's. Absent:
 * any other launch, and one from before this was kept.
 */
const ofCanary = z.object({ isCanary: z.literal(true).exactOptional() });

export type OfCanary = Parsed<typeof ofCanary>;

/** A launch as it is planned. */
export const plannedLaunch = z.object({
  request: launchRequest,
  /** What one of its workers will offer. */
  offers: resources,
  /** What one of its workers costs, dollars per hour, by flavour; absent: its fleet has no prices. */
  prices: z.record(z.string(), z.number()).exactOptional(),
  ...onTrial.shape,
  ...ofCanary.shape,
});

/** A launch that is written down and whose outcome is not. Its workers count as booting, in full. */
export const openLaunch = z.object({
  ...plannedLaunch.shape,
  createdAt: z.number(),
  /** *Intended*: the fence of the lease under which it was written. Absent once it is *requested*: EC2 may know of it. */
  intendedBy: z.number().exactOptional(),
  /**
   * The moment of the last call for it that was not answered, or whose answer is not known yet: EC2 may have carried it
   * out. Absent: not kept, in items of older versions.
   */
  unansweredAt: z.number().exactOptional(),
  /** When EC2 first said that it has had its token: a call for it has been carried out, and is not to be made again. */
  tokenKnownAt: z.number().exactOptional(),
});

export type OpenLaunch = Parsed<typeof openLaunch>;

/**
 * What a refusal of EC2 calls for. `capacity` and `quota` pass; `unsupported` lasts, and other offers do;
 * `configuration` needs a person. `throttled` and `caller` say nothing of an offer: EC2 wants fewer calls, or did not
 * accept the caller's clock, signature or credentials.
 */
export const REFUSAL_CLASSES = [
  'capacity',
  'quota',
  'unsupported',
  'configuration',
  'throttled',
  'caller',
] as const;

export type RefusalClass = (typeof REFUSAL_CLASSES)[number];

/** Why EC2 would not give an offer, in its own words. */
export interface Refusal extends Said {
  readonly offer: Offer;
  readonly class: RefusalClass;
}
