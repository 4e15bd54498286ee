import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charts, facts, type Who } from '../../../twin/page/charts.js';
import { type Chart, columns, plot } from '../../../twin/page/plot.js';
import { countTicks, timeTicks } from '../../../twin/page/ticks.js';

const HOUR = 3600;

const chart = (changes: Partial<Chart>): Chart => ({
  label: 'Cores of A',
  width: 244,
  height: 132,
  toSeconds: 4 * HOUR,
  times: [0, HOUR, 2 * HOUR],
  layers: [{ kind: 'line', tone: 'paid', to: [0, 50, 100] }],
  faults: [],
  ...changes,
});

const labels = (svg: string, name: string): readonly string[] =>
  [...svg.matchAll(new RegExp(`<text class="${name}"[^>]*>([^<]*)</text>`, 'g'))].map(
    ([, text]) => text ?? '',
  );
const paths = (svg: string): readonly string[] =>
  [...svg.matchAll(/<path class="([^"]*)" d="([^"]*)"/g)].map(([, name, d]) => `${name}: ${d}`);

describe('a chart', () => {
  it('draws a line over simulated time: the left edge is the start, the top the highest tick', () => {
    expect(paths(plot(chart({})))).toEqual(['line paid: M34,114L84,64L134,14']);
  });

  it('draws an area down to the axis, or down to the layer that it stands on', () => {
    const layers = [
      { kind: 'area', tone: 'useful', to: [0, 50, 50] },
      { kind: 'area', tone: 'waste', from: [0, 50, 50], to: [0, 100, 50] },
    ] as const;
    expect(paths(plot(chart({ layers })))).toEqual([
      'area useful: M34,114L84,64L134,64L134,114L34,114Z',
      'area waste: M34,114L84,14L134,64L134,64L84,64L34,114Z',
    ]);
  });

  it('labels its axes with round counts and with hours and minutes', () => {
    const svg = plot(chart({}));
    expect(labels(svg, 'count')).toEqual(['0', '50', '100']);
    expect(labels(svg, 'time')).toEqual(['0:00', '1:00', '2:00', '3:00', '4:00']);
  });

  it('shows a limit within reach and lets it stretch the axis', () => {
    const layers = [
      { kind: 'area', tone: 'useful', to: [0, 30, 60] },
      { kind: 'limit', tone: 'cap', to: [100, 100, 100] },
    ] as const;
    expect(paths(plot(chart({ layers })))[1]).toBe('limit cap: M34,14L84,14L134,14');
  });

  it('leaves out a limit so far away that it would flatten the curve', () => {
    const layers = [
      { kind: 'area', tone: 'useful', to: [0, 30, 60] },
      { kind: 'limit', tone: 'cap', to: [10_000, 10_000, 10_000] },
    ] as const;
    const svg = plot(chart({ layers }));
    expect(paths(svg)).toHaveLength(1);
    expect(labels(svg, 'count')).toEqual(['0', '20', '40', '60']);
  });

  it('shades the windows of faults, by name where there is room and by letter where there is not', () => {
    const faults = [
      { what: 'PanDA', fromSeconds: HOUR, toSeconds: 3 * HOUR },
      { what: 'EC2 has no capacity', fromSeconds: 3 * HOUR, toSeconds: 3.5 * HOUR },
    ];
    const svg = plot(chart({ faults }));
    expect(svg).toContain(
      '<title>A PanDA, 1:00 to 3:00</title><rect x="84" y="14" width="100" height="100"/>',
    );
    expect(svg).toContain('>A PanDA</text>');
    expect(svg).toContain('<title>B EC2 has no capacity, 3:00 to 3:30</title>');
    expect(svg).toContain('>B</text>');
  });

  it('says in words what it shows, and lets no word become markup', () => {
    const what = '<script>alert("x")</script>';
    const svg = plot(chart({ label: `"${what}`, faults: [{ what, fromSeconds: 0, toSeconds: HOUR }] }));
    expect(svg).toContain('role="img" aria-label="&quot;&lt;script&gt;');
    expect(svg).not.toContain('<script');
  });

  it('is empty but whole before the first sample', () => {
    const svg = plot(chart({ times: [], layers: [{ kind: 'line', tone: 'paid', to: [] }] }));
    expect(paths(svg)).toEqual([]);
    expect(labels(svg, 'count')).toEqual(['0', '1']);
  });

  it('stays small however long the run is, and never loses the peak', () => {
    const times = Array.from({ length: 30_000 }, (_, index) => index);
    const to = times.map((second) => (second === 12_345 ? 97 : second % 2));
    const [path = ''] = paths(
      plot(chart({ times, toSeconds: 30_000, layers: [{ kind: 'line', tone: 'paid', to }] })),
    );
    expect(path.split('L').length).toBeLessThanOrEqual(2 * 244);
    expect(path).toMatch(/,17(L|$)/);
  });
});

