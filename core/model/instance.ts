import type { Offer } from './flavours.ts';
import type { RefusalClass } from './launch.ts';
import { TAG } from './names.ts';

/** Why EC2 says that an instance has ended: the code and the message of its state reason. */
export interface EndReason {
  readonly code: string;
  readonly message: string;
  /** Who asked for it and when, where somebody did: `User initiated (2026-01-05 12:00:00 GMT)`. */
  readonly transition?: string;
}

const BY_API = 'Client.UserInitiatedShutdown';

const BY_ITSELF = 'Client.InstanceInitiatedShutdown';

/** Whether somebody asked EC2 for this end: aerie, or a person. */
export const isAskedFor = ({ code }: EndReason): boolean => code === BY_API;

/**
 * Whether neither aerie nor the machine itself brought an end about: EC2 took a spot machine back, could not start one or
 * lost one, or somebody else asked for it.
 */
export const isByOthers = ({ reason, askedByOther }: EndNote): boolean =>
  reason.code === BY_API ? askedByOther === true : reason.code !== BY_ITSELF;

/** An end that was seen, as it is kept. */
export interface EndNote {
  readonly instanceId: string;
  readonly fleet: string;
  readonly offer: Offer;
  readonly launchedAt: number;
  readonly reason: EndReason;
  /** Somebody asked for it, and the ledger knows the worker as one that aerie was not ending. */
  readonly askedByOther?: true;
  /** When it was seen. */
  readonly at: number;
}

/** `failed`: it was accepted and could not be made, or broke; it does not run, and counts against the quota until it is ended. */
type InstanceState =
  | 'pending'
  | 'running'
  | 'shutting-down'
  | 'terminated'
  | 'stopping'
  | 'stopped'
  | 'failed';

/** An instance as EC2 describes it. */
export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  /** When it was launched, however often it has been started since. */
  readonly launchedAt: number;
  readonly offer: Offer;
  readonly tags: Readonly<Record<string, string>>;
  /** Why it has ended, ends or failed; absent while it lives, and where EC2 gives none. */
  readonly reason?: EndReason;
  /** Of one that failed: its launch was accepted, and then there was no room for it. It has never run. */
  readonly refusedFor?: Extract<RefusalClass, 'capacity' | 'quota'>;
}

/** An operator's mark on an instance: any value but these. */
const UNMARKED: readonly (string | undefined)[] = [undefined, '', 'no', 'false'];

/** Whether an operator has marked it: aerie does nothing to it. */
export const isProtected = ({ tags }: Pick<Instance, 'tags'>): boolean =>
  !UNMARKED.includes(tags[TAG.protected]);
