import type { Offer } from '../../core/flavours.ts';
import type { EndCause } from './end-reason.ts';

/** Where an instance stands. Power is on while it is `running` and cut as soon as it is `shutting-down`. */
export type Life =
  | { readonly kind: 'pending' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'shutting-down'; readonly endedAt: number; readonly cause: EndCause }
  | {
      readonly kind: 'terminated';
      readonly endedAt: number;
      readonly cause: EndCause;
      readonly since: number;
    };

/** One instance of the twin's EC2. Moments are seconds since 1970. */
export interface TwinInstance {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly offer: Offer;
  readonly vcpus: number;
  readonly subnetId: string;
  readonly template: { readonly id: string; readonly version: string };
  readonly imageId: string;
  readonly clientToken: string;
  /** The caller's tags and those that EC2 adds itself (`aws:…`). */
  readonly tags: Readonly<Record<string, string>>;
  /** When the launch was called: billing starts here. */
  readonly launchedAt: number;
  /** Before this moment no other call knows the instance. */
  readonly visibleAt: number;
  readonly life: Life;
}

export const isSpot = (instance: TwinInstance): boolean => instance.offer.market === 'spot';

/** Pending or running: takes capacity and quota, and is billed. */
export const isLive = (instance: TwinInstance): boolean =>
  instance.life.kind === 'pending' || instance.life.kind === 'running';
