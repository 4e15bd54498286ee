/**
 * Reads INI files as the ConfigParser of Python 2.7 does, with which AutoPyFactory reads its own. A reader of our own, because
 * those of the registry read another language: they know no [DEFAULT] and no %(name)s, take an indented # for a comment,
 * cut values at each ; or #, or fold the case of keys, and a queue would then be another one than it was.
 */
export type Options = ReadonlyMap<string, string>;

/** One file as it stands, without interpolation. */
export interface IniFile {
  readonly name: string;
  readonly defaults: Options;
  readonly sections: ReadonlyMap<string, Options>;
  /** Keys that stand more than once in a section; the last one counts. */
  readonly twice: readonly Where[];
}

/** A key of a section. */
export interface Where {
  readonly section: string;
  readonly key: string;
}

export type ReadIni =
  | { readonly ok: true; readonly file: IniFile }
  | { readonly ok: false; readonly mistakes: readonly string[] };

export const DEFAULT_SECTION = 'DEFAULT';

/** What Python takes for white space in bytes; JavaScript's \s has more. */
const SPACE = ' \\t\\n\\r\\v\\f';
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');
const IS_SPACE = new RegExp(`^[${SPACE}]$`);
const HEADER = /^\[([^\]]+)\]/;
const OPTION = new RegExp(`^([^:=${SPACE}][^:=]*)[${SPACE}]*[:=][${SPACE}]*([^\\n]*)$`);
const REMARK = new RegExp(`^[rR][eE][mM]([${SPACE}]|$)`);

const stripped = (text: string): string => text.replace(ENDS, '');

/** A ; with white space before it begins a comment; only the first ; is looked at. */
const withoutComment = (value: string): string => {
  const at = value.indexOf(';');
  return at >= 0 && IS_SPACE.test(value.at(at - 1) ?? '') ? value.slice(0, at) : value;
};

const valueIn = (text: string): string => {
  const value = stripped(withoutComment(text));
  return value === '""' ? '' : value;
};

const isComment = (line: string): boolean => stripped(line) === '' || /^[#;]/.test(line) || REMARK.test(line);

/** Reads one file. A line that Python refuses makes it refuse the whole file. */
export const readIni = (name: string, text: string): ReadIni => {
  const defaults = new Map<string, string>();
  const sections = new Map<string, Map<string, string>>();
  const twice: Where[] = [];
  const mistakes: string[] = [];
  let section: string | undefined;
  let key: string | undefined;
  const optionsOf = (of: string) => {
    if (of === DEFAULT_SECTION) return defaults;
    const options = sections.get(of) ?? new Map<string, string>();
    sections.set(of, options);
    return options;
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (isComment(line)) continue;
    const at = `${name}, line ${index + 1}`;
    if (IS_SPACE.test(line[0] ?? '') && section !== undefined && key !== undefined) {
      const options = optionsOf(section);
      options.set(key, `${options.get(key) ?? ''}\n${stripped(line)}`);
      continue;
    }
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      key = undefined;
      optionsOf(section);
      if (/^default$/i.test(header) && header !== DEFAULT_SECTION) {
        mistakes.push(
          `${at}: the section is called ${header}, which AutoPyFactory refuses; expected DEFAULT in capitals.`,
        );
      }
      continue;
    }
    const [, option, value = ''] = OPTION.exec(line) ?? [];
    if (section === undefined) {
      mistakes.push(
        `${at} stands before the first section; expected a line such as [DEFAULT] or [BNL_CLOUD] first.`,
      );
      break;
    }
    if (option === undefined) {
      mistakes.push(
        `${at} is no "key = value", no [section] and no comment; AutoPyFactory refuses the whole file. Mend or remove it.`,
      );
      continue;
    }
    key = stripped(option);
    const options = optionsOf(section);
    if (options.has(key)) twice.push({ section, key });
    options.set(key, valueIn(value));
  }
  return mistakes.length > 0
    ? { ok: false, mistakes }
    : { ok: true, file: { name, defaults, sections, twice } };
};
