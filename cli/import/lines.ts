import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { Told } from './told.ts';

type Row = Told['keys'][number];

const KINDS: readonly (readonly [kind: Row['kind'], title: string])[] = [
  ['withheld', 'Not shown, because they are secrets or may be:'],
  ['dropped', 'Without a counterpart:'],
  ['changed', 'With another meaning here:'],
];

const WIDEST = 100;

const MOST_SECTIONS = 3;

const sectionsOf = (rows: readonly Row[]): string => {
  const names = [...new Set(rows.map(({ section }) => section))];
  return names.length > MOST_SECTIONS
    ? `${names.slice(0, MOST_SECTIONS).join(', ')} and ${names.length - MOST_SECTIONS} more`
    : names.join(', ');
};

/** One paragraph for equal fates: the keys, and the sections that they stand in. */
const rowLines = (rows: readonly Row[], columns: number): readonly string[] => {
  const byKey = [...Map.groupBy(rows, ({ key, why }) => `${key}\n${why}`).values()];
  const alike = Map.groupBy(byKey, (same) => `${sectionsOf(same)}\n${same[0]?.why}`);
  return [...alike.values()].flatMap((group) => {
    const [first = []] = group;
    const keys = group.flatMap(([row]) => (row === undefined ? [] : [row.key])).join(', ');
    const text = `${keys} (${sectionsOf(first)}): ${first[0]?.why ?? ''}`;
    return wrapped(text, columns, ['  ', '    ']);
  });
};

const MOST_NAMED = 6;

const namesIn = (said: Told['problems']): string => {
  const names = said.map(({ section }) => section);
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** What is said alike of several sections is said once. */
const saidLines = (title: string, said: Told['problems'], columns: number): readonly string[] =>
  said.length === 0
    ? []
    : [
        '',
        title,
        ...[...Map.groupBy(said, ({ why }) => why)].flatMap(([why, same]) => {
          const text = same.some(({ section }) => section === null) ? why : `[${namesIn(same)}] ${why}`;
          return wrapped(text, columns, ['  ', '    ']);
        }),
      ];

const keyLines = (keys: readonly Row[], columns: number): readonly string[] => {
  const landed = keys.filter(({ kind }) => kind === 'landed').length;
  return [
    ...KINDS.flatMap(([kind, title]) => {
      const rows = keys.filter((row) => row.kind === kind);
      return rows.length === 0 ? [] : ['', title, ...rowLines(rows, columns)];
    }),
    '',
    `${landed} of ${keys.length} entries landed as they were; --json names every one.`,
  ];
};

/** What is said of a configuration, without its block and templates. */
export const listLines = (told: Told, columns: number): readonly string[] => {
  const width = Math.min(columns, WIDEST);
  return [
    ...saidLines('To be looked at before a deploy:', told.problems, width),
    ...saidLines('Good to know:', told.notes, width),
    ...keyLines(told.keys, width),
  ];
};

const blockLines = ({ stage, block }: Told): readonly string[] =>
  block === null
    ? ['No section has become a queue or a fleet.']
    : JSON.stringify({ [stage]: block }, undefined, 2).split('\n');

/** Everything that an import came to. */
export const importLines = (told: Told, { columns, paint }: Look): readonly string[] => {
  if (told.written.length > 0) {
    return [...told.written.map((file) => `wrote ${file}`), ...listLines(told, columns)];
  }
  return [
    paint('bold', 'Put this under aerie.stages of cdk.json:'),
    ...blockLines(told),
    ...told.templates.flatMap(({ queue, text }) => [
      '',
      paint('bold', `${queue}.sub, the pilot template of ${queue}:`),
      ...text.trimEnd().split('\n'),
    ]),
    ...listLines(told, columns),
  ];
};
