/**
 * Asks for an attribute as it is written in an ad, as a text, empty where it is absent. Nothing is evaluated: an
 * expression may take as long as its writer likes, and come to somebody else's name.
 */
export const written = (attribute: string): string => `unparse(${attribute})`;

/** Holds for ads that have this value there, written out. */
export const isWritten = (attribute: string, value: string | boolean): string =>
  `${written(attribute)} =?= ${JSON.stringify(JSON.stringify(value))}`;

/** Without a backslash anywhere: HTCondor's two ways to write a string do not agree on what one means. */
const QUOTE = '\\"';
const PLAIN_TEXT = `${QUOTE}[] !#-[^-~]*${QUOTE}`;
// It begins with a digit: what begins with a letter, if it is only an E, is another attribute's name.
const NUMBER = '[-+]?[0-9]+(?:[.][0-9]*)?(?:[eE][-+]?[0-9]+)?';
const MEMBER = `(?:${PLAIN_TEXT}|${NUMBER})`;
const BLANKS = '[^!-~]*';
const LIST = `${BLANKS}[{]${BLANKS}(?:${MEMBER}(?:,${BLANKS}${MEMBER})*${BLANKS})?[}]`;
const LITERAL = `(?:${NUMBER}|true|false|undefined|error|${PLAIN_TEXT}|${LIST})?`;

/**
 * Holds for ads in which each of these attributes is absent or a literal of plain ASCII: a number, a truth value, a text
 * without quotes in it, or a list of those. Only such attributes may be asked for. The collector follows whatever an
 * expression refers to before it sends one, and the tools print a line break in a text as it is.
 */
export const areLiterals = (attributes: readonly string[]): string => {
  const texts = attributes.map((attribute) => `${written(attribute)}, ";"`).join(', ');
  return `regexp("^(?:${LITERAL};)*$", strcat(${texts})) =?= true`;
};

const LISTED = /^\{(.*)\}$/;

/** The members of a list as it is printed; undefined if it is none. */
export const listOf = (printed: string): readonly string[] | undefined => {
  const inside = LISTED.exec(printed)?.[1];
  if (inside === undefined) return undefined;
  return inside.trim() === '' ? [] : inside.split(',').map((member) => member.trim());
};
