import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf, withEnded } from '../../../../core/learn/accounts.ts';
import type { OpenLaunch } from '../../../../core/model/launch.ts';
import type { LedgerView } from '../../../../core/model/ledger.ts';
import { endsBy } from '../../../../core/model/lifetimes.ts';
import { known } from '../../../../core/model/snapshot.ts';
import type { PlannedWake } from '../../../../core/model/wake.ts';
import { afterChange, type EndedWorker, type WorkerRecord } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import { busy, fleet, inPool, NARROW, pilots, poolView, queue, STAGE, WIDE } from '../../worlds.ts';

/** Two days before February 2027. */
const BEGIN = Date.UTC(2027, 0, 30) / 1000;
const LIFE = 86_400;

interface Step {
  readonly seconds: number;
  readonly idle: Readonly<Record<'A' | 'B', readonly [narrow: number, wide: number]>>;
  /** What share of the workers ends in this step, of 100. */
  readonly ending: number;
  readonly booking: 'none' | 'whole' | 'lost half-way';
  /** Launches that stay without an outcome until the next step. */
  readonly unclear: boolean;
  readonly isIdle: boolean;
  /** What share of the workers whose power-off is a stop falls asleep in this step, of 100. */
  readonly sleeping: number;
}

const demand = fc.tuple(fc.nat(60), fc.nat(6));
const step: fc.Arbitrary<Step> = fc.record({
  seconds: fc.integer({ min: 60, max: 20_000 }),
  idle: fc.record({ A: demand, B: demand }),
  ending: fc.constantFrom(0, 0, 10, 50, 100),
  booking: fc.constantFrom('none', 'whole', 'lost half-way'),
  unclear: fc.boolean(),
  isIdle: fc.boolean(),
  sleeping: fc.constantFrom(0, 30, 100),
});

const knobs = fc.record({
  market: fc.constantFrom('on-demand', 'spot', 'spot-first', 'spot-if-cheaper'),
  'budget-dollars-per-month': fc.integer({ min: 0, max: 200 }).map(String),
  'budget-dollars-per-hour': fc.constantFrom('none', '0.5', '3', '20'),
  'spot-price-percent': fc.constantFrom('30', '100'),
  prices: fc.constantFrom('m6i.large=0.1, m6i.2xlarge=0.4', 'm6i.large=0.1'),
});

/** A time of a worker that is over, awake or asleep: what it cost is added up from it, by hand. */
interface Life {
  readonly fleet: string;
  readonly price: number;
  readonly from: number;
  to: number;
}

const EDGE = Date.UTC(2027, 1, 1) / 1000;
const dollarsOf = (lives: readonly Life[], name: string, isJanuary: boolean): number =>
  lives
    .filter((life) => life.fleet === name)
    .map(({ price, from, to }) => {
      const january = Math.max(0, Math.min(to, EDGE) - Math.min(from, EDGE));
      return (price * (isJanuary ? january : to - from - january)) / 3600;
    })
    .reduce((a, b) => a + b, 0);

const PRICE: Readonly<Record<string, number>> = { 'm6i.large': 0.1, 'm6i.2xlarge': 0.4 };

/** 100 GiB of gp3 in us-east-1, dollars an hour. */
const DISK = (100 * 0.08) / 730;

const priceOf = (flavour: string, share: number): number => {
  const plain = PRICE[flavour] ?? 0;
  return plain * share + (plain / (flavour === 'm6i.large' ? 2 : 8)) * 0.05;
};

