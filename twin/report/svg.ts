/** A place on a plot, in the data's own units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly log?: boolean;
}

const WIDTH = 860;
const HEIGHT = 460;
const MARGIN = { left: 62, right: 24, top: 40, bottom: 52 } as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (n: number): number => Math.round(n * 10) / 10;

const share = ({ from, to, log }: Axis, value: number): number =>
  log === true ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);

/** Where data lie on the plot, pixels. */
export const scales = (x: Axis, y: Axis) => ({
  x: (value: number) => round(MARGIN.left + share(x, value) * (WIDTH - MARGIN.left - MARGIN.right)),
  y: (value: number) =>
    round(HEIGHT - MARGIN.bottom - share(y, value) * (HEIGHT - MARGIN.top - MARGIN.bottom)),
});

export const text = (at: Point, words: string, more = ''): string =>
  `<text x="${at.x}" y="${at.y}" ${more}>${escaped(words)}</text>`;

/** Axes, grid and title around what is drawn; readable on light and dark pages alike. */
export const plot = (title: string, x: Axis, y: Axis, drawn: readonly string[]): string => {
  const at = scales(x, y);
  const bottom = HEIGHT - MARGIN.bottom;
  const right = WIDTH - MARGIN.right;
  const grid = [
    ...x.ticks.flatMap((tick) => [
      `<line x1="${at.x(tick)}" y1="${MARGIN.top}" x2="${at.x(tick)}" y2="${bottom}" class="grid"/>`,
      text({ x: at.x(tick), y: bottom + 18 }, String(tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      `<line x1="${MARGIN.left}" y1="${at.y(tick)}" x2="${right}" y2="${at.y(tick)}" class="grid"/>`,
      text({ x: MARGIN.left - 8, y: at.y(tick) + 4 }, String(tick), 'text-anchor="end"'),
    ]),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<style>.grid{stroke:#bbb;stroke-width:.5}text{fill:#333}.title{font-size:15px;font-weight:bold}.line{fill:none;stroke-width:1.6}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text({ x: MARGIN.left, y: 24 }, title, 'class="title"'),
    ...grid,
    ...drawn,
    text({ x: (MARGIN.left + right) / 2, y: HEIGHT - 12 }, x.title, 'text-anchor="middle"'),
    `<text transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.title)}</text>`,
    '</svg>',
    '',
  ].join('\n');
};

/** A line through points. */
export const line = (points: readonly Point[], x: Axis, y: Axis, colour: string): string => {
  const at = scales(x, y);
  const path = points.map((point) => `${at.x(point.x)},${at.y(point.y)}`).join(' ');
  return `<polyline class="line" stroke="${colour}" points="${path}"/>`;
};

/** Names of lines with their colours, in the upper right. */
export const legend = (entries: readonly (readonly [string, string])[]): readonly string[] =>
  entries.flatMap(([name, colour], index) => {
    const y = MARGIN.top + 16 + index * 18;
    const x = WIDTH - MARGIN.right - 220;
    return [
      `<line x1="${x}" y1="${y - 4}" x2="${x + 22}" y2="${y - 4}" stroke="${colour}" stroke-width="2"/>`,
      text({ x: x + 28, y }, name),
    ];
  });
