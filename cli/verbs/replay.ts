import * as z from 'zod';
import type { Decision } from '../../core/model/decision.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { reasonsOf } from '../../core/tell/reasons.ts';
import { clockOf, isoOf, secondsIn } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import { type Look, verb } from '../command/verb.ts';
import { ownersNamed, ownersOf, ownerText } from '../stage/owners.ts';
import { type Changed, replayedIn } from '../stage/replayed.ts';
import { DOES } from './does.ts';

/** A decision in short: what it comes to, and its reasons in sentences. */
const side = z.object({ kind: z.string(), what: z.string(), why: z.array(z.string()) });

const changed = z.object({
  /** `queue/BNL_CLOUD`. */
  of: z.string(),
  at: z.string(),
  was: side,
  /** Null: nothing is decided of it. */
  is: side.nullable(),
  /** The fields that differ, each as JSON. */
  fields: z.array(
    z.object({ path: z.string(), was: z.string().exactOptional(), is: z.string().exactOptional() }),
  ),
});

/** What `aerie replay` tells. */
export const replayTold = z.object({
  stage: z.string(),
  at: z.string(),
  from: z.string(),
  /** The queue or fleet that was asked for; null: all. */
  of: z.string().nullable(),
  /** Ticks of which each decision that was written down came out equal, and those of which not. */
  ticks: z.object({ equal: z.number(), different: z.number() }),
  decisions: z.object({ equal: z.number(), different: z.number() }),
  differences: z.array(changed),
  /** Ticks that could not be decided again, and why. */
  unreplayed: z.array(z.object({ why: z.string(), ticks: z.number() })),
});

type Told = z.output<typeof replayTold>;
type Row = Told['differences'][number];

const sideOf = (decision: Decision): Row['was'] => ({
  kind: decision.kind,
  what: inShort(decision),
  why: reasonsOf(decision).map(({ text }) => text),
});

const rowOf = ({ was, is, differences }: Changed): Row => ({
  of:
    was.of === 'pilots'
      ? ownerText({ of: 'queue', name: was.queue })
      : ownerText({ of: 'fleet', name: was.fleet }),
  at: isoOf(was.at),
  was: sideOf(was),
  is: is === undefined ? null : sideOf(is),
  fields: differences.map((field) => ({ ...field })),
});

const seconds = (iso: string): number => Date.parse(iso) / 1000;

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** So many fields of a decision are shown, and so many decisions; `--json` has all. */
const MOST_FIELDS = 4;
const MOST_SHOWN = 20;

const changedLines = ({ of, at, was, is, fields }: Row, asOf: number, look: Look): readonly string[] => [
  ...wrapped(
    `${clockOf(seconds(at), asOf)} ${of}: ${was.what} → ${is?.what ?? 'nothing is decided of it'}`,
    look.columns,
    ['  ', '    '],
  ).map((line) => look.paint('yellow', line)),
  ...fields
    .slice(0, MOST_FIELDS)
    .flatMap((field) =>
      wrapped(`${field.path}: ${field.was ?? 'not there'} → ${field.is ?? 'not there'}`, look.columns, [
        '      ',
        '        ',
      ]),
    ),
  ...(fields.length > MOST_FIELDS ? [`      and ${plural(fields.length - MOST_FIELDS, 'more field')}`] : []),
];

const replayLines = (told: Told, look: Look): readonly string[] => {
  const { ticks, decisions, differences, unreplayed, at } = told;
  const asOf = seconds(at);
  const since = `since ${clockOf(seconds(told.from), asOf)}`;
  if (ticks.equal + ticks.different + unreplayed.length === 0) return [`nothing was written down ${since}`];
  return [
    look.paint(
      ticks.different === 0 ? 'green' : 'dim',
      `${plural(ticks.equal, 'tick')} ${since} decided again: equal, with ${plural(decisions.equal, 'decision')}`,
    ),
    ...(ticks.different === 0 ? [] : [look.paint('yellow', `${plural(ticks.different, 'tick')} otherwise:`)]),
    ...differences.slice(0, MOST_SHOWN).flatMap((row) => changedLines(row, asOf, look)),
    ...(differences.length > MOST_SHOWN
      ? [`  and ${plural(differences.length - MOST_SHOWN, 'more decision')}; --json has them`]
      : []),
    ...unreplayed.flatMap(({ why, ticks: count }) =>
      wrapped(`${plural(count, 'tick')} not decided again: ${why}`, look.columns, ['', '  ']),
    ),
  ];
};

export const replay = verb({
  name: 'replay',
  takes: '[NAME] [--since 24h]',
  names: [0, 1],
  does: DOES.replay,
  more: [
    'Every decision that was written down is compared, field by field; another version of aerie may decide otherwise, and this',
    'shows where. Exit code: 0 if all that could be decided again came out equal, else 1.',
  ],
  options: { since: { type: 'string', default: '24h' } },
  means: { since: ['TIME', 'how long ago at the most: 90m, 24h (default), 3d; kept for 3 days'] },
  examples: ['aerie replay --stage prod', 'aerie replay fleet/default --since 2h'],
  schema: replayTold,
  async ask({ sight, names: [name], options: { since } }) {
    const from = sight.now - secondsIn('since', String(since));
    const owners = await (name === undefined ? ownersOf(sight) : ownersNamed(sight, name));
    const found = await replayedIn(sight, owners, { from, to: sight.now });
    return {
      stage: sight.stage,
      at: isoOf(sight.now),
      from: isoOf(from),
      of: name ?? null,
      ticks: { equal: found.equalTicks, different: found.differentTicks },
      decisions: { equal: found.equalDecisions, different: found.changed.length },
      differences: found.changed.map(rowOf),
      unreplayed: [...found.unreplayed].map(([why, ticks]) => ({ why, ticks })),
    };
  },
  lines: replayLines,
  isWell: ({ ticks }) => ticks.different === 0,
});
