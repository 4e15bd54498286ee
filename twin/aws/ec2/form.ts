import { Ec2Refusal } from './refusal.ts';

/** What a Query request says, as a tree: `A.1.B=x` is `{ A: [{ B: 'x' }] }`. */
export type Tree = string | Tree[] | { [name: string]: Tree };

const MOST_LISTED = 1000;

const malformed = (name: string): Ec2Refusal =>
  new Ec2Refusal('InvalidParameterValue', `The parameter '${name}' is malformed.`);

/** Where a step leads: to a place in a list, counted from 1, or to a named field. */
const childOf = (node: Tree, step: string, name: string): Tree | undefined => {
  if (typeof node === 'string') throw malformed(name);
  if (!Array.isArray(node)) return node[step];
  return node[Number(step) - 1];
};

const place = (node: Tree, step: string, child: Tree, name: string): void => {
  if (typeof node === 'string') throw malformed(name);
  if (!Array.isArray(node)) {
    node[step] = child;
    return;
  }
  const index = Number(step) - 1;
  if (!/^\d+$/.test(step) || index < 0 || index >= MOST_LISTED) throw malformed(name);
  node[index] = child;
};

/** No prototype: a parameter may be called `__proto__`. */
const emptyNode = (nextStep: string): Tree => (/^\d+$/.test(nextStep) ? [] : Object.create(null));

/** Reads a form-encoded body of EC2's Query protocol. */
export const parseForm = (body: string): { [name: string]: Tree } => {
  const root: { [name: string]: Tree } = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    const steps = name.split('.');
    let node: Tree = root;
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1];
      if (next === undefined) {
        if (childOf(node, step, name) !== undefined) throw malformed(name);
        place(node, step, value, name);
        break;
      }
      let child = childOf(node, step, name);
      if (child === undefined) {
        child = emptyNode(next);
        place(node, step, child, name);
      }
      node = child;
    }
  }
  return root;
};
