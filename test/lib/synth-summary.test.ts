import { describe, expect, it } from 'vitest';
import { readConfig, type StageConfig } from '../../lib/stage/config.ts';
import { synthSummary } from '../../lib/synth-summary.ts';
import { STAGE } from './stack-of.ts';

const config = (block: object): StageConfig => {
  const read = readConfig({ stages: { prod: { ...STAGE, ...block } } }, 'prod');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return read.config;
};
const said = (block: object): readonly string[] => synthSummary(config({ region: 'us-east-1', ...block }));
const last = (block: object): string | undefined => said(block).at(-1);

const SMALL = { flavours: 'm6i.large', 'max-workers': 10 };
const PRICED = { ...SMALL, 'dollars-per-core-hour': '0.05' };
const fleet = (knobs: object) => ({ fleets: { default: knobs } });

describe('what a good synth means', () => {
  it('is said in a few lines', () => {
    const fleets = { default: SMALL, BIG: { ...SMALL, 'max-workers': 200, state: 'paused' } };
    const queues = {
      BNL_CLOUD: { state: 'active' },
      TEST: { state: 'paused' },
      WIDE: { state: 'active', fleet: 'BIG' },
    };
    expect(said({ fleets, queues })).toEqual([
      'aerie prod: 3 queues, 2 fleets, at most 210 workers (420 cores).',
      '  default  active   10 workers   20 cores   $1.12 an hour  for BNL_CLOUD, TEST (paused)',
      '  BIG      paused  200 workers  400 cores  $22.39 an hour  for WIDE',
      expect.stringMatching(
        /^The control plane costs about \$\d+ a month \(us-east-1, 2026-11, without free tiers\); the largest part is CloudWatch metrics, \$\d+\.$/,
      ),
      "At the caps workers cost at most $23.51 an hour and $17,163 a month, at AWS's list prices of 2026-07-20, on demand, us-east-1, with disk and address. Traffic comes on top.",
    ]);
  });

  it('names what a stage of many queues can leave out', () => {
    const queues = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`Q${n}`, { state: 'active' }]));
    const plane = (block: object) => said({ queues, ...fleet(SMALL), ...block }).at(-2);
    expect(plane({})).toMatch(
      /the largest part is CloudWatch metrics, \$\d+\. With "queueMetrics": "off" in the stage's block it is \$\d\d\.$/,
    );
    expect(plane({ queueMetrics: 'off' })).not.toContain('queueMetrics');
  });

  it('is said of a stage without PanDA', () => {
    const lines = said({ pandaUrl: undefined, queues: {}, ...fleet(SMALL) });
    expect(lines.slice(0, 2)).toEqual([
      'aerie prod: no queue, 1 fleet, at most 10 workers (20 cores).',
      '  default  active  10 workers  20 cores  $1.12 an hour  for plain jobs only',
    ]);
  });

  it.each<[string, object, string]>([
    [
      'a budget a month bounds the month',
      fleet({ ...PRICED, 'budget-dollars-per-month': '500' }),
      "at most $1.16 an hour and $500 a month, at the fleets' own prices.",
    ],
    [
      'a budget an hour bounds both',
      fleet({ ...SMALL, prices: 'list', 'budget-dollars-per-hour': '0.5' }),
      "at most $0.50 an hour and $365 a month, at the fleets' own prices.",
    ],
    [
      "spot counts as its fleet's prices say",
      fleet({
        ...SMALL,
        market: 'spot',
        prices: 'm6i.large=0.1',
        'spot-price-percent': '30',
        'worker-overhead-percent': '0',
      }),
      'at most $0.30 an hour',
    ],
    ['spot without prices counts as on demand', fleet({ ...SMALL, market: 'spot' }), 'at most $1.12 an hour'],
    [
      'a private network has no addresses',
      { network: { kind: 'nat' }, ...fleet(SMALL) },
      'at most $1.07 an hour',
    ],
    [
      'a larger disk of one fleet costs that fleet more',
      { fleets: { default: SMALL, big: { ...SMALL, workerDiskGb: 1_000 } } },
      'at most $3.23 an hour',
    ],
    [
      'budgets of fleets add up',
      {
        fleets: {
          default: { ...PRICED, 'budget-dollars-per-month': '100' },
          other: { ...PRICED, 'budget-dollars-per-month': '150' },
        },
      },
      'at most $2.32 an hour and $250 a month',
    ],
    [
      'the dearest flavour counts, as often as cores allow',
      fleet({ ...SMALL, flavours: 'm6i.large, r6i.2xlarge', 'max-cores': '8' }),
      'at most $0.52 an hour',
    ],
    [
      'the dearest time counts',
      fleet({ ...SMALL, schedule: '22:00-06:00 max-workers=30; Sat-Sun max-workers=20' }),
      'at most $3.36 an hour',
    ],
    [
      'the region counts',
      { region: 'eu-central-1', ...fleet(SMALL) },
      "at most $1.33 an hour and $971 a month, at AWS's list prices of 2025-04-04, on demand, eu-central-1",
    ],
    [
      'a type without a price is named',
      { fleets: { default: { ...SMALL, flavours: 'x9.large(2c,8192m)' }, other: SMALL } },
      'What workers cost at the caps is not known: default has a flavour without a price in us-east-1; set dollars-per-core-hour.',
    ],
  ])('%s', (_, block, expected) => expect(last(block)).toContain(expected));

  it("names the fleets' budgets", () => {
    const lines = said(fleet({ ...SMALL, prices: 'list', 'budget-dollars-per-month': '2000' }));
    expect(lines[1]).toMatch(/ {2}budget \$2,000\.00 a month {2}for CLOUD$/);
  });

  it('shows the dearest of many fleets, and some of many queues', () => {
    const fleets = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`F${index}`, { ...SMALL, 'max-workers': index + 1 }]),
    );
    const queues = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`Q${index}`, { state: 'active', fleet: 'F24' }]),
    );
    const lines = said({ fleets: { default: { 'max-workers': 0 }, ...fleets }, queues });
    expect(lines).toHaveLength(1 + 20 + 1 + 2);
    expect(lines[1]).toMatch(/^ {2}F24 .* 25 workers .* for Q0, Q1, Q2, Q3, Q4 and 2 more$/);
    expect(lines[21]).toBe('  and 6 fleets that can cost less');
  });

  it('says what metrics of no queue and fleet save', () => {
    const dollars = (block: object) => Number(/costs about \$(\d+) a month/.exec(said(block).join(' '))?.[1]);
    const saved = dollars({}) - dollars({ queueMetrics: 'off' });
    // Six metrics of the queue and eight of the fleet, $0.30 each; both sums are told in whole dollars.
    expect(Math.abs(saved - 14 * 0.3)).toBeLessThanOrEqual(1);
  });
});
