import { formerKey } from '../../core/chain/former-keys.ts';
import type { NamedParameter, SchedPlugin } from '../../core/chain/plugin.ts';
import { quote } from '../../core/chain/syntax.ts';
import { plainly, type Section } from './configuration.ts';
import { changed, dropped, type Fate, landed } from './fate.ts';

/** What stands outside the section and is in its chain all the same. */
export interface ChainOf {
  /** How many sections are one queue here: a factor of Scale is the share of one of them. */
  readonly sections: number;
  /** `maxperfactory.maximum`; undefined: not set; null: no file of the factory was given. */
  readonly maxPerFactory: string | undefined | null;
}

/** One step as it is put together. */
interface Step {
  readonly text: string | undefined;
  readonly fates: readonly Fate[];
  readonly doubts: readonly string[];
}

const CHAIN = 'chain';

/** Plugins that always let pass what comes, if AutoPyFactory has no number for them. */
const PASS_WITHOUT_NUMBER = ['MaxPerCycle', 'MinPerCycle', 'MaxPending', 'MinPending', 'MaxToRun'];

/** Parameters that AutoPyFactory treats as True, and aerie as False. */
const REMOVES_EXCESS = ['MaxPending', 'MaxToRun'];

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export const prefixOf = (plugin: string): string => `sched.${plugin.toLowerCase()}.`;

/** The parameter that a key of the file is here, by its own name or by one that it had. */
const parameterFor = ({ name, parameters }: SchedPlugin, key: string): NamedParameter | undefined => {
  const here = formerKey(name, key);
  return parameters.find((parameter) => parameter.name === key || parameter.name === here);
};

/** What a value becomes that a parameter does not take. */
const refused = (
  plugin: SchedPlugin,
  parameter: NamedParameter,
  { key, value }: { readonly key: string; readonly value: string },
): Step => {
  const none = { text: undefined, doubts: [] };
  const of = `${plugin.name}'s ${parameter.name}`;
  if (!NUMBER.test(value)) {
    const why = `is ${quote(value)}, which AutoPyFactory cannot read either: it does not start the queue; expected ${parameter.allowed}`;
    return { ...none, fates: [dropped(key, why)], doubts: [`${key} ${why}`] };
  }
  if (plugin.name === 'Activated' && Number(value) === 0) {
    return { ...none, fates: [dropped(key, 'is 0, which switches the limit off: it is left out')] };
  }
  if (!parameter.required && parameter.fallback !== undefined && Number(value) >= 0) {
    const why = `is ${value}; ${of} can be ${parameter.allowed}. It is left out`;
    return { ...none, fates: [dropped(key, why)] };
  }
  const why = `is ${value}; ${of} can be ${parameter.allowed}`;
  if (Number(value) < 0 && parameter.name === 'minimum') {
    return {
      ...none,
      fates: [dropped(key, `${why}. It kept removals small; they are as large as they are here`)],
    };
  }
  const instead = Number(value) < 0 && parameter.name === 'maximum' ? 'maximum=0' : undefined;
  const fate =
    instead === undefined ? dropped(key, why) : changed(key, CHAIN, `${why}; ${instead} stands there`);
  return { text: instead, fates: [fate], doubts: [`${key} ${why}`] };
};

/** One key of a step. */
const wordOf = (plugin: SchedPlugin, key: string, section: Section): Step => {
  const name = key.slice(prefixOf(plugin.name).length);
  const nothing = { text: undefined, doubts: [] };
  const read = plainly(section, key);
  if (read === undefined) return { ...nothing, fates: [] };
  if (!read.ok) {
    const why = `${read.why}; AutoPyFactory does not start the queue`;
    return { ...nothing, fates: [dropped(key, why)], doubts: [`${key} ${why}`] };
  }
  const parameter = parameterFor(plugin, name);
  if (parameter === undefined) {
    const here = formerKey(plugin.name, name);
    const why =
      here === undefined
        ? `is no parameter of ${plugin.name}: AutoPyFactory does not read it`
        : `has no parameter here; what does the same is ${here}`;
    const isLost = here !== undefined && !here.startsWith('nothing');
    return { ...nothing, fates: [dropped(key, why)], doubts: isLost ? [`${key} ${why}`] : [] };
  }
  const value = read.value.trim();
  if (plugin.name === 'Throttle' && parameter.name === 'maxtime') {
    const why =
      'is what the pool counts by (shortSeconds of the endpoint); set it there if it is to be another';
    return { ...nothing, fates: [dropped(key, why)] };
  }
  if (/^(None|none)$/.test(value) && plugin.name === 'KeepNRunning') {
    return { ...nothing, fates: [landed(key, CHAIN)] };
  }
  if (!parameter.schema.safeParse(value).success) return refused(plugin, parameter, { key, value });
  return { text: `${parameter.name}=${value}`, fates: [landed(key, CHAIN)], doubts: [] };
};

