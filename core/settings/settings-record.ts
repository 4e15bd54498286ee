import type { ParsedFleet } from './fleet-settings.ts';
import { fleetNames, judgedTogether, type StageSettings, shapesByFleet } from './joint.ts';
import type { ParsedSettings, RawSettings, SettingProblem, UnusableSettings } from './parse.ts';
import type { Place } from './place.ts';
import type { ParsedQueue } from './queue-settings.ts';
import { parseFleetSettings, parseQueueSettings, type Serving } from './settings.ts';

/** Whose parameters they are: a queue's or a fleet's. */
export interface Owner {
  readonly of: 'queue' | 'fleet';
  readonly name: string;
}

/** One text for one owner. */
export const ownerKey = ({ of, name }: Owner): string => `${of}#${name}`;

/** The parameters of one queue or fleet. */
export interface OwnedParameters {
  readonly owner: Owner;
  readonly raw: RawSettings;
}

/** What the ledger keeps of the settings of one queue or fleet. */
export interface SettingsRecord extends Owner {
  /** The moment whose settings these are, seconds since 1970. */
  readonly readAt: number;
  /** The last parameters that could be used; absent if there never were any. */
  readonly good?: RawSettings | undefined;
  /** What is wrong with those that stand in SSM now; absent if nothing is. */
  readonly bad?: readonly SettingProblem[] | undefined;
}

/**
 * All settings as the ledger has them. `completeAt`: when all of SSM was last read; absent: never. `beforeFleets`: it was, by a
 * version that read queues only, so that no cap of a fleet is known.
 */
export interface SettingsSnapshot {
  readonly completeAt: number | undefined;
  readonly beforeFleets?: true;
  readonly records: readonly SettingsRecord[];
}

/** What was read of a queue or a fleet, and where the workers live. */
export interface Reading extends OwnedParameters {
  readonly readAt: number;
  readonly place?: Place | undefined;
}

/** What is to be kept of parameters: those that cannot be used do not take the place of those that could. */
export const settingsRecord = (
  { owner: { of, name }, raw, readAt, place }: Reading,
  before: SettingsRecord | undefined,
): SettingsRecord => {
  const parsed = of === 'queue' ? parseQueueSettings(name, raw) : parseFleetSettings(name, raw, { place });
  if (parsed.ok) return { of, name, readAt, good: raw };
  const { problems } = parsed;
  return before?.good === undefined
    ? { of, name, readAt, bad: problems }
    : { of, name, readAt, good: before.good, bad: problems };
};

const sorted = (raw: RawSettings | undefined): unknown =>
  raw === undefined ? null : Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a record says, whenever it was read; two that say the same are equal. */
export const saying = ({ good, bad }: SettingsRecord): string =>
  JSON.stringify([sorted(good), (bad ?? []).map(({ knob, why }) => [knob, why])]);

const read = <S>(
  { name, good, bad }: SettingsRecord,
  parse: (raw: RawSettings) => ParsedSettings<S>,
): ParsedSettings<S> => {
  if (good === undefined) return { ok: false, name, problems: bad ?? [] };
  const parsed = parse(good);
  return !parsed.ok || bad === undefined ? parsed : { ...parsed, outdated: bad };
};

/** What ticks make of a queue's record: the last good settings, with what is wrong with the present ones, or why there are none. */
export const queueIn = (record: SettingsRecord, at?: number): ParsedQueue =>
  read(record, (raw) => parseQueueSettings(record.name, raw, at));

/**
 * The same of a fleet's. Pilots that no type of any() holds are a mistake of their queue: it is judged beside the fleet, whose
 * workers go on.
 */
export const fleetIn = (record: SettingsRecord, serving: Serving, at?: number): ParsedFleet =>
  read(record, (raw) => {
    const parsed = parseFleetSettings(record.name, raw, serving, at);
    if (parsed.ok || serving.shapes === undefined) return parsed;
    return parseFleetSettings(record.name, raw, { place: serving.place }, at);
  });

/** How records are read; a reader that remembers what they said takes their place. */
export interface Readers {
  readonly queue: typeof queueIn;
  readonly fleet: typeof fleetIn;
}

const of = (records: readonly SettingsRecord[], kind: Owner['of']): readonly SettingsRecord[] =>
  records.filter((record) => record.of === kind);

/** When settings are read, and how; absent: as they are by default, and anew. */
interface Reader {
  readonly at?: number;
  readonly readers?: Readers;
}

/** All settings, each judged by itself and beside the others. The default fleet needs no record. */
export const settingsIn = (
  records: readonly SettingsRecord[],
  place?: Place,
  { at, readers = { queue: queueIn, fleet: fleetIn } }: Reader = {},
): StageSettings => {
  const queues = of(records, 'queue').map((record) => readers.queue(record, at));
  const shapes = shapesByFleet(queues);
  const ofFleets = new Map(of(records, 'fleet').map((record) => [record.name, record]));
  const fleets = fleetNames(ofFleets.keys()).map((name) =>
    readers.fleet(
      ofFleets.get(name) ?? { of: 'fleet', name, readAt: 0, good: {} },
      { place, shapes: shapes.get(name) ?? [] },
      at,
    ),
  );
  return judgedTogether({ queues, fleets }, place);
};

/**
 * Marks records of queues that can be used by themselves and not on their fleets. `before`: what was kept of a queue; its
 * last good parameters stay in force.
 */
export const judgedRecords = (
  records: readonly SettingsRecord[],
  before: (owner: Owner) => SettingsRecord | undefined,
  place?: Place,
): readonly SettingsRecord[] => {
  const { queues } = settingsIn(records, place);
  const problems = new Map(
    queues.flatMap((queue) => (queue.ok ? [] : [[queue.name, queue.problems] as const])),
  );
  return records.map((record) => {
    const bad = record.of === 'queue' ? problems.get(record.name) : undefined;
    if (bad === undefined || record.bad !== undefined) return record;
    return { ...record, good: before(record)?.good ?? record.good, bad };
  });
};

/** The same names, and one reason why none of their settings can be used. */
export const unusable = (records: readonly SettingsRecord[], problem: SettingProblem): StageSettings => {
  const all = (names: readonly string[]): readonly UnusableSettings[] =>
    names.map((name) => ({ ok: false, name, problems: [problem] }));
  return {
    queues: all(of(records, 'queue').map(({ name }) => name)),
    fleets: all(fleetNames(of(records, 'fleet').map(({ name }) => name))),
  };
};

/** Settings that nobody has compared with SSM for so long are no facts: a cap may have been lowered since. */
const STALE_SECONDS = 3_600;

/** Why nothing is done between a deploy and the first reading of fleets: each would have the caps that it has by default. */
export const BEFORE_FLEETS: SettingProblem = {
  knob: '(all)',
  why: 'were read by a version that knew no fleets, and are read anew within minutes',
};

/** Why a snapshot's settings may not be acted on, if they may not. */
export const staleSettings = (completeAt: number, now: number): SettingProblem | undefined => {
  const age = Math.round(now - completeAt);
  if (age <= STALE_SECONDS) return undefined;
  return { knob: '(all)', why: `was last compared with SSM ${age} s ago, limit ${STALE_SECONDS} s` };
};
