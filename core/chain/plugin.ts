import { formerKey } from './former-keys.ts';
import type { Parameter } from './parameters.ts';
import type { Plugin } from './step.ts';
import { quote, type Read, type Word } from './syntax.ts';

/** A sched plugin as it is declared: everything that the parser and the documentation know of it. */
interface Declaration<P> {
  readonly name: string;
  readonly description: string;
  /** What is not as in AutoPyFactory, and why. */
  readonly differs?: string;
  /** In this order they may be given without their names. */
  readonly parameters: { readonly [K in keyof P]: Parameter<P[K]> };
  readonly make: (parameters: P) => Plugin;
}

/** A parameter with its name, as documentation shows it. */
export type NamedParameter = { readonly name: string } & Parameter<unknown>;

/** A declared sched plugin, its parameters' types closed in. */
export interface SchedPlugin {
  readonly name: string;
  readonly description: string;
  readonly differs: string | undefined;
  readonly parameters: readonly NamedParameter[];
  /** Puts the parameters in place; `text` is the canonical way to write the result. */
  readonly make: (words: readonly Word[]) => Read<{ readonly plugin: Plugin; readonly text: string }>;
}

const fail = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

const takes = (plugin: string, parameters: readonly NamedParameter[]): string =>
  parameters.length === 0
    ? `${plugin} takes no parameters`
    : `${plugin} takes ${parameters.map(({ name }) => name).join(', ')}`;

/** What to write instead of a parameter that there is not: its name here, if AutoPyFactory had it, or those there are. */
const instead = (plugin: string, parameters: readonly NamedParameter[], name: string): string => {
  const here =
    formerKey(plugin, name) ??
    parameters.find((parameter) => parameter.name.toLowerCase() === name.toLowerCase())?.name;
  return here === undefined ? takes(plugin, parameters) : `here it is ${here}`;
};

/** Gives each word of a chain step its parameter: by name, or by its place among the declared ones. */
const assign = (
  plugin: string,
  parameters: readonly NamedParameter[],
  words: readonly Word[],
): Read<ReadonlyMap<string, string>> => {
  const given = new Map<string, string>();
  let named = false;
  for (const [place, word] of words.entries()) {
    if (word.name === undefined && named) {
      return fail(`${plugin}: ${quote(word.value)} has no name, but follows a parameter that has one`);
    }
    named = word.name !== undefined;
    const name = word.name ?? parameters[place]?.name;
    if (name === undefined) return fail(`${quote(word.value)} is one too many: ${takes(plugin, parameters)}`);
    if (!parameters.some((parameter) => parameter.name === name)) {
      return fail(`${plugin} has no parameter ${quote(name)}: ${instead(plugin, parameters, name)}`);
    }
    if (given.has(name)) return fail(`${plugin}: ${name} is given twice`);
    given.set(name, word.value);
  }
  return { ok: true, value: given };
};

const print = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

/** Declares a sched plugin. */
export const schedPlugin = <P extends object>(declaration: Declaration<P>): SchedPlugin => {
  const { name: plugin, description, differs } = declaration;
  const parameters = Object.entries<Parameter<unknown>>(declaration.parameters).map(([name, parameter]) => ({
    name,
    ...parameter,
  }));

  const make = (words: readonly Word[]): ReturnType<SchedPlugin['make']> => {
    const given = assign(plugin, parameters, words);
    if (!given.ok) return given;
    const values: Record<string, unknown> = {};
    const texts: string[] = [];
    for (const { name, schema, allowed, required, fallback } of parameters) {
      const text = given.value.get(name) ?? fallback;
      if (text === undefined && required) return fail(`${plugin} needs ${name}, ${allowed}`);
      if (text === undefined) continue;
      const parsed = schema.safeParse(text);
      if (!parsed.success) return fail(`${plugin}: ${name} is ${quote(text)}; expected ${allowed}`);
      values[name] = parsed.data;
      texts.push(`${name}=${print(parsed.data)}`);
    }
    const text = `${plugin}(${texts.join(', ')})`;
    return { ok: true, value: { plugin: declaration.make(values as P), text } };
  };
  return { name: plugin, description, differs, parameters, make };
};