/** Plays steps through the deployed decision and the deployed book-keeping; answers how all lives went. */
const play = (settings: Readonly<Record<string, string>>, steps: readonly Step[]) => {
  const all = { ...settings, 'dollars-per-core-hour': '0.05', 'max-life-seconds': String(LIFE) };
  const own = { ...all, 'max-workers': '1000', 'max-launch-per-tick': '1000' };
  const queues = ['A', 'B'].map((name) => queue({ fleet: name, 'pilot-wall-seconds': '3600' }, name));
  const fleets = ['A', 'B'].map((name) => fleet(own, name));
  let now = BEGIN;
  let serial = 0;
  let woken = 0;
  let ledger: LedgerView = {
    workers: [],
    launches: [],
    submissions: {},
    cooling: [],
    pilotsEver: {},
    accounts: [],
    ended: [],
  };
  const lives = new Map<string, Life>();
  const over: Life[] = [];
  const rates: { readonly fleet: string; readonly rate: number }[] = [];

  const endSome = (share: number) => {
    const ends = ledger.workers.filter(
      ({ launchedAt }, index) => (index * 37) % 100 < share || now >= launchedAt + LIFE,
    );
    const gone = new Set(ends.map(({ instanceId }) => instanceId));
    const ended = ends.flatMap((worker): readonly EndedWorker[] => {
      const life = lives.get(worker.instanceId);
      // As late as the worker itself may be, but no later than now.
      const endedAt = Math.min(now, endsBy(worker.launchedAt, LIFE));
      if (life !== undefined) over.push({ ...life, to: endedAt });
      lives.delete(worker.instanceId);
      return worker.cost === undefined ? [] : [{ worker: { ...worker, cost: worker.cost }, endedAt }];
    });
    const workers = ledger.workers.filter(({ instanceId }) => !gone.has(instanceId));
    ledger = { ...ledger, workers, ended: [...(ledger.ended ?? []), ...ended] };
  };
  const book = (booking: Step['booking']) => {
    if (booking === 'none') return;
    for (const name of ['A', 'B']) {
      const ended = (ledger.ended ?? []).filter(({ worker }) => worker.fleet === name);
      const account = withEnded(accountsOf(name, ledger.accounts ?? []), ended, DISK);
      const others = (ledger.accounts ?? []).filter((other) => other.fleet !== name);
      // The records of what is booked may stay when a function dies half-way.
      const left = (ledger.ended ?? []).filter(({ worker }) => worker.fleet !== name);
      const kept = booking === 'whole' ? left : (ledger.ended ?? []);
      ledger = { ...ledger, accounts: [...others, account], ended: kept };
    }
  };
  /** What a worker cost up to now is over, and it goes on as another. */
  const goesOn = (worker: WorkerRecord, as: WorkerRecord, price: number) => {
    const life = lives.get(worker.instanceId);
    if (life === undefined) throw new Error(`${worker.instanceId} does not live`);
    over.push({ ...life, to: now });
    lives.set(worker.instanceId, { ...life, price, from: now });
    const workers = ledger.workers.map((of) => (of === worker ? as : of));
    ledger = { ...ledger, workers };
  };
  const sleep = (share: number) => {
    for (const [index, worker] of ledger.workers.entries()) {
      const isAsleep =
        worker.mayStop === true && worker.state.kind === 'joined' && (index * 53) % 100 < share;
      if (isAsleep) goesOn(worker, afterChange(worker, { kind: 'asleep', since: now }), DISK);
    }
  };
  const wake = ({ instanceId, offer, offers, dollarsPerHour }: PlannedWake) => {
    const worker = ledger.workers.find((of) => of.instanceId === instanceId);
    if (worker?.cost === undefined || dollarsPerHour === undefined) throw new Error('a wake without a price');
    woken += 1;
    const cost = { ...worker.cost, dollarsPerHour };
    const waking = afterChange(worker, { kind: 'waking', since: now }, { offer, offers, cost });
    goesOn(worker, afterChange(waking, { kind: 'joined', joinedAt: now }), priceOf(offer.flavour, 1));
  };
  const letStop = (ids: readonly string[]) => {
    const workers = ledger.workers.map((of) =>
      ids.includes(of.instanceId) ? ({ ...of, mayStop: true } as const) : of,
    );
    ledger = { ...ledger, workers };
  };
  const settle = (launch: OpenLaunch) => {
    const { request, offers, prices = {} } = launch;
    // Later than this nobody asks EC2 for it again.
    const launchedAt = Math.min(now, launch.createdAt + 600);
    for (let n = 0; n < request.count; n += 1) {
      serial += 1;
      const { flavour, zone } = request.overrides[serial % request.overrides.length] ?? {
        flavour: '',
        zone: '',
      };
      const spot = request.market === 'spot' ? Number(settings['spot-price-percent']) / 100 : 1;
      const price = priceOf(flavour, spot);
      const instanceId = `i-${serial.toString(16).padStart(8, '0')}`;
      const worker: WorkerRecord = {
        instanceId,
        fleet: request.fleet,
        launchId: request.launchId,
        offer: { flavour, zone, market: request.market },
        offers,
        launchedAt,
        template: STAGE.template,
        state: { kind: 'joined', joinedAt: launchedAt },
        cost: { dollarsPerHour: prices[flavour] ?? 0, endsBy: endsBy(launchedAt, LIFE) },
      };
      lives.set(instanceId, { fleet: request.fleet, price, from: launchedAt, to: launchedAt });
      ledger = { ...ledger, workers: [...ledger.workers, worker] };
    }
  };
  for (const { seconds, idle, ending, booking, unclear, isIdle, sleeping } of steps) {
    now += seconds;
    endSome(ending);
    sleep(sleeping);
    book(booking);
    const open = ledger.launches;
    const view = poolView(
      (['A', 'B'] as const).map((name) => ({
        ...pilots([
          { shape: NARROW, fleet: name, idle: idle[name][0] },
          { shape: WIDE, fleet: name, idle: idle[name][1] },
        ]),
        queue: name,
      })),
      ledger.workers
        .filter(({ state }) => state.kind !== 'asleep')
        .map(({ instanceId, fleet: name, offers }) => ({
          ...(isIdle ? inPool(instanceId) : busy(instanceId)),
          fleet: name,
          total: offers,
          lastHeardAt: now,
          joinedAt: now - 1000,
          idleSince: isIdle ? now - 10 : null,
        })),
      { observedAt: now, collectorStartedAt: now - 86_400 },
    );
    const jobs = { SCORE: { managed: { activated: 1000, running: 0 } } };
    const decisions = planWorkers({
      now,
      queues,
      fleets,
      stage: STAGE,
      ledger,
      panda: known({ A: jobs, B: jobs }, now),
      sites: known({}, now),
      pool: known(view, now),
    });
    // What was not clear at the last tick was there for this one, and is now.
    for (const launch of open) settle(launch);
    ledger = { ...ledger, launches: [] };
    for (const decision of decisions) {
      expect(decision.kind).not.toBe('hold');
      if (decision.kind !== 'act') continue;
      for (const of of decision.wakes ?? []) wake(of);
      letStop(decision.mayStop ?? []);
      for (const launch of decision.launches) {
        if (unclear) ledger = { ...ledger, launches: [...ledger.launches, { ...launch, createdAt: now }] };
        else settle({ ...launch, createdAt: now });
      }
    }
    for (const name of ['A', 'B']) {
      const live = [...lives.values()].filter((life) => life.fleet === name);
      rates.push({ fleet: name, rate: live.reduce((sum, { price }) => sum + price, 0) });
    }
  }
  // Nobody ends the rest before its time.
  for (const { instanceId, launchedAt } of ledger.workers) {
    const life = lives.get(instanceId);
    if (life !== undefined) over.push({ ...life, to: endsBy(launchedAt, LIFE) });
  }
  return { lives: over, rates, launched: serial, woken };
};

