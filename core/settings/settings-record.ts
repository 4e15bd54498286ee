import type { Place } from './place.ts';
import type { ParsedSettings, SettingProblem } from './queue-settings.ts';
import { parseQueueSettings } from './settings.ts';

/** The parameters of one queue as SSM holds them: knob → text. */
export type RawSettings = Readonly<Record<string, string>>;

/** What the ledger keeps of the settings of one queue. */
export interface SettingsRecord {
  readonly queue: string;
  /** The moment whose settings these are, seconds since 1970. */
  readonly readAt: number;
  /** The last parameters that could be used; absent if there never were any. */
  readonly good?: RawSettings | undefined;
  /** What is wrong with those that stand in SSM now; absent if nothing is. */
  readonly bad?: readonly SettingProblem[] | undefined;
}

/** The settings of all queues as the ledger has them. `completeAt`: when all of SSM was last read; absent: never. */
export interface SettingsSnapshot {
  readonly completeAt: number | undefined;
  readonly records: readonly SettingsRecord[];
}

/** What was read of a queue, and where its workers live. */
export interface Reading {
  readonly queue: string;
  readonly raw: RawSettings;
  readonly readAt: number;
  readonly place?: Place | undefined;
}

/** What is to be kept of a queue's parameters: those that cannot be used do not take the place of those that could. */
export const settingsRecord = (
  { queue, raw, readAt, place }: Reading,
  before: SettingsRecord | undefined,
): SettingsRecord => {
  const parsed = parseQueueSettings(queue, raw, place);
  if (parsed.ok) return { queue, readAt, good: raw };
  const { problems } = parsed;
  return before?.good === undefined
    ? { queue, readAt, bad: problems }
    : { queue, readAt, good: before.good, bad: problems };
};

const sorted = (raw: RawSettings | undefined): unknown =>
  raw === undefined ? null : Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a record says, whenever it was read; two that say the same are equal. */
export const saying = ({ good, bad }: SettingsRecord): string =>
  JSON.stringify([sorted(good), (bad ?? []).map(({ knob, why }) => [knob, why])]);

/** What ticks make of a record: the last good settings, with what is wrong with the present ones, or why there are none. */
export const settingsOf = ({ queue, good, bad }: SettingsRecord, place?: Place): ParsedSettings => {
  if (good === undefined) return { ok: false, queue, problems: bad ?? [] };
  const parsed = parseQueueSettings(queue, good, place);
  if (!parsed.ok || bad === undefined) return parsed;
  return { ...parsed, outdated: bad };
};

/** Settings that nobody has compared with SSM for so long are no facts: a cap may have been lowered since. */
const STALE_SECONDS = 3_600;

/** Why a snapshot's settings may not be acted on, if they may not. */
export const staleSettings = (completeAt: number, now: number): SettingProblem | undefined => {
  const age = Math.round(now - completeAt);
  if (age <= STALE_SECONDS) return undefined;
  return { knob: '(all)', why: `was last compared with SSM ${age} s ago, limit ${STALE_SECONDS} s` };
};
