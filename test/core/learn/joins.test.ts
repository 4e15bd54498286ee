import { describe, expect, it } from 'vitest';
import { bootCurves, countJoins, mergedJoins } from '../../../core/learn/joins.ts';
import type { Joins } from '../../../core/model/learned.ts';
import type { BootOutcome, WorkerRecord } from '../../../core/model/worker.ts';
import { inLedger, NOW, STAGE } from '../worlds.ts';

const LAUNCHED = NOW - 1000;
const worker = (given: Partial<WorkerRecord> = {}): WorkerRecord =>
  inLedger('i-00000001', { kind: 'booting' }, { launchedAt: LAUNCHED, template: STAGE.template, ...given });
const came = (seconds: number, given: Partial<WorkerRecord> = {}): BootOutcome => ({
  worker: worker(given),
  joined: true,
  joinedAt: LAUNCHED + seconds,
});
const never: BootOutcome = { worker: worker(), joined: false };
const on = (flavour: string) => ({ offer: { flavour, zone: 'us-east-1a', market: 'on-demand' as const } });
const { template } = STAGE;

describe('how long boots took', () => {
  it('is learned for each template and flavour, and of those that never came, that', () => {
    expect(countJoins([], [came(180), came(190.4), never, came(70, on('m6i.2xlarge'))])).toEqual([
      { template, flavour: 'm6i.large', took: [180, 190, null], launchedAt: LAUNCHED },
      { template, flavour: 'm6i.2xlarge', took: [70], launchedAt: LAUNCHED },
    ]);
  });

  it('is remembered of the latest sixty-four', () => {
    const many = Array.from({ length: 70 }, (_, n) => came(100 + n));
    const [joins] = countJoins(countJoins([], many), [came(500)]);
    expect(joins?.took).toHaveLength(64);
    expect(joins?.took.at(-1)).toBe(500);
    expect(joins?.took[0]).toBe(107);
  });

  it('is not learned of a worker whose template or moment of joining is not known', () => {
    const { template: _, ...old } = worker();
    expect(countJoins([], [{ worker: old, joined: false }])).toEqual([]);
    expect(countJoins([], [{ worker: worker(), joined: true }])).toEqual([]);
  });

  it('is a second at least, whatever the clocks say', () => {
    expect(countJoins([], [came(-30)])[0]?.took).toEqual([1]);
  });
});

/** Launched long before, and woken at a moment. */
const woken = (at: number, given: Partial<WorkerRecord> = {}): WorkerRecord =>
  worker({
    state: { kind: 'waking', since: at },
    sleeps: [
      [LAUNCHED + 100, LAUNCHED + 150],
      [LAUNCHED + 300, at],
    ],
    ...given,
  });

describe('how long wakes took', () => {
  const at = LAUNCHED + 500;

  it('is learned apart from boots, from the wake on', () => {
    const outcomes = [
      came(180),
      { worker: woken(at), joined: true, joinedAt: at + 35 },
      { worker: woken(at + 20), joined: false },
    ];
    expect(countJoins([], outcomes)).toEqual([
      { template, flavour: 'm6i.large', took: [180], launchedAt: LAUNCHED },
      { template, flavour: 'm6i.large', woken: true, took: [35, null], launchedAt: at + 20 },
    ]);
  });

  it('is added to what is known of wakes', () => {
    const known = [joins('m6i.large', 180), { ...joins('m6i.large', 40), woken: true } as const];
    const [changed, ...others] = countJoins(known, [{ worker: woken(at), joined: true, joinedAt: at + 35 }]);
    expect([changed?.woken, changed?.took, others]).toEqual([true, [40, 35], []]);
  });

  it('is of the size that a worker is woken as', () => {
    const [changed] = countJoins(
      [],
      [{ worker: woken(at, on('m6i.2xlarge')), joined: true, joinedAt: at + 35 }],
    );
    expect(changed?.flavour).toBe('m6i.2xlarge');
  });
});

const joins = (flavour: string, ...took: readonly (number | null)[]): Joins => ({
  template,
  flavour,
  took,
  launchedAt: LAUNCHED,
});
const times = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);

