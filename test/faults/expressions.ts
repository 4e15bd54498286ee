/** An item as the document client gives and takes it. */
export type Item = Readonly<Record<string, unknown>>;

/** The substitutes of one request: `#name` → attribute, `:value` → value. */
export interface Substitutes {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

type Read = (item: Item, of: Substitutes) => unknown;
type Test = (item: Item, of: Substitutes) => boolean;

const TOKEN = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][A-Za-z0-9_]*(?:\.#?[A-Za-z_][A-Za-z0-9_]*)*)/y;

/** The words of an expression; one that this table does not speak is a mistake of the test, and throws. */
export const words = (expression: string) => {
  const all: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const word = TOKEN.exec(expression)?.[1];
    if (word === undefined) throw new Error(`cannot read the expression "${expression}" from ${at}`);
    all.push(word);
  }
  let next = 0;
  return {
    peek: () => all[next],
    take: () => all[next++],
    expect(word: string) {
      const got = all[next++];
      if (got !== word) throw new Error(`"${expression}": expected ${word}, got ${got ?? 'its end'}`);
    },
  };
};
export type Words = ReturnType<typeof words>;

const isRecord = (value: unknown): value is Item => typeof value === 'object' && value !== null;

/** The attribute names of a path, `#state.#kind` or `pk`. */
export const pathOf = (text: string, { names }: Substitutes): readonly string[] =>
  text.split('.').map((part) => {
    const name = part.startsWith('#') ? names[part] : part;
    if (name === undefined) throw new Error(`the expression uses ${part}, which is not among its names`);
    return name;
  });

export const valueAt = (item: Item, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, name) => (isRecord(inside) ? inside[name] : undefined), item);

/** A value, a path, or `if_not_exists(path, value)`. */
export const operand = (from: Words): Read => {
  const word = from.take() ?? '';
  if (word === 'if_not_exists') {
    from.expect('(');
    const path = from.take() ?? '';
    from.expect(',');
    const otherwise = operand(from);
    from.expect(')');
    return (item, of) => valueAt(item, pathOf(path, of)) ?? otherwise(item, of);
  }
  if (!word.startsWith(':')) return (item, of) => valueAt(item, pathOf(word, of));
  return (_, { values }) => {
    if (!Object.hasOwn(values, word)) throw new Error(`the expression uses ${word}, which has no value`);
    return values[word];
  };
};

const ordered = (a: unknown, b: unknown, holds: (order: number) => boolean): boolean => {
  if (typeof a === 'number' && typeof b === 'number') return holds(a - b);
  if (typeof a === 'string' && typeof b === 'string') return holds(a < b ? -1 : a > b ? 1 : 0);
  return false;
};

const COMPARE: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': (a, b) => a !== undefined && a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => ordered(a, b, (order) => order < 0),
  '<=': (a, b) => ordered(a, b, (order) => order <= 0),
  '>': (a, b) => ordered(a, b, (order) => order > 0),
  '>=': (a, b) => ordered(a, b, (order) => order >= 0),
};

const FUNCTIONS: Readonly<Record<string, (given: readonly unknown[]) => boolean>> = {
  attribute_exists: ([value]) => value !== undefined,
  attribute_not_exists: ([value]) => value === undefined,
  begins_with: ([text, start]) =>
    typeof text === 'string' && typeof start === 'string' && text.startsWith(start),
};

const called = (name: string, from: Words): Test => {
  const applied = FUNCTIONS[name];
  if (applied === undefined) throw new Error(`the table has no function ${name}`);
  from.take();
  from.expect('(');
  const given = [operand(from)];
  while (from.peek() === ',') {
    from.take();
    given.push(operand(from));
  }
  from.expect(')');
  return (item, of) => applied(given.map((read) => read(item, of)));
};

const primary = (from: Words): Test => {
  const word = from.peek() ?? '';
  if (word === 'NOT') {
    from.take();
    const test = primary(from);
    return (item, of) => !test(item, of);
  }
  if (word === '(') {
    from.take();
    const test = anyOf(from);
    from.expect(')');
    return test;
  }
  if (Object.hasOwn(FUNCTIONS, word)) return called(word, from);
  const left = operand(from);
  const compare = COMPARE[from.take() ?? ''];
  if (compare === undefined) throw new Error(`after ${word} a comparison was expected`);
  const right = operand(from);
  return (item, of) => compare(left(item, of), right(item, of));
};

const joinedBy =
  (word: 'AND' | 'OR', part: (from: Words) => Test) =>
  (from: Words): Test => {
    const tests = [part(from)];
    while (from.peek() === word) {
      from.take();
      tests.push(part(from));
    }
    return word === 'AND'
      ? (item, of) => tests.every((test) => test(item, of))
      : (item, of) => tests.some((test) => test(item, of));
  };
const allOf = joinedBy('AND', primary);
const anyOf: (from: Words) => Test = joinedBy('OR', allOf);

const known = new Map<string, Test>();

/** Reads a condition of DynamoDB, once; the answer tests an item (one that is not there is an empty one). */
export const condition = (expression: string): Test => {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const from = words(expression);
  const test = anyOf(from);
  if (from.peek() !== undefined) throw new Error(`"${expression}": cannot read on from ${from.peek()}`);
  known.set(expression, test);
  return test;
};
