/** An ad as HTCondor keeps it: what is written at each name, as `unparse` prints it. */
export type Ad = Readonly<Record<string, string>>;

const ERROR = Symbol('error');
interface List {
  readonly members: readonly Value[];
}
/** What an expression comes to. */
export type Value = string | number | boolean | List | typeof ERROR | undefined;

type Evaluate = (ad: Ad) => Value;

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)|((?:MY\.)?[A-Za-z_]\w*)|(=\?=|=!=|\?:|==|!=|<=|>=|&&|\|\||[-+*/<>!?:(){},]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

const tokensOf = (expression: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, text, number, name, sign] = TOKEN.exec(expression) ?? [];
    if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replace(/^MY\./, '') });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else throw new Error(`no ClassAd expression from ${expression.slice(at, at + 40)}`);
  }
  return tokens;
};

/** What is written at a name, whatever its capitals. */
const writtenAt = (ad: Ad, name: string): string | undefined =>
  Object.entries(ad).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** In an expression of HTCondor a bracket that comes first in a class is one of it. */
const pattern = (text: string): RegExp => new RegExp(text.replaceAll('[]', '[\\]'), 'g');

const textOf = (value: Value): string => (typeof value === 'number' ? String(value) : String(value ?? ''));

/** A text that begins with a number is one too. */
const numberIn = (value: Value, as: (number: number) => number): Value => {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? as(number) : ERROR;
};

const FUNCTIONS: Readonly<Record<string, (...values: readonly Value[]) => Value>> = {
  regexp: (of, text) => (typeof text === 'string' ? pattern(textOf(of)).test(text) : undefined),
  replaceall: (of, text, by) =>
    typeof text === 'string' ? text.replace(pattern(textOf(of)), textOf(by)) : undefined,
  strcat: (...texts) => texts.map(textOf).join(''),
  stringlistmember: (text, list) =>
    textOf(list)
      .split(',')
      .some((member) => member.trim() === text),
  int: (value) => numberIn(value, Math.trunc),
  real: (value) => numberIn(value, (number) => number),
  time: () => Date.now() / 1000,
};

const isSame = (a: Value, b: Value): boolean => Object.is(a, b);
const lower = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);

const compared =
  (compare: (a: string | number | boolean, b: string | number | boolean) => boolean) =>
  (a: Value, b: Value): Value => {
    const [x, y] = [lower(a), lower(b)];
    if (x === undefined || y === undefined) return undefined;
    return typeof x === 'object' || typeof x === 'symbol' || typeof y === 'object' || typeof y === 'symbol'
      ? ERROR
      : typeof x === typeof y && compare(x, y);
  };

const reckoned =
  (reckon: (a: number, b: number) => number) =>
  (a: Value, b: Value): Value => {
    if (a === undefined || b === undefined) return undefined;
    return typeof a === 'number' && typeof b === 'number' ? reckon(a, b) : ERROR;
  };

const quotient = (a: number, b: number): number =>
  Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;

/** What binds tighter stands later. */
const BINARY: readonly Readonly<Record<string, (a: Value, b: Value) => Value>>[] = [
  { '||': (a, b) => (a === true || b === true ? true : a === false ? b : a) },
  { '&&': (a, b) => (a === false || b === false ? false : a === true ? b : a) },
  {
    '=?=': isSame,
    '=!=': (a, b) => !isSame(a, b),
    is: isSame,
    isnt: (a, b) => !isSame(a, b),
    '==': compared((a, b) => a === b),
    '!=': compared((a, b) => a !== b),
    '<': compared((a, b) => a < b),
    '<=': compared((a, b) => a <= b),
    '>': compared((a, b) => a > b),
    '>=': compared((a, b) => a >= b),
  },
  { '+': reckoned((a, b) => a + b), '-': reckoned((a, b) => a - b) },
  { '*': reckoned((a, b) => a * b), '/': reckoned(quotient) },
];