describe('a budget by the month', () => {
  it('is never overspent, whatever ends when and is booked how often', () => {
    let launched = 0;
    let woken = 0;
    fc.assert(
      fc.property(knobs, fc.array(step, { minLength: 5, maxLength: 25 }), (settings, steps) => {
        const played = play(settings, steps);
        launched += played.launched;
        woken += played.woken;
        const budget = Number(settings['budget-dollars-per-month']);
        for (const name of ['A', 'B']) {
          for (const isJanuary of [true, false]) {
            expect(dollarsOf(played.lives, name, isJanuary)).toBeLessThanOrEqual(budget * (1 + 1e-9));
          }
        }
      }),
    );
    expect(launched).toBeGreaterThan(0);
    expect(woken).toBeGreaterThan(0);
  });

  it('is used: as much is launched as may live to its end within it', () => {
    const one: Step = {
      seconds: 60,
      idle: { A: [1000, 0], B: [0, 0] },
      ending: 0,
      booking: 'none',
      unclear: false,
      isIdle: false,
      sleeping: 0,
    };
    const settings = {
      market: 'on-demand',
      'budget-dollars-per-month': '50',
      'budget-dollars-per-hour': 'none',
    };
    const { launched } = play({ ...settings, 'spot-price-percent': '100', prices: 'm6i.large=0.1' }, [one]);
    // $0.116 an hour, a day and twenty minutes (to power off, and to be asked for again) at the most.
    expect(launched).toBe(Math.floor(50 / (0.116 * (24 + 1 / 3))));
  });
});

describe('a budget by the hour', () => {
  it('is never exceeded', () => {
    fc.assert(
      fc.property(knobs, fc.array(step, { minLength: 5, maxLength: 15 }), (settings, steps) => {
        const budget = settings['budget-dollars-per-hour'];
        fc.pre(budget !== 'none');
        for (const { rate } of play(settings, steps).rates) {
          expect(rate).toBeLessThanOrEqual(Number(budget) * (1 + 1e-9));
        }
      }),
    );
  });
});
