import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** `queues[0].load.cores`, or "the file" for what is outermost. */
const where = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const listed = (values: readonly unknown[]): string =>
  `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;

const expectedOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'too_small':
      if (issue.origin === 'string') return 'some text';
      if (issue.origin === 'array') return `${issue.minimum} entry or more`;
      return `a number ${issue.inclusive === true ? 'of' : 'above'} ${issue.minimum}${issue.inclusive === true ? ' or more' : ''}`;
    case 'too_big':
      return `a number of ${issue.maximum} or less`;
    case 'invalid_value':
      return listed(issue.values);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? listed(issue.options) : 'another value';
    case 'invalid_format':
      if (issue.format === 'datetime') return 'a moment in UTC such as 2026-01-05T00:00:00Z';
      return 'up to 64 letters, digits, dots, dashes and underscores, the first a letter or digit';
    default:
      return issue.message;
  }
};

const given = (input: unknown): string => {
  if (input === undefined) return 'is missing';
  const text = JSON.stringify(input);
  return `is ${text.length <= 60 ? text : Array.isArray(input) ? 'a list' : 'an object'}`;
};

/** Of a union, zod reports the whole object, and a path that ends at the field that tells its kind. */
const inputOf = (issue: Issue): unknown => {
  const { input } = issue;
  if (issue.code !== 'invalid_union' || typeof input !== 'object' || input === null) return input;
  return Object.entries(input).find(([name]) => name === issue.path.at(-1))?.[1];
};

/** One sentence, without its full stop, for one thing that the schema refuses: where, what came, what was expected. */
export const schemaMistake = (issue: Issue): string => {
  const place = where(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => where([...issue.path, key])).join(', ');
    return issue.keys.length === 1
      ? `${names} is no field of a scenario; take it out or correct its name`
      : `${names} are no fields of a scenario; take them out or correct their names`;
  }
  return `${place} ${given(inputOf(issue))}; expected ${expectedOf(issue)}, as in twin/scenarios/default.json`;
};

/** A scenario that cannot be run: each mistake with a sentence for the person who wrote it. */
export class BadScenario extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
