import { type Column, tableLines } from '../command/columns.ts';
import { clockOf } from '../command/moments.ts';
import type { Look } from '../command/verb.ts';
import type { HistoryTold, Hour } from './history-told.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;

type Row = HistoryTold['sum'] &
  Partial<Pick<Hour, 'ready' | 'inShadow' | 'holds'>> & { readonly head: string };

/** Holds of one cause and time are one: they hold many queues and fleets at once. */
const holdsOf = (holds: Hour['holds'], now: number): string => {
  const groups = Map.groupBy(holds, ({ from, to, reason }) => `${from} ${to} ${reason}`);
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const whose = others.length === 0 ? first.of : `${others.length + 1} held`;
      const until = first.to === null ? 'now' : clockOf(at(first.to), now);
      return [`${clockOf(at(first.from), now)}–${until} ${whose}: ${first.text}`];
    })
    .join('; ');
};

/** `40 pilots, 3 workers, ~0.29 $/h`. */
const shadowOf = ({ inShadow }: Row): string => {
  if (inShadow === undefined || inShadow === null) return '';
  const { pilots, workers, dollarsPerHour, isListed } = inShadow;
  const dear = dollarsPerHour === null ? '–' : `${isListed ? '~' : ''}${dollarsPerHour.toFixed(2)}`;
  return (
    [
      ...(pilots > 0 ? [`${pilots} pilots`] : []),
      ...(workers > 0 ? [`${workers} worker${workers === 1 ? '' : 's'}, ${dear} $/h`] : []),
    ].join(', ') || 'nothing'
  );
};

const figure = (head: string, cell: (row: Row) => string, spare?: number): Column<Row> => ({
  ...{ head, align: 'right', cell },
  ...(spare === undefined ? {} : { spare }),
});

const columnsOf = (now: number, { isListed, hours }: HistoryTold): readonly Column<Row>[] => [
  { head: 'hour', cell: ({ head }) => head },
  figure('ready', ({ ready }) => (ready === undefined ? '' : String(ready ?? '–'))),
  figure('submitted', ({ submitted }) => String(submitted), 2),
  figure('launched', ({ launched }) => String(launched)),
  figure('woken', ({ woken }) => String(woken), 3),
  figure('joined', ({ joined }) => String(joined)),
  figure('useless', ({ useless }) => String(useless), 1),
  figure('core-h', ({ coreHours }) => coreHours.toFixed(1)),
  figure('$', ({ dollars }) => (dollars === null ? '–' : `${isListed ? '~' : ''}${dollars.toFixed(2)}`)),
  ...(hours.every(({ inShadow }) => inShadow === null)
    ? []
    : [{ head: 'in shadow, at most', cell: shadowOf }]),
  {
    head: 'held',
    cell: ({ holds }) => (holds === undefined ? '' : holdsOf(holds, now)),
    style: () => 'yellow',
  },
];

/** The lines of what was. */
export const historyLines = (told: HistoryTold, look: Look): readonly string[] => {
  const now = at(told.at);
  const rows: readonly Row[] = [
    ...told.hours.map((hour) => ({ ...hour, head: clockOf(at(hour.from), now) })),
    { ...told.sum, head: 'sum' },
  ];
  return tableLines(columnsOf(now, told), rows, look);
};
