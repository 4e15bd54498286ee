import type { Offer } from './flavours.ts';
import type { WorkerRecord } from './records.ts';

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

/** The reason as EC2 words it; its message mostly begins with the code. */
export const reasonInWords = ({ code, message }: EndReason): string =>
  message === '' || message.startsWith(code) ? message || code : `${code}: ${message}`;

/** An end that was seen, as it is kept. */
export interface EndNote {
  readonly instanceId: string;
  readonly queue: string;
  readonly offer: Offer;
  readonly launchedAt: number;
  readonly reason: EndReason;
  /** Somebody asked for it, and the ledger knows the worker as one that aerie was not ending. */
  readonly askedByOther?: true;
  /** When it was seen. */
  readonly at: number;
}

/** A worker that ended before it joined, with EC2's reason. */
export interface EndedBoot {
  readonly worker: WorkerRecord;
  readonly reason: EndReason;
}

/** The ended boots of one queue in words: each reason once, with the worker where it is one. */
export const endedBootsInWords = (ended: readonly EndedBoot[], queue: string): readonly string[] => {
  const own = ended.filter(({ worker }) => worker.queue === queue);
  const alike = Map.groupBy(own, ({ reason }) => reasonInWords(reason));
  return [...alike].map(([reason, all]) =>
    all.length === 1
      ? `${all[0]?.worker.instanceId} ended before it joined: ${reason}`
      : `${all.length} workers ended before they joined: ${reason}`,
  );
};
