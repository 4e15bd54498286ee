import * as z from 'zod';
import type { Reason } from '../../core/model/reason.ts';
import { fixOf } from '../../core/tell/fix.ts';
import { limitOf } from '../../core/tell/limit.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { type Column, tableLines } from '../command/columns.ts';
import { clockOf, isoOf, lengthOf, secondsIn } from '../command/moments.ts';
import { verb } from '../command/verb.ts';
import { decisionsSince, type Hold, holdsIn } from '../stage/holds.ts';
import { ownersNamed, ownersOf, ownerText } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';

const hold = z.object({
  /** `queue/BNL_CLOUD`. */
  of: z.string(),
  from: z.string(),
  /** Null: it still holds. */
  to: z.string().nullable(),
  seconds: z.number(),
  reason: z.string(),
  text: z.string(),
  fix: z.object({ command: z.string().exactOptional(), text: z.string() }).nullable(),
});

/** What `aerie holds` tells. */
export const holdsTold = z.object({ stage: z.string(), at: z.string(), holds: z.array(hold) });

type Told = z.output<typeof holdsTold>;
type Row = Told['holds'][number];

const causeOf = ({ decision }: Hold): Reason | undefined => {
  const limit = limitOf(decision);
  return limit.kind === 'limited' ? limit.by : undefined;
};

/** What one held for, and from when to when. */
export const heldFor = (of: Hold): Omit<Row, 'seconds' | 'fix'> => {
  const by = causeOf(of);
  return {
    of: ownerText(of.owner),
    from: isoOf(of.from),
    to: of.to === undefined ? null : isoOf(of.to),
    reason: by?.kind ?? 'none',
    text: by === undefined ? 'no reason was written down' : sentence(by),
  };
};

const told = (of: Hold, { stage, now }: Sight): Row => {
  const by = causeOf(of);
  return {
    ...heldFor(of),
    seconds: Math.round((of.to ?? now) - of.from),
    fix: (by && fixOf(by, { owner: of.owner, stage })) ?? null,
  };
};

const at = (iso: string): number => Date.parse(iso) / 1000;

const columnsOf = (now: number): readonly Column<Row>[] => [
  { head: 'held', cell: ({ of }) => of },
  { head: 'from', cell: ({ from }) => clockOf(at(from), now) },
  {
    head: 'to',
    cell: ({ to }) => (to === null ? 'now' : clockOf(at(to), now)),
    style: ({ to }) => (to === null ? 'yellow' : undefined),
  },
  { head: 'for', align: 'right', cell: ({ seconds }) => lengthOf(seconds), spare: 1 },
  { head: 'cause', cell: ({ text }) => text },
];

/** Those that still hold, each cause once, with what mends it. */
const fixesOf = ({ holds }: Told): readonly string[] => [
  ...new Set(holds.flatMap(({ to, fix }) => (to !== null || fix === null ? [] : [fix.command ?? fix.text]))),
];

export const holds = verb({
  name: 'holds',
  takes: '[NAME] [--since 8h]',
  names: [0, 1],
  does: DOES.holds,
  more: [
    'To hold is to do nothing, because facts are missing, old or not believable. Exit code: 1 if any holds now, else 0.',
  ],
  options: { since: { type: 'string', default: '8h' } },
  means: {
    since: ['TIME', 'how long ago at the most: 90m, 8h (default), 7d; decisions are kept for 14 days'],
  },
  examples: ['aerie holds --stage prod', 'aerie holds BNL_CLOUD --since 2d'],
  schema: holdsTold,
  async ask({ sight, names: [name], options: { since } }) {
    const from = sight.now - secondsIn('since', String(since));
    const owners = await (name === undefined ? ownersOf(sight) : ownersNamed(sight, name));
    const found = await each(owners, async (owner) =>
      holdsIn(owner, await decisionsSince(sight, owner, from)),
    );
    const lately = found.flat().filter(({ to }) => to === undefined || to > from);
    return {
      stage: sight.stage,
      at: isoOf(sight.now),
      holds: lately.sort((a, b) => a.from - b.from).map((of) => told(of, sight)),
    };
  },
  lines(all, look) {
    if (all.holds.length === 0) return ['nothing held'];
    const fixes = fixesOf(all);
    return [
      ...tableLines(columnsOf(at(all.at)), all.holds, look),
      ...(fixes.length === 0 ? [] : ['', ...fixes.map((fix) => `now: ${fix}`)]),
    ];
  },
  isWell: (all) => all.holds.every(({ to }) => to !== null),
});