describe('the samples drawn', () => {
  it('are in order, at most two for a pixel, and hold every extreme and both ends', () => {
    const run = fc.array(
      fc.tuple(fc.double({ min: 0, max: 40, noNaN: true }), fc.integer({ min: 0, max: 9 })),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(run, (pairs) => {
        const xs = pairs.map(([x]) => x).toSorted((a, b) => a - b);
        const heights = pairs.map(([, height]) => height);
        const kept = columns(xs, heights);
        const drawn = kept.map((index) => heights[index] ?? Number.NaN);
        expect(kept).toEqual([...new Set(kept)].toSorted((a, b) => a - b));
        expect(Math.max(...drawn)).toBe(Math.max(...heights));
        expect(Math.min(...drawn)).toBe(Math.min(...heights));
        expect(kept.at(-1)).toBe(xs.length - 1);
        expect(kept.length).toBeLessThanOrEqual(2 * new Set(xs.map(Math.floor)).size + 1);
      }),
    );
  });
});

describe('ticks', () => {
  it.each([
    [24 * HOUR, 400, (6 * HOUR) / 2],
    [24 * HOUR, 200, 6 * HOUR],
    [HOUR, 250, 600],
    [10 * 24 * HOUR, 200, 48 * HOUR],
  ])('of %d s across %d px are %d s apart', (toSeconds, width, step) => {
    expect(timeTicks(toSeconds, width).slice(0, 2)).toEqual([0, step]);
  });

  it('of counts are whole, start at 0, reach the highest figure and are few', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (most) => {
        const ticks = countTicks(most);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(1, most));
        expect(ticks.every(Number.isInteger)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('the charts of queues and fleets', () => {
  const queue = { queue: 'A', activated: 5, jobsRunning: 6, jobsDone: 7, idle: 1, running: 2, coresBusy: 40 };
  const fleet = {
    ...{ fleet: 'A', booting: 3, joined: 10, draining: 4, asleep: 6, maxWorkers: 20 },
    ...{ coresClaimed: 41, coresPaid: 68, listDollars: 1.5 },
  };
  const sample = {
    atSeconds: 0,
    queues: [queue, { ...queue, queue: 'B' }],
    fleets: [fleet, { ...fleet, fleet: 'default' }],
    ...{ coresBusy: 80, coresPaid: 136, listDollars: 3 },
  };
  const heightsOf = (who: Who | undefined) =>
    Object.fromEntries(
      charts([facts(sample, who)], who).map(({ id, layers }) => [id, layers.map(({ to }) => to[0])]),
    );

  it.each<readonly [string, Who | undefined, Readonly<Record<string, readonly number[]>>]>([
    ['a queue its jobs and pilots', { of: 'queue', name: 'A' }, { jobs: [5], pilots: [2, 1] }],
    [
      'a fleet its workers, one upon the other, its cores and its dollars',
      { of: 'fleet', name: 'A' },
      { workers: [10, 14, 17, 6, 20], cores: [41, 68, 68], dollars: [1.5] },
    ],
    [
      'all of them everything but the dollars, which stand at the head',
      undefined,
      { jobs: [10], pilots: [4, 2], workers: [20, 28, 34, 12, 40], cores: [80, 136, 136] },
    ],
  ])('show of %s', (_, who, heights) => {
    expect(heightsOf(who)).toEqual(heights);
  });

  it('leave the cores that are paid for nothing between two lines', () => {
    const who = { of: 'fleet', name: 'A' } as const;
    const cores = charts([facts(sample, who)], who).find(({ id }) => id === 'cores');
    expect(cores?.layers.map(({ from }) => from)).toEqual([undefined, [41], undefined]);
  });

  it.each([
    [
      { of: 'queue', name: 'A' },
      { activated: 5, maxWorkers: 0, coresBusy: 40 },
    ],
    [
      { of: 'fleet', name: 'A' },
      { activated: 0, maxWorkers: 20, coresBusy: 41 },
    ],
    [undefined, { activated: 10, maxWorkers: 40, coresBusy: 80, coresPaid: 136, listDollars: 3 }],
    [{ of: 'queue', name: 'default' }, { activated: 0 }],
    [
      { of: 'fleet', name: 'B' },
      { maxWorkers: 0, coresPaid: 0 },
    ],
  ] as const)('know %j', (who, expected) => {
    expect(facts(sample, who)).toMatchObject(expected);
  });
});
