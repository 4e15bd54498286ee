import { clockOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { Explained, WhyTold } from './why-told.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;

const UNLIMITED = {
  acting: 'nothing limits it: it does what is asked for',
  met: 'nothing limits it: everything that waits has its place',
  'no-demand': 'nothing limits it: nothing waits for it',
} as const;

const headOf = ({ of, name, limit: { kind, text } }: Explained): string =>
  `${of}/${name}: ${kind === 'limited' ? (text ?? '') : UNLIMITED[kind]}`;

const sinceOf = ({ limit: { since, isSinceAtLeast } }: Explained, now: number): string =>
  `${isSinceAtLeast ? 'at least ' : ''}since ${clockOf(at(since), now)}, ${lengthOf(now - at(since))}`;

const fixLines = ({ fix }: Explained, { columns, paint }: Look): readonly string[] => {
  if (fix === null) return [];
  if (fix.command === undefined) return wrapped(fix.text, columns, ['  ', '  ']);
  return [`  ${paint('bold', fix.command)}`, ...wrapped(fix.text, columns, ['    ', '    '])];
};

const factLines = (
  { decidedAt, what, why, of, name, isRepeated }: Explained,
  now: number,
  look: Look,
): readonly string[] => [
  ...wrapped(
    `${of}/${name}, decided at ${clockOf(at(decidedAt), now)}: ${what}${isRepeated ? ', and the same since; the numbers are of then' : ''}`,
    look.columns,
    ['', '  '],
  ).map((line) => look.paint('dim', line)),
  ...why.flatMap(({ text }) => wrapped(text, look.columns, ['  ', '    '])),
];

/** The lines of what limits: that first, what mends it, and then what it rests on. */
export const whyLines = (told: WhyTold, look: Look): readonly string[] => {
  const now = at(told.at);
  const [blamed = told.of[0]] = told.of.filter(({ of, name }) => `${of}/${name}` === told.because);
  if (blamed === undefined) return [];
  const isLimited = blamed.limit.kind === 'limited';
  return [
    ...wrapped(headOf(blamed), look.columns, ['', '  ']).map((line) =>
      look.paint(isLimited ? 'yellow' : 'green', line),
    ),
    `  ${sinceOf(blamed, now)}`,
    ...fixLines(blamed, look),
    ...told.of.flatMap((one) => ['', ...factLines(one, now, look)]),
  ];
};
