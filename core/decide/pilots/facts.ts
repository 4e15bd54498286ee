import type { SubmissionRecord, UnreadItem } from '../../model/ledger.ts';
import { countPilots, type PilotCounts } from '../../observe/demand.ts';
import type { Facts } from '../../observe/facts.ts';
import type { StageSettings } from '../../settings/joint.ts';

/** What a decision about pilots is made of. */
export interface PilotsInput extends StageSettings {
  readonly facts: Facts;
  readonly submissions: Readonly<Record<string, readonly SubmissionRecord[]>>;
  /** Pilots ever submitted, by queue. */
  readonly pilotsEver: Readonly<Record<string, number>>;
  /** Items of the ledger that could not be read; absent: none. */
  readonly unread?: readonly UnreadItem[];
}

/** The pilots of one queue. */
export const pilotsOf = ({ facts, submissions }: PilotsInput, queue: string): PilotCounts =>
  countPilots(facts.pilots(queue), submissions[queue] ?? [], facts.viewedAt);
