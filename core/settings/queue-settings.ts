import type { Shape } from '../model/resources.ts';
import type { KnobName, KnobValue } from './knobs.ts';
import type { AtPlace } from './settle.ts';

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

/** All knobs of one queue as they are written: `max-workers` in SSM is `maxWorkers` here. */
export type Written = { readonly name: string } & {
  readonly [K in KnobName as Camel<K>]: KnobValue<K>;
};

/** The same with what they come to where the workers live. */
export type QueueSettings = Omit<Written, keyof AtPlace> & AtPlace;

/** One value that cannot be used: which parameter, what it holds, what is allowed. */
export interface SettingProblem {
  readonly knob: string;
  readonly why: string;
}

/**
 * The settings of one queue, or everything that is wrong with them. `outdated`: what now stands in SSM cannot be used,
 * for these reasons, and these are the last settings that could.
 */
export type ParsedSettings =
  | { readonly ok: true; readonly settings: QueueSettings; readonly outdated?: readonly SettingProblem[] }
  | { readonly ok: false; readonly queue: string; readonly problems: readonly SettingProblem[] };

/** PanDA's name of a queue. */
export const siteOf = (settings: QueueSettings): string => settings.siteid || settings.name;

/** What one pilot of a queue asks for. */
export const shapeOf = ({
  cpus,
  memoryMb,
  diskMb,
  gpus,
}: Pick<QueueSettings, 'cpus' | 'memoryMb' | 'diskMb' | 'gpus'>): Shape => ({
  cpus,
  memoryMb,
  diskMb,
  gpus,
});

/** Settings that can be used. */
export type UsableSettings = Extract<ParsedSettings, { ok: true }>;
