import * as z from 'zod';

const event = z.object({
  'detail-type': z.string(),
  detail: z.looseObject({
    'instance-id': z.string().optional(),
    state: z.string().optional(),
    operation: z.string().optional(),
    name: z.string().optional(),
  }),
});

const LONGEST = 200;
/** Bodies come from outside: nothing of them may move a terminal's cursor. */
const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST);

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** A dead letter in one line: which event, about what; or how it begins, if it is no event. */
export const letterInShort = (body: string): string => {
  const read = event.safeParse(parsed(body));
  if (!read.success) return `no event: ${plain(body)}`;
  const { 'instance-id': instance, state, operation, name } = read.data.detail;
  const about = [instance, state, operation, name].filter((part) => part !== undefined);
  return plain([`${read.data['detail-type']}:`, ...about].join(' '));
};
