import type { Offer } from '../../core/model/flavours.ts';
import type { LaunchRequest, RefusalClass } from '../../core/model/launch.ts';
import type { Cloud, Consoles } from '../../core/ports.ts';
import type { Road } from './cloud/proxy.ts';

/**
 * What a cloud has no like of, or an emulator does not do. Tests of it are left out: `token`, `limit` and `refused end` for an
 * emulator only.
 */
export type Lack =
  | 'token'
  | 'limit'
  | 'refused end'
  /** Shows for a while what has ended, and why. */
  | 'ended ones'
  /** A road that can be made bad, and what only an operator can do: see `OpenStackHands`. */
  | 'proxy'
  | 'openstack';

/** What the operator of an OpenStack can do, and what can be done on the road to it. */
export interface OpenStackHands {
  /** Sets how many servers there may be. */
  quota(instances: number): Promise<void>;
  zone(name: string, is: 'enabled' | 'disabled'): Promise<void>;
  cell(is: 'up' | 'down'): Promise<void>;
  /** The machine switches itself off. */
  powerOff(id: string): Promise<void>;
  revoke(token: string): Promise<void>;
  /** What the project has: servers, and key pairs. */
  left(): Promise<{ readonly servers: number; readonly keypairs: number }>;
  /** Most servers on a page of a list. */
  readonly pageSize: number;
  /** An offer that no host has room for, and one of the zone that can be switched off. */
  readonly noRoom: Pick<LaunchRequest['overrides'][number], 'flavour' | 'zone'>;
  readonly offZone: string;
}

/** A cloud with nothing of the contract's in it. */
export interface CloudSubject {
  readonly cloud: Cloud;
  /** Another one who asks the same cloud: he has no token yet, and no connection. */
  anew(): Cloud;
  readonly consoles?: Consoles;
  /** A launch that it can carry out: so many machines of two flavours, on demand. */
  request(launchId: string, count: number): LaunchRequest;
  /** In the form of an id, and of no instance. */
  readonly unknownId: string;
  now(): number;
  /** Lets what was launched be seen, and what was ended be over. */
  settle(): void | Promise<void>;
  /** Lets what was launched be seen, and no more. Absent: that is what `settle` takes as well. */
  readonly appear?: () => void | Promise<void>;
  /** Leaves room for so many more machines of each offer until it is lifted; what is refused then is of this class. */
  readonly limit?: (offers: readonly Offer[], count: number) => Promise<() => Promise<void>>;
  readonly limitClass?: RefusalClass;
  /** Keeps it from ending an instance, until that is lifted. */
  readonly refuseEnd?: (instanceId: string) => Promise<() => Promise<void>>;
  readonly proxy?: Road;
  readonly hands?: OpenStackHands;
  close(): Promise<void>;
}
