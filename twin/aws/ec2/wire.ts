import * as z from 'zod';
import type { Tree } from './form.ts';
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
