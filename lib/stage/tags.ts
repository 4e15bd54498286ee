import * as z from 'zod';
import { TAG } from '../../core/model/names.ts';
import { got } from './matching.ts';

/** EC2 lets a resource have 50 tags; aerie's own and the name stand beside the stage's. */
export const MOST_TAGS = 50 - Object.keys(TAG).length - 1;
/** The functions are told the tags in their environment, which holds 4 KB in all. */
const MOST_BYTES = 2_000;
/** A worker reads its tags from the instance's metadata, where a key is a part of a path. Source: EC2 User Guide, instance tags in metadata. */
const KEY = /^[A-Za-z0-9+\-=._:@]{1,128}$/;
const RESERVED_KEYS = new Set(['.', '..', '_index']);
const KEY_ALLOWED =
  'a tag key of up to 128 letters, digits and + - = . _ : @, because workers read their tags from the instance metadata and roles carry them too, and neither takes other characters';
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const VALUE_ALLOWED = 'a text of up to 256 letters, digits, spaces and _ . : / = + - @';

/** Why a key cannot be one of a stage's tags, if it cannot. */
const keyMistake = (key: string): string | undefined => {
  if (/^aws:/i.test(key)) return 'begins with aws:, which AWS keeps for itself; remove it';
  if (/^aerie:/i.test(key)) return "begins with aerie:, which aerie's own tags do; choose another";
  if (/^name$/i.test(key)) return 'is what workers are shown as; choose another';
  if (!KEY.test(key) || RESERVED_KEYS.has(key)) return `is not ${KEY_ALLOWED}`;
  return undefined;
};

const value = z
  .string({ error: ({ input }) => got(input, VALUE_ALLOWED) })
  .regex(VALUE, { error: ({ input }) => got(input, VALUE_ALLOWED) });

/** Tags that everything of a stage carries: the stack's resources, and all that is launched. */
export const stageTags = z
  .record(z.string(), value, { error: ({ input }) => got(input, 'tags by their keys') })
  .superRefine((tags, context) => {
    for (const key of Object.keys(tags)) {
      const message = keyMistake(key);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message });
    }
    for (const [lower, same] of Map.groupBy(Object.keys(tags), (key) => key.toLowerCase())) {
      if (same.length === 1) continue;
      const message = `are one key to IAM, which tells no small letters from capitals; keep one of them`;
      context.addIssue({ code: 'custom', path: [same.join(' and ') || lower], message });
    }
    const count = Object.keys(tags).length;
    if (count > MOST_TAGS) {
      context.addIssue({ code: 'custom', message: `has ${count} tags; expected ${MOST_TAGS} or fewer` });
    }
    const bytes = Buffer.byteLength(JSON.stringify(tags));
    if (bytes > MOST_BYTES) {
      context.addIssue({
        code: 'custom',
        message: `comes to ${bytes} bytes as JSON; expected ${MOST_BYTES} or fewer, because it stands in the environment of each function`,
      });
    }
  });
