import { describe, expect, it } from 'vitest';
import { plain } from '../../../cli/command/paint.ts';
import type { Life } from '../../../cli/stage/lives.ts';
import { bookedBy, figuresOf, machinesOf, monthNamed } from '../../../cli/stage/month-account.ts';
import { accountingCsv, accountingLines } from '../../../cli/verbs/accounting-lines.ts';
import { type AccountingTold, accountingTold } from '../../../cli/verbs/accounting-told.ts';
import type { LedgerView } from '../../../core/model/ledger.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { fleetSettings, inLedger, JOINED } from '../../core/worlds.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`) / 1000;

/** In the midst of a month of 31 days. */
const NOON = at('2026-01-20T12:00');
const HERE = { now: NOON, place: USUAL_PLACE };
const JANUARY = monthNamed('2026-01', NOON);
const DECEMBER = monthNamed('2025-12', NOON);

const life = (launchedAt: string, goneAt: string | undefined, given: Partial<WorkerRecord> = {}): Life => ({
  record: inLedger('i-00000001', JOINED, {
    launchedAt: at(launchedAt),
    cost: { dollarsPerHour: 0.5, endsBy: NOON },
    ...given,
  }),
  goneAt: goneAt === undefined ? undefined : at(goneAt),
});

describe('a month', () => {
  it.each([
    ['2026-01', '2026-01', at('2026-01-01T00:00'), NOON],
    ['2025-12', '2025-12', at('2025-12-01T00:00'), at('2026-01-01T00:00')],
    ['2024-02', '2024-02', at('2024-02-01T00:00'), at('2024-03-01T00:00')],
    [undefined, '2026-01', at('2026-01-01T00:00'), NOON],
  ])('%s is %s', (text, name, from, to) => {
    const found = monthNamed(text, NOON);
    expect(found.month).toMatchObject({ name, from });
    expect(found.to).toBe(to);
  });

  it.each(['2026-1', '2026-13', '2026-00', 'January', '', '1969-12'])('"%s" is none', (text) => {
    expect(() => monthNamed(text, NOON)).toThrow(
      `--month takes a month in UTC such as 2026-01, not "${text}".`,
    );
  });

  it('that has not begun has no account', () => {
    expect(() => monthNamed('2026-02', NOON)).toThrow(
      '--month is 2026-02, which has not begun: it is 2026-01-20T12:00:00Z there.',
    );
  });
});

describe('what workers came to in a month', () => {
  it.each<readonly [string, Life, typeof JANUARY, object]>([
    [
      'all of its life lies in it',
      life('2026-01-02T00:00', '2026-01-02T10:00'),
      JANUARY,
      { workers: 1, coreHoursPaid: 20, hoursAsleep: 0, dollars: 5, isListed: false },
    ],
    [
      'it came before the month',
      life('2025-12-31T22:00', '2026-01-01T04:00'),
      JANUARY,
      { workers: 1, coreHoursPaid: 8, dollars: 2 },
    ],
    [
      'it lived on after it',
      life('2025-12-31T22:00', '2026-01-01T04:00'),
      DECEMBER,
      { workers: 1, coreHoursPaid: 4, dollars: 1 },
    ],
    ['it lives', life('2026-01-20T10:00', undefined), JANUARY, { coreHoursPaid: 4, dollars: 1 }],
    [
      'it was none of it',
      life('2026-01-02T00:00', '2026-01-02T10:00'),
      DECEMBER,
      { workers: 0, coreHoursPaid: 0, dollars: 0 },
    ],
    [
      'it has slept, which cost its disk',
      life('2026-01-02T00:00', '2026-01-02T10:00', {
        sleeps: [[at('2026-01-02T02:00'), at('2026-01-02T08:00')]],
      }),
      JANUARY,
      { coreHoursPaid: 8, hoursAsleep: 6, dollars: expect.closeTo(2 + (6 * 100 * 0.08) / 730, 3) },
    ],
    [
      'it was ended asleep',
      life('2026-01-02T00:00', '2026-01-02T10:00', {
        state: {
          ...{ kind: 'retiring', since: at('2026-01-02T09:59'), cause: { kind: 'fleet-drained' } },
          asleepSince: at('2026-01-02T04:00'),
        },
      }),
      JANUARY,
      { coreHoursPaid: 8, hoursAsleep: 6 },
    ],
    [
      'it was woken as another size: dollars are those of each, cores those of the last',
      life('2026-01-02T00:00', '2026-01-02T10:00', {
        sleeps: [[at('2026-01-02T02:00'), at('2026-01-02T08:00'), 5]],
      }),
      JANUARY,
      { coreHoursPaid: 8, dollars: expect.closeTo(2 * 5 + 2 * 0.5 + (6 * 100 * 0.08) / 730, 3) },
    ],
  ])('%s', (_, one, soFar, expected) => {
    expect(figuresOf([one], soFar, HERE)).toMatchObject(expected);
  });

  it('is at list prices where its fleet has none, and not known where nobody lists the type', () => {
    const { cost: _, ...record } = life('2026-01-20T02:00', '2026-01-20T12:00').record;
    const unpriced: Life = { record, goneAt: NOON };
    const listed = figuresOf([unpriced], JANUARY, HERE);
    expect(listed).toMatchObject({ isListed: true });
    expect(listed.dollars).toBeCloseTo(10 * (0.096 + 0.005 + (100 * 0.08) / 730), 2);
    const odd: Life = {
      record: { ...record, offer: { ...record.offer, flavour: 'x9z.large' } },
      goneAt: NOON,
    };
    expect(figuresOf([unpriced, odd], JANUARY, HERE)).toMatchObject({ workers: 2, dollars: null });
  });

  it('is told by fleet, flavour and market', () => {
    const spot = { flavour: 'm6i.large', zone: 'us-east-1b', market: 'spot' } as const;
    const lives = [
      life('2026-01-02T00:00', '2026-01-02T01:00'),
      life('2026-01-03T00:00', '2026-01-03T02:00'),
      life('2026-01-02T00:00', '2026-01-02T04:00', { offer: spot }),
      life('2026-01-02T00:00', '2026-01-02T08:00', { fleet: 'gpu' }),
      life('2025-12-02T00:00', '2025-12-02T08:00', { fleet: 'old' }),
    ];
    const rows = machinesOf(lives, JANUARY, HERE).map((of) =>
      [of.fleet, of.flavour, of.market, of.workers, of.coreHoursPaid].join(' '),
    );
    expect(rows).toEqual([
      'default m6i.large on-demand 2 6',
      'default m6i.large spot 1 8',
      'gpu m6i.large on-demand 1 16',
    ]);
  });
});

describe('what a fleet has booked', () => {
  const view = (given: Partial<LedgerView> = {}): LedgerView => ({
    ...{ launches: [], workers: [], submissions: {}, cooling: [], pilotsEver: {} },
    accounts: [
      { fleet: 'default', dollars: { '2024-11': 7, '2025-12': 40, '2026-01': 2 }, booked: [], version: 3 },
    ],
    ...given,
  });
  const priced = fleetSettings({ 'dollars-per-core-hour': '0.05' });
  const booked = (settings: typeof priced | undefined, month: string, given: Partial<LedgerView> = {}) =>
    bookedBy({ fleet: 'default', settings }, view(given), monthNamed(month, NOON), NOON);

  it('is known when its workers are not kept any more', () => {
    expect(booked(priced, '2025-12')).toBe(40);
    expect(booked(priced, '2024-11')).toBe(7);
  });

  it('has what lives in it, up to now', () => {
    const workers = [life('2026-01-20T02:00', undefined).record];
    expect(booked(priced, '2026-01', { workers })).toBeCloseTo(2 + 10 * 0.5, 6);
  });

  it('is known of a fleet that has no prices or no settings any more, and of no other without', () => {
    expect(booked(undefined, '2025-12')).toBe(40);
    expect(booked(fleetSettings(), '2026-01')).toBe(2);
    expect(booked(fleetSettings(), '2025-11')).toBeUndefined();
    expect(booked(undefined, '2026-01', { accounts: [] })).toBeUndefined();
  });

  it('is not said to be nothing where it is too long ago', () => {
    expect(booked(priced, '2025-11')).toBe(0);
    expect(booked(priced, '2024-10')).toBeUndefined();
  });
});

describe('the account that is told', () => {
  const sum = { workers: 3, coreHoursPaid: 12.5, hoursAsleep: 1, dollars: null, isListed: true };
  const told: AccountingTold = accountingTold.parse({
    ...{ stage: 'prod', at: '2026-01-20T12:00:00Z', month: '2025-12' },
    ...{ from: '2025-12-01T00:00:00Z', to: '2026-01-01T00:00:00Z', keptSince: '2025-12-21T12:00:00Z' },
    machines: [
      { ...sum, fleet: 'default', flavour: 'm6i.large', market: 'spot', dollars: 1.25 },
      { ...sum, fleet: 'gpu', flavour: 'x9z.large', market: 'on-demand' },
    ],
    sum,
    fleets: [
      { fleet: 'default', dollarsBooked: 40.125 },
      { fleet: 'gpu', dollarsBooked: null },
    ],
    queues: [{ queue: 'B"N,L', fleet: 'default', cpus: 8, coreHoursClaimed: null }],
    jobs: null,
  });

  it('says what it cannot know', () => {
    const lines = accountingLines(told, { columns: Number.POSITIVE_INFINITY, paint: plain }).join('\n');
    expect(lines).toContain('Workers that were over before 2025-12-21 are not kept any more');
    expect(lines).toContain('Users and single jobs are not in the ledger: give the schedd’s history');
    const whole = accountingLines({ ...told, keptSince: null }, { columns: 80, paint: plain }).join('\n');
    expect(whole).not.toContain('not kept any more');
  });

  it('is one table as CSV, with nothing where nothing is known', () => {
    expect(accountingCsv(told)).toEqual([
      'month,of,queue,fleet,flavour,market,workers,core_hours_paid,hours_asleep,core_hours_claimed,dollars,dollars_at',
      '2025-12,machines,,default,m6i.large,spot,3,12.5000,1.0000,,1.2500,list',
      '2025-12,machines,,gpu,x9z.large,on-demand,3,12.5000,1.0000,,,',
      '2025-12,booked,,default,,,,,,,40.1250,own',
      '2025-12,pilots,"B""N,L",default,,,,,,,,',
    ]);
  });
});
