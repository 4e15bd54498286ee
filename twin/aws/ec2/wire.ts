import * as z from 'zod';
import { Ec2Refusal } from './refusal.ts';

/** A whole number as the Query protocol writes it. */
export const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

export const tagSpecifications = z
  .array(
    z
      .strictObject({
        ResourceType: z.string(),
        Tag: z.array(z.strictObject({ Key: z.string(), Value: z.string().default('') })).default([]),
      })
      .transform(({ ResourceType, Tag }) => ({
        resourceType: ResourceType,
        tags: Tag.map(({ Key, Value }) => ({ key: Key, value: Value })),
      })),
  )
  .default([]);

const at = (tree: Tree | undefined, path: readonly PropertyKey[]): unknown => {
  let node: unknown = tree;
  for (const step of path)
    node = typeof node === 'object' && node !== null ? Reflect.get(node, step) : undefined;
  return node;
};

/** Parameters are named with list places counted from 1. */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => (typeof step === 'number' ? step + 1 : String(step))).join('.');

/** Reads an action's parameters, or refuses the first that is missing, unknown or wrong, as EC2 does. */
export const readParameters = <T>(schema: z.ZodType<T>, tree: Tree): T => {
  const parsed = schema.safeParse(tree);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') {
    throw new Ec2Refusal(
      'UnknownParameter',
      `The parameter ${nameOf([...path, issue.keys[0] ?? ''])} is not recognized`,
    );
  }
  if (at(tree, path) === undefined) {
    throw new Ec2Refusal('MissingParameter', `The request must contain the parameter ${nameOf(path)}`);
  }
  throw new Ec2Refusal(
    'InvalidParameterValue',
    `Value for parameter ${nameOf(path)} is invalid. ${issue?.message ?? ''}`,
  );
};

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

/** A document's content: text, or elements in order; an array repeats `item`, as all of EC2's sets do. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [name: string]: Xml | undefined };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '') : text;

const isList = (xml: Xml): xml is readonly Xml[] => Array.isArray(xml);

/** Writes content as XML text; an undefined element is left out. */
export const writeXml = (xml: Xml): string => {
  if (typeof xml === 'string') return escaped(xml);
  if (typeof xml !== 'object') return String(xml);
  let text = '';
  if (isList(xml)) {
    for (const item of xml) text += `<item>${writeXml(item)}</item>`;
    return text;
  }
  for (const name of Object.keys(xml)) {
    const content = xml[name];
    if (content !== undefined) text += `<${name}>${writeXml(content)}</${name}>`;
  }
  return text;
};
