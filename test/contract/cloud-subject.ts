import type { Offer } from '../../core/model/flavours.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import type { Cloud } from '../../core/ports.ts';

/** What a cloud may be known not to do as the port promises; an emulator's faults, never a real cloud's. */
type Fault = 'token' | 'end reason';

/** A cloud with nothing of the contract's in it. */
export interface CloudSubject {
  readonly cloud: Cloud;
  /** A launch that it can carry out: so many machines of two flavours, on demand. */
  request(launchId: string, count: number): LaunchRequest;
  now(): number;
  /** Lets what was launched be seen, and what was ended be over. */
  settle(): void;
  /** Leaves room for so many more machines of each offer until it is lifted; undefined: it cannot be told. */
  readonly limit: ((offers: readonly Offer[], count: number) => () => void) | undefined;
  /** Keeps it from ending an instance; undefined: it cannot be told. */
  readonly refuseEnd: ((instanceId: string) => void) | undefined;
  readonly faults: readonly Fault[];
  close(): Promise<void>;
}
