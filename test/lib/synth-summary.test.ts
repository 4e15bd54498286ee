import { describe, expect, it } from 'vitest';
import { readConfig, type StageConfig } from '../../lib/config.ts';
import { synthSummary } from '../../lib/synth-summary.ts';
import { STAGE } from './stack-of.ts';

const config = (block: object): StageConfig => {
  const read = readConfig({ stages: { prod: { ...STAGE, ...block } } }, 'prod');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return read.config;
};
const said = (block: object): readonly string[] => synthSummary(config({ region: 'us-east-1', ...block }));
const last = (block: object): string | undefined => said(block).at(-1);

const SMALL = { state: 'active', flavours: 'm6i.large', 'max-workers': 10 };

describe('what a good synth means', () => {
  it('is said in a few lines', () => {
    const queues = { BNL_CLOUD: { ...SMALL, 'max-workers': 200 }, TEST: { ...SMALL, state: 'paused' } };
    expect(said({ queues })).toEqual([
      'aerie prod: 2 queues, at most 210 workers (420 cores).',
      '  BNL_CLOUD  active  200 workers  400 cores  $22.39 an hour',
      '  TEST       paused   10 workers   20 cores   $1.12 an hour',
      expect.stringMatching(
        /^The control plane costs about \$\d+ a month \(us-east-1, 2026-11, without free tiers\); the largest part is CloudWatch metrics, \$\d+\.$/,
      ),
      "At the caps workers cost at most $23.51 an hour and $17,163 a month, at AWS's list prices of 2026-07-20, on demand, us-east-1, with disk and address. Traffic comes on top.",
    ]);
  });

  it.each<[string, object, string]>([
    [
      'a budget a month bounds the month',
      { queues: { Q: { ...SMALL, 'dollars-per-core-hour': '0.05', 'budget-dollars-per-month': '500' } } },
      "at most $1.16 an hour and $500 a month, at the queues' own prices.",
    ],
    [
      'a budget an hour bounds both',
      { queues: { Q: { ...SMALL, prices: 'list', 'budget-dollars-per-hour': '0.5' } } },
      "at most $0.50 an hour and $365 a month, at the queues' own prices.",
    ],
    [
      "spot counts as its queue's prices say",
      {
        queues: {
          Q: {
            ...SMALL,
            market: 'spot',
            prices: 'm6i.large=0.1',
            'spot-price-percent': '30',
            'worker-overhead-percent': '0',
          },
        },
      },
      'at most $0.30 an hour',
    ],
    [
      'spot without prices counts as on demand',
      { queues: { Q: { ...SMALL, market: 'spot' } } },
      'at most $1.12 an hour',
    ],
    [
      'a private network has no addresses',
      { network: { kind: 'nat' }, queues: { Q: SMALL } },
      'at most $1.07 an hour',
    ],
    [
      "the stage's cores bound the sum",
      { caps: { cores: 10 }, queues: { Q: SMALL } },
      'at most $0.56 an hour',
    ],
    ["the stage's workers do", { caps: { workers: 1 }, queues: { Q: SMALL } }, 'at most $0.11 an hour'],
    [
      'and so do its dollars',
      {
        caps: { dollarsPerHour: 0.25, dollarsPerMonth: 100 },
        queues: { Q: { ...SMALL, 'dollars-per-core-hour': '0.05' } },
      },
      'at most $0.25 an hour and $100 a month',
    ],
    [
      'the dearest flavour counts, as often as cores allow',
      { queues: { Q: { ...SMALL, flavours: 'm6i.large, r6i.2xlarge', 'max-cores': '8' } } },
      'at most $0.52 an hour',
    ],
    [
      'the region counts',
      { region: 'eu-central-1', queues: { Q: SMALL } },
      "at most $1.33 an hour and $971 a month, at AWS's list prices of 2025-04-04, on demand, eu-central-1",
    ],
    [
      'a type without a price is named',
      { queues: { Q: { ...SMALL, flavours: 'x9.large(2c,8192m)' }, R: SMALL } },
      'What workers cost at the caps is not known: Q has a flavour without a price in us-east-1; set dollars-per-core-hour.',
    ],
  ])('%s', (_, block, expected) => expect(last(block)).toContain(expected));

  it("names the stage's caps and the queues' budgets", () => {
    const queues = { Q: { ...SMALL, prices: 'list', 'budget-dollars-per-month': '2000' } };
    const lines = said({ caps: { cores: 4000, dollarsPerMonth: 20_000 }, queues });
    expect(lines[1]).toMatch(/ {2}budget \$2,000\.00 a month$/);
    expect(lines[2]).toBe('All queues together: at most 4,000 cores, $20,000.00 a month.');
  });

  it('shows the dearest of many queues', () => {
    const queues = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`Q${index}`, { ...SMALL, 'max-workers': index + 1 }]),
    );
    const lines = said({ queues });
    expect(lines).toHaveLength(1 + 20 + 1 + 2);
    expect(lines[1]).toMatch(/^ {2}Q24 .* 25 workers/);
    expect(lines[21]).toBe('  and 5 queues that can cost less');
  });

  it('says what metrics of no queue save', () => {
    const queues = { Q: SMALL };
    const dollars = (block: object) => Number(/costs about \$(\d+) a month/.exec(said(block).join(' '))?.[1]);
    const saved = dollars({ queues }) - dollars({ queues, queueMetrics: 'off' });
    // Fourteen metrics of one queue, $0.30 each; both sums are told in whole dollars.
    expect(Math.abs(saved - 4.2)).toBeLessThanOrEqual(1);
  });
});
