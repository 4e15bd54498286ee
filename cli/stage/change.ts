import { setTimeout } from 'node:timers/promises';
import { nameOf, type RawSettings, type SettingProblem } from '../../core/settings/parse.ts';
import {
  type Owner,
  ownerKey,
  type SettingsRecord,
  settingsIn,
} from '../../core/settings/settings-record.ts';
import { UsageError } from '../command/usage.ts';
import { ownerText } from './owners.ts';
import { defaultOf, knobsOf, parametersOf, putParameter } from './parameters.ts';
import type { Sight, StageSetUp } from './sight.ts';

/** A knob of a queue or a fleet that is to have another value; `to` undefined: its default. */
export interface Wish {
  readonly owner: Owner;
  readonly knob: string;
  readonly to: string | undefined;
}

/** A wish with what is there now. */
export interface Change extends Wish {
  /** Undefined: nobody has set it. */
  readonly from: string | undefined;
}

/** What is there of an owner, with changes to it. */
const after = (raw: RawSettings, wishes: readonly Wish[]): RawSettings => {
  const changed = new Map(Object.entries(raw));
  for (const { knob, to } of wishes) {
    if (to === undefined) changed.delete(knob);
    else changed.set(knob, to);
  }
  return Object.fromEntries(changed);
};

const problemsIn = (
  sight: StageSetUp,
  records: readonly SettingsRecord[],
): ReadonlyMap<string, readonly SettingProblem[]> => {
  const { queues, fleets } = settingsIn(records, sight.place, { at: sight.now });
  const wrong = (of: Owner['of']) => (parsed: (typeof queues)[number] | (typeof fleets)[number]) =>
    parsed.ok ? [] : [[ownerKey({ of, name: nameOf(parsed) }), parsed.problems] as const];
  return new Map([...queues.flatMap(wrong('queue')), ...fleets.flatMap(wrong('fleet'))]);
};

const told = (problems: readonly SettingProblem[]): string =>
  problems.map(({ knob, why }) => `${knob} ${why}`).join('; ');

/** What there is of some owners, before any wish. */
type Raws = ReadonlyMap<string, RawSettings>;

/**
 * Judges wishes against what there is: each knob by its schema, and all queues and fleets together as they would be then. What
 * is wrong already, and not by them, stands in nobody's way. Throws UsageError with what is wrong.
 */
const judged = async (sight: StageSetUp, wishes: readonly Wish[], raws: Raws) => {
  const { records } = await sight.settings();
  for (const { owner, knob } of wishes) {
    if (Object.hasOwn(knobsOf(owner), knob)) continue;
    throw new UsageError(
      `a ${owner.of} has no knob "${knob}"; it has ${Object.keys(knobsOf(owner)).join(', ')} (docs/settings.md).`,
    );
  }
  const others = records.filter((record) => !raws.has(ownerKey(record)));
  const asIs = ownersIn(wishes).map((owner) => ({
    ...owner,
    readAt: 0,
    good: raws.get(ownerKey(owner)) ?? {},
  }));
  const asWished = asIs.map((record) => ({
    ...record,
    good: after(
      record.good,
      wishes.filter(({ owner }) => ownerKey(owner) === ownerKey(record)),
    ),
  }));
  const before = problemsIn(sight, [...others, ...asIs]);
  const then = [...others, ...asWished];
  for (const [key, problems] of problemsIn(sight, then)) {
    if (before.has(key) && !raws.has(key)) continue;
    const [of = '', name = ''] = key.split('#');
    throw new UsageError(`that cannot be: ${of}/${name}: ${told(problems)}.`);
  }
  const changes = wishes.map((wish) => ({ ...wish, from: raws.get(ownerKey(wish.owner))?.[wish.knob] }));
  return { changes: changes.filter(({ from, to }) => from !== to), records: then };
};

const ownersIn = (wishes: readonly Wish[]): readonly Owner[] => [
  ...new Map(wishes.map(({ owner }) => [ownerKey(owner), owner])).values(),
];

/** Checks wishes before anything is put, against the parameters that stand in SSM. Throws UsageError with what is wrong. */
export const checked = async (sight: Sight, wishes: readonly Wish[]): Promise<readonly Change[]> => {
  const raws = new Map<string, RawSettings>();
  for (const owner of ownersIn(wishes)) raws.set(ownerKey(owner), await parametersOf(sight, owner));
  return (await judged(sight, wishes, raws)).changes;
};

/**
 * Checks wishes that nobody puts, against the settings that are in force; answers all settings as they would be then. It needs
 * no right to read parameters. Throws UsageError with what is wrong.
 */
export const tried = async (sight: StageSetUp, wishes: readonly Wish[]) => {
  const { records } = await sight.settings();
  const inForce = new Map(records.map((record) => [ownerKey(record), record.good ?? {}]));
  const raws = new Map(
    ownersIn(wishes).map((owner) => [ownerKey(owner), inForce.get(ownerKey(owner)) ?? {}]),
  );
  return judged(sight, wishes, raws);
};

/** How often the settings are looked at, and how long their function may take: it hears of a change within seconds. */
const LOOK_MS = 250;
const MOST_LOOKS = 240;

/** Whether a record says what a change asks for. */
const isKept = (record: SettingsRecord | undefined, { knob, to }: Change): boolean =>
  record?.good?.[knob] === to;

/** What the settings function has made of changes: kept, refused with its words, or not heard of in a minute. */
export type Word =
  | { readonly kind: 'kept' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'silent' };

/** Puts changes, and waits for the settings function to keep them, in the ledger's records. */
export const put = async (sight: Sight, changes: readonly Change[]): Promise<Word> => {
  const before = new Map((await sight.readSettings()).records.map((of) => [ownerKey(of), of.readAt]));
  const isNewer = (record: SettingsRecord | undefined): record is SettingsRecord =>
    record !== undefined && record.readAt > (before.get(ownerKey(record)) ?? 0);
  for (const change of changes) await putParameter(sight.clients.ssm, sight.stage, change);
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const { records } = await sight.readSettings();
    const byOwner = new Map(records.map((record) => [ownerKey(record), record]));
    const open = changes.filter((change) => !isKept(byOwner.get(ownerKey(change.owner)), change));
    if (open.length === 0) return { kind: 'kept' };
    const refused = open.flatMap(({ owner, knob }) => {
      const record = byOwner.get(ownerKey(owner));
      const bad = isNewer(record) ? (record.bad ?? []).filter((problem) => problem.knob === knob) : [];
      return bad.length === 0 ? [] : [`${ownerText(owner)}: ${told(bad)}`];
    });
    if (refused.length > 0) return { kind: 'refused', why: refused.join('; ') };
    await setTimeout(LOOK_MS);
  }
  return { kind: 'silent' };
};

/** A value as it is shown: its own, or the default where nobody has set it. */
export const shownValue = (owner: Owner, knob: string, value: string | undefined): string =>
  value ?? `${defaultOf(owner, knob) || 'nothing'} (default)`;