const WORDS: Readonly<Record<string, Value>> = { true: true, false: false, undefined, error: ERROR };

/** Reads what HTCondor would: whatever it does not know it throws at. */
const parse = (expression: string): Evaluate => {
  const tokens = tokensOf(expression);
  const next = () => tokens[0]?.text;
  const take = (text?: string): Token => {
    const token = tokens.shift();
    if (token === undefined || (text !== undefined && token.text !== text)) {
      throw new Error(`no ClassAd expression, ${text ?? 'more'} is missing: ${expression}`);
    }
    return token;
  };
  const listed = (end: string): readonly Evaluate[] => {
    const members: Evaluate[] = [];
    while (next() !== end) {
      members.push(conditional());
      if (next() === ',') take(',');
    }
    take(end);
    return members;
  };
  const called = (name: string): Evaluate => {
    take('(');
    if (name === 'unparse') {
      const { text } = take();
      take(')');
      return (ad) => writtenAt(ad, text) ?? '';
    }
    const act = FUNCTIONS[name];
    if (act === undefined) throw new Error(`no function of ClassAds that is known here: ${name}`);
    const given = listed(')');
    return (ad) => act(...given.map((each) => each(ad)));
  };
  const primary = (): Evaluate => {
    const { kind, text } = take();
    if (kind === 'text') return () => JSON.parse(text);
    if (kind === 'number') return () => Number(text);
    if (text === '{') {
      const members = listed('}');
      return (ad) => ({ members: members.map((each) => each(ad)) });
    }
    if (text === '(') {
      const inside = conditional();
      take(')');
      return inside;
    }
    if (text === '!' || text === '-') {
      const of = primary();
      if (text === '-') return (ad) => reckoned((a, b) => a - b)(0, of(ad));
      return (ad) => {
        const value = of(ad);
        return typeof value === 'boolean' ? !value : value === undefined ? undefined : ERROR;
      };
    }
    if (kind !== 'name') throw new Error(`no ClassAd expression, ${text} is out of place: ${expression}`);
    const name = text.toLowerCase();
    if (next() === '(') return called(name);
    if (Object.hasOwn(WORDS, name)) return () => WORDS[name];
    return (ad) => evaluate(writtenAt(ad, text) ?? 'undefined', ad);
  };
  const binary = (level: number): Evaluate => {
    const operators = BINARY[level];
    if (operators === undefined) return primary();
    let left = binary(level + 1);
    for (let act = operators[next() ?? '']; act !== undefined; act = operators[next() ?? '']) {
      const [operator, before] = [act, left];
      take();
      const right = binary(level + 1);
      left = (ad) => operator(before(ad), right(ad));
    }
    return left;
  };
  const conditional = (): Evaluate => {
    const when = binary(0);
    if (next() === '?:') {
      take('?:');
      const otherwise = conditional();
      return (ad) => when(ad) ?? otherwise(ad);
    }
    if (next() !== '?') return when;
    take('?');
    const then = conditional();
    take(':');
    const otherwise = conditional();
    return (ad) => {
      const value = when(ad);
      return typeof value === 'boolean' ? (value ? then(ad) : otherwise(ad)) : undefined;
    };
  };
  const whole = conditional();
  if (tokens.length > 0) throw new Error(`no ClassAd expression, ${next()} is too much: ${expression}`);
  return whole;
};

/** What an expression comes to over an ad, as far as the endpoint asks for it. */
export const evaluate = (expression: string, ad: Ad): Value => parse(expression)(ad);

/** As `-af:V` prints it; without V a text stands there without quotes. */
export const printed = (value: Value, isQuoted: boolean): string => {
  if (value === ERROR) return 'error';
  if (typeof value === 'string') return isQuoted ? JSON.stringify(value) : value;
  if (typeof value !== 'object') return String(value);
  return value.members.length === 0
    ? '{  }'
    : `{ ${value.members.map((each) => printed(each, true)).join(',')} }`;
};
