/** A clause of START that speaks of the machine alone, and the attributes of its ad that it looks at. */
export interface OwnClause {
  /** As an expression over that ad. */
  readonly text: string;
  /** Those that have to be there: else the name would be of the job. */
  readonly present: readonly string[];
  /** Those that may be absent. */
  readonly looked: readonly string[];
}

/** Of a text in quotes nothing counts. */
const TOKEN = /"[^"\\]*"|[A-Za-z_][\w.]*|\d[\d.]*(?:[eE][-+]?\d+)?|&&|\|\||[-+*/%<>=!?:,(){} ]/y;

const tokensOf = (text: string): readonly string[] | undefined => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
};

const OPENING = ['(', '{'];
const CLOSING = [')', '}'];

/** Whether the first bracket is closed by the last token. */
const isWrapped = (tokens: readonly string[]): boolean => {
  if (tokens[0] !== '(') return false;
  let depth = 0;
  return tokens.every((token, index) => {
    if (OPENING.includes(token)) depth += 1;
    if (CLOSING.includes(token)) depth -= 1;
    return depth > 0 || index === tokens.length - 1;
  });
};

const trimmed = (tokens: readonly string[]): readonly string[] => {
  const isBlank = (token: string) => token === ' ';
  const from = tokens.findIndex((token) => !isBlank(token));
  const to = tokens.findLastIndex((token) => !isBlank(token));
  return tokens.slice(from, to + 1);
};

/** Splits at every && of the outermost level; what binds less is one clause with all that stands beside it. */
const clausesOf = (given: readonly string[]): readonly (readonly string[])[] => {
  const tokens = trimmed(given);
  if (isWrapped(tokens)) return clausesOf(tokens.slice(1, -1));
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (OPENING.includes(token)) depth += 1;
    if (CLOSING.includes(token)) depth -= 1;
    if (depth === 0 && (token === '||' || token === '?')) return [tokens];
    if (depth === 0 && token === '&&') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.length === 1 ? [tokens] : parts.flatMap(clausesOf);
};

const WORDS = ['true', 'false', 'undefined', 'error', 'is', 'isnt'];

/** They look at nothing but what they are given, and at the time. */
const FUNCTIONS = [
  ...['time', 'formattime', 'int', 'real', 'floor', 'ceiling', 'round', 'min', 'max'],
  ...['ifthenelse', 'isundefined', 'iserror', 'member', 'stringlistmember', 'tolower', 'toupper', 'strcat'],
];

/**
 * What moves as jobs come and go: a full machine is not closed. Whether a machine is well is asked by itself: one that has
 * just joined does not say it yet.
 */
const MOVING =
  /^(?:cpus|memory|disk|gpus|state|activity|numdynamicslots|child\w*|\w*loadavg|\w*idle|retirement\w*|node_healthy)$/;

const ownClause = (tokens: readonly string[]): OwnClause | undefined => {
  const present: string[] = [];
  const looked: string[] = [];
  const text: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (!/^[A-Za-z_]/.test(token) || WORDS.includes(token.toLowerCase())) {
      text.push(token);
      continue;
    }
    if (tokens[index + 1] === '(') {
      if (!FUNCTIONS.includes(token.toLowerCase())) return undefined;
      text.push(token);
      continue;
    }
    const [, scope, name = ''] = /^(?:(MY)\.)?([A-Za-z_]\w*)$/i.exec(token) ?? [];
    if (name === '' || MOVING.test(name.toLowerCase())) return undefined;
    (scope === undefined ? present : looked).push(name);
    text.push(name);
  }
  return text.length === 0 ? undefined : { text: text.join(''), present, looked };
};

/**
 * The clauses of a START, as unparse prints it, that no job has a say in: where one of them is false, no job begins, whichever
 * it is. What this does not know how to read is no such clause.
 */
export const ownClauses = (start: string): readonly OwnClause[] => {
  const tokens = tokensOf(start);
  if (tokens === undefined) return [];
  return clausesOf(tokens).flatMap((clause) => ownClause(clause) ?? []);
};
