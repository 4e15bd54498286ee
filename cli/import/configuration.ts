import { DEFAULT_SECTION, type IniFile, type Options, type Where } from './ini.ts';
import { isSecret, isSecretName } from './secret.ts';

/** A section of AutoPyFactory's configuration, the defaults of its file among its own options. */
export interface Section {
  readonly name: string;
  /** The file that it stands in; of several the last. */
  readonly file: string;
  /** As they stand, before interpolation. */
  readonly options: Options;
}

/** What AutoPyFactory gets for a key. */
export type Got =
  | {
      readonly ok: true;
      readonly value: string;
      /** The keys whose values stand in it: its own, and those that it names. */
      readonly through: readonly string[];
    }
  | { readonly ok: false; readonly why: string };

/** The parts of a site's configuration that the import reads. */
export interface Configuration {
  readonly sections: readonly Section[];
  /** Defaults of files without a section: they reach nobody. */
  readonly idle: readonly Section[];
  readonly twice: readonly (Where & { readonly file: string })[];
}

const REFERENCE = /%\(([^)]+)\)s/y;
const ALL_REFERENCES = /%\([^)]+\)s/g;
const MOST_DEPTH = 10;

/** Where a value has a % that is neither %% nor %(name)s; AutoPyFactory refuses the whole configuration for one. */
const strayPercent = (value: string): boolean =>
  value.replaceAll('%%', '').replaceAll(ALL_REFERENCES, '').includes('%');

class Unreadable extends Error {}

const interpolated = (options: Options, text: string, through: Set<string>, depth: number): string => {
  if (depth > MOST_DEPTH) throw new Unreadable('names itself, or goes too deep');
  let out = '';
  let rest = 0;
  for (;;) {
    const percent = text.indexOf('%', rest);
    if (percent < 0) return out + text.slice(rest);
    out += text.slice(rest, percent);
    if (text[percent + 1] === '%') {
      out += '%';
      rest = percent + 2;
      continue;
    }
    REFERENCE.lastIndex = percent;
    const [whole, name = ''] = REFERENCE.exec(text) ?? [];
    if (whole === undefined) throw new Unreadable('has a % that is neither %% nor %(name)s');
    const value = options.get(name);
    if (value === undefined) throw new Unreadable(`names %(${name})s, which its section does not set`);
    through.add(name);
    out += value.includes('%') ? interpolated(options, value, through, depth + 1) : value;
    rest = percent + whole.length;
  }
};

/** Gets a key as AutoPyFactory does: names are put in, and %% is %. Undefined: the section does not set it. */
export const got = ({ options }: Section, key: string): Got | undefined => {
  const raw = options.get(key);
  if (raw === undefined) return undefined;
  const through = new Set([key]);
  try {
    return { ok: true, value: interpolated(options, raw, through, 1), through: [...through] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, why: error.message };
  }
};

/** Whether a value came through a key that is named as a secret. */
export const isTainted = (through: readonly string[]): boolean => through.some(isSecretName);

/** The same where the value may stand in what is told: one that a secret stands in cannot. */
export const plainly = (section: Section, key: string): Got | undefined => {
  const read = got(section, key);
  if (read?.ok !== true) return read;
  const isHidden = isTainted(read.through) || isSecret(key, read.value);
  return isHidden ? { ok: false, why: 'holds a secret, or may, and is not shown' } : read;
};

const NONE = /^(None|none)$/;

/** The text of a key; undefined where it is not set, cannot be read, is None, or is not to be shown. */
export const textOf = (section: Section, key: string): string | undefined => {
  const read = plainly(section, key);
  return read?.ok === true && !NONE.test(read.value) ? read.value : undefined;
};

/** Python's words for a boolean; undefined for any other. */
export const flagOf = (text: string | undefined): boolean | undefined => {
  if (/^(1|yes|true|on)$/i.test(text ?? '')) return true;
  return /^(0|no|false|off)$/i.test(text ?? '') ? false : undefined;
};

/** Defaults of each file reach its own sections alone; of a section in two files the later one's values count. */
const mergedLists = (files: readonly IniFile[]): readonly Section[] => {
  const merged = new Map<string, Section>();
  for (const { name: file, defaults, sections } of files) {
    for (const [name, own] of sections) {
      const options = new Map([...(merged.get(name)?.options ?? []), ...defaults, ...own]);
      merged.set(name, { name, file, options });
    }
  }
  return [...merged.values()];
};

/** Files of a directory are read into one: all share their defaults, and what stands in a section goes before them. */
const mergedDirectory = (files: readonly IniFile[]): readonly Section[] => {
  const defaults = new Map(files.flatMap((file) => [...file.defaults]));
  const merged = new Map<string, { file: string; own: Map<string, string> }>();
  for (const { name: file, sections } of files) {
    for (const [name, own] of sections) {
      merged.set(name, { file, own: new Map([...(merged.get(name)?.own ?? []), ...own]) });
    }
  }
  return [...merged].map(([name, { file, own }]) => ({
    name,
    file,
    options: new Map([...defaults, ...own]),
  }));
};

const FACTORY = 'Factory';

const isFactoryFile = ({ sections }: IniFile): boolean => sections.has(FACTORY);

/** Whether the factory reads its queues from a directory, and from no list of files. */
const readsDirectory = (factory: Section | undefined): boolean => {
  if (factory === undefined) return false;
  const isSet = (key: string) => (textOf(factory, key) ?? '') !== '';
  return isSet('queueDirConf') && !isSet('queueConf');
};

/** The section of the factory itself. */
export const factoryOf = ({ sections }: Configuration): Section | undefined =>
  sections.find(({ name }) => name === FACTORY);

/** Puts the files together as AutoPyFactory does, or says for which values it refuses them. */
export const configurationOf = (
  files: readonly IniFile[],
):
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly mistakes: readonly string[] } => {
  const ofFactory = mergedLists(files.filter(isFactoryFile));
  const others = files.filter((file) => !isFactoryFile(file));
  const isDirectory = readsDirectory(ofFactory.find(({ name }) => name === FACTORY));
  const sections = [...ofFactory, ...(isDirectory ? mergedDirectory(others) : mergedLists(others))];
  const mistakes = sections.flatMap(({ name, file, options }) =>
    [...options]
      .filter(([, value]) => strayPercent(value))
      .map(
        ([key]) =>
          `${file}: ${key} of [${name}] has a % that is neither %% nor %(name)s; AutoPyFactory refuses the whole configuration. Write %%.`,
      ),
  );
  if (mistakes.length > 0) return { ok: false, mistakes: [...new Set(mistakes)] };
  const idle = files
    .filter((file) => file.sections.size === 0 && file.defaults.size > 0 && !isDirectory)
    .map(({ name, defaults }) => ({ name: DEFAULT_SECTION, file: name, options: defaults }));
  const twice = files.flatMap(({ name, twice }) => twice.map((where) => ({ ...where, file: name })));
  return { ok: true, configuration: { sections, idle, twice } };
};