describe('a curve', () => {
  const known = [joins('m6i.large', ...times(20, 180), null), joins('m6i.2xlarge', ...times(5, 90))];
  const longest = (flavour: string, of = known) => bootCurves(of, [])(worker(on(flavour)))?.took.at(-1);

  it('is that of template and flavour', () => {
    expect(bootCurves(known, [])(worker())).toEqual({ took: times(20, 180), never: 1 });
  });

  it('is that of the template where a flavour has too few boots', () => {
    expect(bootCurves(known, [])(worker(on('m6i.2xlarge')))?.took).toHaveLength(25);
    expect(longest('c5.large')).toBe(180);
  });

  it('is none of another version of the template, or where all boots are too few', () => {
    const later = { template: { ...template, version: '4' } };
    expect(bootCurves(known, [])(worker(later))).toBeUndefined();
    expect(longest('m6i.large', [joins('m6i.large', ...times(19, 180))])).toBeUndefined();
    expect(longest('m6i.large', [])).toBeUndefined();
  });

  it.each([
    ['stands while two of the latest ten failed', 2, true],
    ['is none once three of them did', 3, false],
  ])('%s', (_, failed, stands) => {
    const boots = Array.from({ length: 10 }, (__, n) => ({
      instanceId: `i-0000000${n}`,
      launchedAt: LAUNCHED + n,
      joined: n >= failed,
    }));
    const kind = `template ${template.id} version ${template.version}`;
    expect(bootCurves(known, [{ kind, boots }])(worker()) !== undefined).toBe(stands);
  });
});

describe('the curve of wakes', () => {
  const wakes = (flavour: string, ...took: readonly (number | null)[]): Joins => ({
    ...joins(flavour, ...took),
    woken: true,
  });
  const known = [
    joins('m6i.large', ...times(20, 180)),
    wakes('m6i.large', ...times(20, 35), null),
    wakes('m6i.2xlarge', ...times(5, 40)),
  ];
  const curveOf = bootCurves(known, []);
  const sleeper = (since: number) =>
    worker({ state: { kind: 'asleep', since }, sleeps: [[since - 900, since - 500]] });
  const draining = { kind: 'draining', since: NOW, cause: { kind: 'drained' }, unjoined: true } as const;

  it.each([
    ['a worker that boots has that of boots', worker(), undefined, 180],
    ['one that wakes has that of wakes', woken(NOW), undefined, 35],
    [
      'one that was woken and drains before it has joined, too',
      woken(NOW, { state: draining }),
      undefined,
      35,
    ],
    ['a wake of one that boots can be asked for', worker(), 'woken', 35],
    ['the boot of one that wakes can be asked for', woken(NOW), 'cold', 180],
    ['so can that of one that is asleep', sleeper(NOW), 'cold', 180],
  ] as const)('%s', (_, of, start, seconds) => expect(curveOf(of, start)?.took[0]).toBe(seconds));

  it('is that of the template where a flavour has too few wakes, and never that of boots', () => {
    expect(curveOf(worker(on('m6i.2xlarge')), 'woken')).toEqual({
      took: [...times(20, 35), ...times(5, 40)],
      never: 1,
    });
    expect(bootCurves(known.slice(0, 1), [])(worker(), 'woken')).toBeUndefined();
  });

  it('stands while boots of the template fail: what sleeps has booted', () => {
    const boots = times(3, 0).map((_, n) => ({ instanceId: `i-${n}`, launchedAt: n, joined: false }));
    const failing = [{ kind: `template ${template.id} version ${template.version}`, boots }];
    const of = bootCurves(known, failing);
    expect([of(worker()), of(worker(), 'woken')?.never]).toEqual([undefined, 1]);
  });
});

it('wakes take the place of known wakes, and of no boots', () => {
  const wake = (...took: readonly number[]): Joins => ({ ...joins('m6i.large', ...took), woken: true });
  const known = [joins('m6i.large', 100), wake(30)];
  expect(mergedJoins(known, [wake(30, 31)])).toEqual([joins('m6i.large', 100), wake(30, 31)]);
});

it('what has changed takes the place of what was known, and the rest stays', () => {
  const known = [joins('m6i.large', 100), joins('m6i.2xlarge', 90)];
  expect(mergedJoins(known, [joins('m6i.large', 100, 120)])).toEqual([
    joins('m6i.large', 100, 120),
    joins('m6i.2xlarge', 90),
  ]);
});
