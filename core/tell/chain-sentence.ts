import type { Reason } from '../model/reason.ts';
import type { MissingFact, Term } from '../model/reason-pilots.ts';

type Of<K extends Reason['kind']> = Extract<Reason, { kind: K }>;

const WORDS: Readonly<Record<Term['of'], string>> = {
  ready: 'ready',
  offset: 'offset',
  pending: 'pending',
  running: 'running',
  'to-submit': 'to submit',
  'ever-submitted': 'ever submitted',
  'to-queue': 'to queue',
  'to-keep': 'to keep',
  'in-factory': 'in the factory',
};

/** `20 pending`, or `80 for 100 ready`. */
const termInWords = ({ of, count, from }: Term): string =>
  `${count} ${from === undefined ? '' : `for ${from} `}${WORDS[of]}`;

/** `MaxPerCycle(50)`. */
const labelOf = ({ plugin, parameters }: Pick<Of<'chain-moved'>, 'plugin' | 'parameters'>): string =>
  parameters.length === 0 ? plugin : `${plugin}(${parameters.join(', ')})`;

/** `MaxPending(50): 80 -> 30, 20 pending`. */
export const movedInWords = (reason: Of<'chain-moved'>): string => {
  const { from, to, seen, status, short } = reason;
  const also = [
    ...seen.map(termInWords),
    ...(status === undefined ? [] : [`the site is ${status}`]),
    ...(short === undefined
      ? []
      : [
          `${short.count} of ${short.ended} pilots of the last hour ran no longer than ${short.shortSeconds} s`,
        ]),
  ];
  return [`${labelOf(reason)}: ${from} -> ${to}`, ...also].join(', ');
};

const total = (terms: readonly Term[]): number => terms.reduce((n, { count }) => n + count, 0);

const sumInWords = ({ plus, minus, atMost, areLimited, to }: Of<'chain-counted'>): string => {
  if (plus.length === 0) return 'always';
  const terms = [plus.map(termInWords).join(' + '), ...minus.map(termInWords)].join(' - ');
  if (atMost !== undefined) return `min(${atMost}, max(0, ${terms}))`;
  if (areLimited === true) return `${terms}, within its limits`;
  return to === 0 && total(plus) < total(minus) ? `max(0, ${terms})` : terms;
};

/** `Ready: 100 ready - 20 pending = 80`. */
export const countedInWords = (reason: Of<'chain-counted'>): string =>
  `${labelOf(reason)}: ${sumInWords(reason)} = ${reason.to}`;

/** `Activated: the site is in test, 3 pending = 1`. */
export const byStatusInWords = ({ plugin, status, pending, to }: Of<'chain-by-status'>): string => {
  const seen = pending === undefined ? '' : `, ${pending} pending`;
  return `${plugin}: the site is ${status === 'test' ? 'in test' : status}${seen} = ${to}`;
};

/** What a plugin has no answer without. */
export const missingInWords = (missing: MissingFact): string => {
  switch (missing.kind) {
    case 'site-status':
      return "the site's status in PanDA";
    case 'short-pilots':
      return `the pilots that ran under ${missing.wantedSeconds} s (the pool counts those under ${missing.countedSeconds} s)`;
    default:
      return missing satisfies never;
  }
};