const factorWord = (word: string, sections: number): string => {
  const [name = '', value = ''] = word.split('=');
  return name === 'factor' ? `factor=${Number((Number(value) * sections).toPrecision(15))}` : word;
};

/** A step without the number that it needs. */
const withoutNumber = (
  plugin: SchedPlugin,
  of: ChainOf,
): Omit<Step, 'fates'> & { readonly note?: string } => {
  const { name } = plugin;
  if (PASS_WITHOUT_NUMBER.includes(name)) {
    return { text: undefined, doubts: [], note: `${name} has no number and lets all pass: it is left out` };
  }
  if (name === 'Fixed') return { text: 'Null()', doubts: [] };
  if (name === 'MaxPerFactory' && of.maxPerFactory === undefined) {
    const note =
      'MaxPerFactory without maxperfactory.maximum submits nothing in AutoPyFactory: Null() stands for it';
    return { text: 'Null()', doubts: [note] };
  }
  const file =
    name === 'MaxPerFactory' ? '; give the file with [Factory] too, or write MaxPerFactory(n)' : '';
  return { text: undefined, doubts: [`${name} has no number, and it is left out${file}`] };
};

const isRequiredMissing = ({ parameters }: SchedPlugin, words: readonly string[]): boolean =>
  parameters.some(({ name, required, fallback }) => {
    const isOptional = !required || fallback !== undefined;
    return !isOptional && !words.some((word) => word.startsWith(`${name}=`));
  });

/** Words that the file does not have, and the step needs to mean what it meant. */
const added = (
  plugin: SchedPlugin,
  words: readonly string[],
  { maxPerFactory }: ChainOf,
): readonly string[] => {
  if (REMOVES_EXCESS.includes(plugin.name) && !words.some((word) => word.startsWith('allow_negative='))) {
    return words.length > 0 ? ['allow_negative=True'] : [];
  }
  const isCount = /^\d{1,6}$/.test(maxPerFactory ?? '');
  return plugin.name === 'MaxPerFactory' && isCount ? [`maximum=${maxPerFactory}`] : [];
};

const sharedFactor = (sections: number): string =>
  `was the share of one of ${sections} CEs: it is ${sections} times as much here, where they are one queue`;

export const stepOf = (plugin: SchedPlugin, section: Section, of: ChainOf) => {
  const keys = [...section.options.keys()].filter((key) => key.startsWith(prefixOf(plugin.name)));
  const read = keys.map((key) => wordOf(plugin, key, section));
  const given = read.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const words = [...given, ...added(plugin, given, of)];
  const fates = read.flatMap((word) => word.fates);
  const doubts = read.flatMap((word) => word.doubts);
  if (isRequiredMissing(plugin, words)) {
    const without = withoutNumber(plugin, of);
    const isSaid = doubts.length > 0 || fates.some(({ kind }) => kind === 'dropped');
    return {
      text: without.text,
      fates: fates.map((fate) =>
        fate.kind === 'landed'
          ? dropped(fate.key, `${plugin.name} is left out for want of its number`)
          : fate,
      ),
      doubts: [...doubts, ...without.doubts],
      notes: isSaid || without.note === undefined ? [] : [without.note],
    };
  }
  const isShared = plugin.name === 'Scale' && of.sections > 1;
  return {
    text: `${plugin.name}(${words.map((word) => (isShared ? factorWord(word, of.sections) : word)).join(', ')})`,
    fates: isShared
      ? fates.map((fate) =>
          fate.kind === 'landed' ? changed(fate.key, CHAIN, sharedFactor(of.sections)) : fate,
        )
      : fates,
    doubts,
    notes: [],
  };
};
