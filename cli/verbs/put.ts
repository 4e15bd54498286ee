import * as z from 'zod';
import { isoOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import { type Change, checked, put, shownValue, type Wish } from '../stage/change.ts';
import { ownerText } from '../stage/owners.ts';
import type { Sight } from '../stage/sight.ts';
import { effectOf } from './effect.ts';

/** What commands tell that change settings. */
export const putTold = z.object({
  stage: z.string(),
  at: z.string(),
  changes: z.array(
    z.object({ of: z.string(), knob: z.string(), from: z.string(), to: z.string(), effect: z.string() }),
  ),
  /** What the settings function has made of it; `unchanged`: all was so already; `tried`: nothing was put. */
  word: z.enum(['kept', 'refused', 'silent', 'unchanged', 'tried']),
  /** Its words where it refused. */
  why: z.string().exactOptional(),
});

export type PutTold = z.output<typeof putTold>;

const lineOf = ({ of, knob, from, to }: PutTold['changes'][number]): string =>
  `${of} ${knob}: ${from} → ${to}`;

const WORDS = {
  kept: 'the settings function has read it',
  unchanged: 'it is so already; nothing was put',
  tried: 'nothing was put: --dry-run',
  silent:
    'it is put, and the settings function has not read it in a minute; it does within five: aerie get shows when it has',
} as const;

/** Checks wishes, tells what they will do, puts them unless that was not wanted, and waits for the settings function's word. */
export const change = async (
  sight: Sight,
  wishes: readonly Wish[],
  { isDry, say }: { readonly isDry: boolean; readonly say: (line: string) => void },
): Promise<PutTold> => {
  const changes = await checked(sight, wishes);
  const view = await sight.view();
  const shown = changes.map((of: Change) => ({
    of: ownerText(of.owner),
    knob: of.knob,
    from: shownValue(of.owner, of.knob, of.from),
    to: shownValue(of.owner, of.knob, of.to),
    effect: effectOf(of, view),
  }));
  const told = { stage: sight.stage, at: isoOf(sight.now), changes: shown };
  if (changes.length === 0) return { ...told, word: 'unchanged' };
  if (isDry) return { ...told, word: 'tried' };
  for (const one of shown) say(lineOf(one));
  const word = await put(sight, changes);
  return word.kind === 'refused' ? { ...told, word: 'refused', why: word.why } : { ...told, word: word.kind };
};

/** The lines of what was changed. */
export const putLines = (
  { changes, word, why = '' }: PutTold,
  { columns, paint }: Look,
): readonly string[] => [
  ...changes.flatMap((one) => [
    ...(word === 'tried' ? [lineOf(one)] : []),
    ...wrapped(`${one.of}: ${one.effect}`, columns, ['  ', '    ']),
  ]),
  ...wrapped(word === 'refused' ? `the settings function refuses it: ${why}` : WORDS[word], columns, [
    '',
    '  ',
  ]).map((line) => paint(word === 'refused' || word === 'silent' ? 'yellow' : 'green', line)),
];

export const isPutWell = ({ word }: PutTold): boolean => word !== 'refused' && word !== 'silent';

/** What every command that changes settings says of itself. */
export const PUT_MORE: readonly string[] = [
  'It is checked as the settings function checks it, before anything is put: values, bounds, and whether queues and fleets fit',
  'together. Then it waits for that function. Exit code: 0 if it is in force, 1 if not yet, 2 if it cannot be.',
];

export const DRY = { 'dry-run': { type: 'boolean', default: false } } as const;
export const DRY_MEANS = { 'dry-run': ['', 'check it and say what it will do; put nothing'] } as const;
