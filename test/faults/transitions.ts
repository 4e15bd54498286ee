import * as z from 'zod';
import type { Item } from './expressions.ts';

/** Each step that a worker's record can take, from the first write to the last. */
export const TRANSITIONS: readonly string[] = [
  'nothing → booting',
  'booting → joined',
  'booting → draining',
  'booting → retiring',
  'booting → gone',
  'joined → missing',
  'joined → draining',
  'joined → gone',
  'missing → joined',
  'missing → draining',
  'missing → retiring',
  'missing → gone',
  'draining → retiring',
  'draining → gone',
  'retiring → gone',
];

const state = z.object({ state: z.object({ kind: z.string() }) });

const kindOf = (item: Item | undefined): string => {
  const parsed = state.safeParse(item);
  return parsed.success ? parsed.data.state.kind : 'nothing';
};

/** The step of a worker's life that a write to its record is; undefined if it takes none. */
export const transitionIn = (before: Item | undefined, after: Item | undefined): string | undefined => {
  const [from, to] = [kindOf(before), after === undefined ? 'gone' : kindOf(after)];
  return from === to || (from === 'nothing' && to === 'gone') ? undefined : `${from} → ${to}`;
};
