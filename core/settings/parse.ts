import { queueName } from '../model/pool.ts';
import { cut } from '../model/words.ts';
import type { Knob } from './knob.ts';

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

export type Knobs = Readonly<Record<string, Knob<unknown>>>;

/** What the knobs of a table come to: `max-workers` in SSM is `maxWorkers` here. */
export type ValuesOf<K extends Knobs> = {
  readonly [N in keyof K & string as Camel<N>]: K[N] extends Knob<infer T> ? T : never;
};

/** One value that cannot be used: which parameter, what it holds, what is allowed. */
export interface SettingProblem {
  readonly knob: string;
  readonly why: string;
}

/** Settings that can be used. `outdated`: what now stands in SSM cannot, for these reasons; these are the last that could. */
export interface UsableSettings<S> {
  readonly ok: true;
  readonly settings: S;
  readonly outdated?: readonly SettingProblem[];
}

/** Everything that is wrong with settings that cannot. */
export interface UnusableSettings {
  readonly ok: false;
  readonly name: string;
  readonly problems: readonly SettingProblem[];
}

/** One value that holds at some times instead of the knob's own. */
export interface Scheduled {
  readonly knob: string;
  readonly value: string;
  /** As it is written: `Mon-Fri 22:00-06:00 max-workers=200`. */
  readonly text: string;
}

/** What of settings holds only for a time; empty: nothing. */
export interface WithSchedule {
  readonly scheduled: readonly Scheduled[];
}

/** The settings of one queue or fleet. */
export type ParsedSettings<S> = UsableSettings<S> | UnusableSettings;

export const nameOf = (parsed: ParsedSettings<{ readonly name: string }>): string =>
  parsed.ok ? parsed.settings.name : parsed.name;

/** The parameters of one queue or fleet as SSM holds them: knob → text. */
export type RawSettings = Readonly<Record<string, string>>;

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const readKnob = (
  name: string,
  knob: Knob<unknown>,
  raw: string | undefined,
): { value: unknown } | SettingProblem => {
  const text = raw ?? knob.fallback;
  if (text === undefined) return { knob: name, why: `is missing; set it to one of: ${knob.allowed}` };
  const parsed = knob.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  const detail = parsed.error.issues.find((issue) => issue.code === 'custom')?.message;
  return {
    knob: name,
    why: `is "${cut(text)}"${detail === undefined ? '' : ` (${detail})`}; expected ${knob.allowed}`,
  };
};

/** What is read from a table of knobs. */
export interface Table<K extends Knobs> {
  readonly knobs: K;
  /** Why a name that is none of these knobs is wrong here. */
  readonly strange: (knob: string) => string;
}

/** Reads each knob of a table by itself; those that are absent take their defaults. */
export const readKnobs = <K extends Knobs>(
  name: string,
  raw: RawSettings,
  { knobs, strange }: Table<K>,
): { readonly ok: true; readonly values: { readonly name: string } & ValuesOf<K> } | UnusableSettings => {
  const problems: SettingProblem[] = [];
  if (!queueName.safeParse(name).success) {
    problems.push({
      knob: '(name)',
      why: `is "${name}"; expected up to 64 letters, digits, dots, dashes and underscores`,
    });
  }
  for (const given of Object.keys(raw)) {
    if (!Object.hasOwn(knobs, given)) problems.push({ knob: given, why: strange(given) });
  }
  const values: Record<string, unknown> = { name };
  for (const [knob, of] of Object.entries(knobs)) {
    const read = readKnob(knob, of, Object.hasOwn(raw, knob) ? raw[knob] : undefined);
    if ('value' in read) values[camel(knob)] = read.value;
    else problems.push(read);
  }
  return problems.length > 0
    ? { ok: false, name, problems }
    : { ok: true, values: values as { readonly name: string } & ValuesOf<K> };
};

/** What infrastructure and documentation need to know of each knob. */
export interface KnobDescription {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | undefined;
  readonly pattern: string;
  readonly allowed: string;
}

export const describeKnobs = (knobs: Knobs): readonly KnobDescription[] =>
  Object.entries(knobs).map(([name, { description, fallback, pattern, allowed }]) => ({
    name,
    description,
    fallback,
    pattern,
    allowed,
  }));
