import type { Market } from '../../../core/model/flavours.ts';
import type { Placement } from '../../../core/model/worker.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Ec2Event } from './events.ts';
import type { ShutdownBehavior, TwinInstance } from './instance.ts';
import type { Limits } from './throttle.ts';

export const DEFAULT_ACCOUNT = '123456789012';
export const DEFAULT_REGION = 'us-east-1';

/** Lowest and highest of an even draw, seconds. */
export type Span = readonly [lowest: number, highest: number];

/** One version of a launch template, as a stack would have made it. */
export interface LaunchTemplate {
  readonly id: string;
  /** A number as text. */
  readonly version: string;
  readonly imageId: string;
  readonly userData: string | Buffer;
  /** What a power-off from inside does, unless the instance's own attribute says otherwise. */
  readonly shutdownBehavior: ShutdownBehavior;
  /** Instance tags can be read from the metadata service; EC2 then refuses some tag keys. */
  readonly metadataTags: boolean;
}

/** How many instances an offer has room for, for a while. A field left out means any; the tightest window counts. */
export interface CapacityWindow {
  readonly flavour?: string;
  readonly zone?: string;
  readonly market?: Market;
  readonly count: number;
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  /** What EC2 says when it runs out; InsufficientInstanceCapacity unless told. */
  readonly code?: string;
}

/** How EC2 takes spot instances back. */
interface SpotHazard {
  /** Interruptions per running hour of one instance; 0: only the scenario interrupts. */
  readonly interruptionsPerHour: number;
  /** Share of these that a rebalance recommendation announces, and how long before the warning. */
  readonly announcedShare: number;
  readonly announcedAheadSeconds: Span;
}

/**
 * What an instant fleet answers to the second use of its token with the same parameters. AWS documents it nowhere, so
 * whoever asks again has to do with each of them: the first answer once more, a refusal, or a fleet without anything.
 */
export const SECOND_USES = ['the first answer', 'refused', 'empty'] as const;
export type SecondUse = (typeof SECOND_USES)[number];

/** Everything the twin's EC2 is made of; only the first four have no default. */
export interface Ec2Options {
  readonly clock: Clock;
  readonly seed: number;
  readonly templates: readonly LaunchTemplate[];
  readonly placements: readonly Placement[];
  /** Images besides those of the templates. */
  readonly images?: readonly string[];
  readonly region?: string;
  readonly account?: string;
  /** Types besides the plain ones, written out as in the settings: `g5.xlarge(4c,16384m,1g)`. */
  readonly flavours?: readonly string[];
  /** How long each step takes. */
  readonly pendingSeconds?: Span;
  readonly stoppingSeconds?: Span;
  readonly shuttingDownSeconds?: Span;
  readonly hiddenSeconds?: Span;
  readonly eventDelaySeconds?: Span;
  readonly failSeconds?: Span;
  /** Share of events that never arrive: EC2 gives them as best effort. */
  readonly eventLossShare?: number;
  readonly spot?: SpotHazard;
  readonly capacity?: readonly CapacityWindow[];
  /** Most vCPUs that may be live, by market. */
  readonly quotaVcpus?: Readonly<Partial<Record<Market, number>>>;
  readonly limits?: Limits;
  readonly secondUse?: SecondUse;
  /** The tag without which the caller may end, start or change no instance, as the rights of a stage have it; absent: all. */
  readonly ownTag?: string;
  /** The only keys of tags that the caller may write on what is there already; absent: any. */
  readonly writableTags?: readonly string[];
  /** The machine has power, for the first time or again: its own boot begins here. */
  readonly onRunning?: (instance: TwinInstance) => void;
  /** Power is cut, at a stop or at the end. Also called for an instance that never ran. */
  readonly onEnding?: (instance: TwinInstance) => void;
  /** What a machine has said on its console. */
  readonly consoleOf?: (instance: TwinInstance) => string | undefined;
  /** What EventBridge delivers, a moment after it happened. */
  readonly onEvent?: (event: Ec2Event) => void;
}
