import { type Item, operand, pathOf, type Substitutes, valueAt, type Words, words } from './expressions.ts';

type Step = (before: Item, after: Item, of: Substitutes) => Item;

const withValue = (item: Item, [name, ...rest]: readonly string[], value: unknown): Item => {
  if (name === undefined) return item;
  const inside = item[name];
  if (rest.length === 0) return { ...item, [name]: value };
  if (typeof inside !== 'object' || inside === null) throw new Error(`there is no ${name} to update inside`);
  return { ...item, [name]: withValue({ ...inside }, rest, value) };
};

const set = (from: Words): Step => {
  const path = from.take() ?? '';
  from.expect('=');
  const left = operand(from);
  const sign = from.peek();
  if (sign !== '+' && sign !== '-') {
    return (before, after, of) => withValue(after, pathOf(path, of), left(before, of));
  }
  from.take();
  const right = operand(from);
  return (before, after, of) => {
    const [a, b] = [Number(left(before, of)), Number(right(before, of))];
    return withValue(after, pathOf(path, of), sign === '+' ? a + b : a - b);
  };
};

const add = (from: Words): Step => {
  const path = from.take() ?? '';
  const more = operand(from);
  return (before, after, of) => {
    const at = pathOf(path, of);
    return withValue(after, at, Number(valueAt(before, at) ?? 0) + Number(more(before, of)));
  };
};

const remove = (from: Words): Step => {
  const path = from.take() ?? '';
  return (_, after, of) => withValue(after, pathOf(path, of), undefined);
};

const CLAUSES: Readonly<Record<string, (from: Words) => Step>> = { SET: set, ADD: add, REMOVE: remove };

/** Reads an update of DynamoDB (`SET`, `ADD`, `REMOVE`); the answer gives the item as it is afterwards. */
export const update = (expression: string): ((before: Item, of: Substitutes) => Item) => {
  const from = words(expression);
  const steps: Step[] = [];
  while (from.peek() !== undefined) {
    const clause = CLAUSES[from.take() ?? ''];
    if (clause === undefined) throw new Error(`"${expression}" is no update that this table knows`);
    steps.push(clause(from));
    while (from.peek() === ',') {
      from.take();
      steps.push(clause(from));
    }
  }
  return (before, of) => steps.reduce((after, step) => step(before, after, of), before);
};
