import type { Offer } from '../../core/model/flavours.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import type { Cloud } from '../../core/ports.ts';

/** What an emulator does not do as the port promises, or cannot be made to do. */
export type Lack = 'token' | 'limit' | 'refused end';

/** A cloud with nothing of the contract's in it. */
export interface CloudSubject {
  readonly cloud: Cloud;
  /** A launch that it can carry out: so many machines of two flavours, on demand. */
  request(launchId: string, count: number): LaunchRequest;
  now(): number;
  /** Lets what was launched be seen, and what was ended be over. */
  settle(): void;
  /** Leaves room for so many more machines of each offer until it is lifted. */
  readonly limit?: (offers: readonly Offer[], count: number) => () => void;
  /** Keeps it from ending an instance. */
  readonly refuseEnd?: (instanceId: string) => void;
  close(): Promise<void>;
}
