import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf, bookedIn, lifetimesOf, unbooked, withEnded } from '../../../core/learn/accounts.ts';
import { type Account, NO_ACCOUNT } from '../../../core/model/account.ts';
import { monthsOf } from '../../../core/model/months.ts';
import type { EndedWorker, WorkerRecord } from '../../../core/model/worker.ts';
import { inLedger } from '../worlds.ts';

const at = (text: string): number => Date.parse(text) / 1000;

const ended = (id: string, from: string, to: string, dollarsPerHour = 1): EndedWorker => ({
  worker: {
    ...inLedger(id, { kind: 'joined', joinedAt: at(from) }, { launchedAt: at(from) }),
    cost: { dollarsPerHour, endsBy: at(to) },
  },
  endedAt: at(to),
});

describe('months', () => {
  it.each([
    ['2026-11-24T09:00:00Z', '2026-11', '2026-11-01', '2026-12-01'],
    ['2026-12-31T23:59:59Z', '2026-12', '2026-12-01', '2027-01-01'],
    ['2028-02-29T12:00:00Z', '2028-02', '2028-02-01', '2028-03-01'],
    ['2027-03-01T00:00:00Z', '2027-03', '2027-03-01', '2027-04-01'],
  ])('%s lies in %s', (moment, name, from, to) => {
    expect(monthsOf(at(moment), at(moment))).toEqual([{ name, from: at(from), to: at(to) }]);
  });

  it('are those of the calendar for a century', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (moment) => {
        const date = new Date(moment * 1000);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        expect(monthsOf(moment, moment)).toEqual([
          {
            name: date.toISOString().slice(0, 7),
            from: Date.UTC(year, month, 1) / 1000,
            to: Date.UTC(year, month + 1, 1) / 1000,
          },
        ]);
      }),
    );
  });
});

describe('an account', () => {
  it('splits what a worker cost at the end of the month, in UTC', () => {
    const account = withEnded(accountsOf('default', []), [
      ended('i-1', '2026-11-30T22:00:00Z', '2026-12-01T03:00:00Z', 2),
    ]);
    expect(account.dollars).toEqual({ '2026-11': 4, '2026-12': 6 });
  });

  it('books a minute at the least, as EC2 does', () => {
    const account = withEnded(accountsOf('default', []), [
      ended('i-1', '2026-11-30T22:00:00Z', '2026-11-30T22:00:07Z', 60),
    ]);
    expect(account.dollars).toEqual({ '2026-11': 1 });
  });

  it('keeps a year and a month', () => {
    let account: Account = NO_ACCOUNT('default');
    for (let month = 1; month <= 12; month += 1) {
      for (const year of [2026, 2027]) {
        const day = `${year}-${String(month).padStart(2, '0')}-05`;
        const worker = ended(`i-${year}${month}`, `${day}T00:00:00Z`, `${day}T01:00:00Z`);
        account = withEnded(accountsOf('default', [account]), [worker]);
      }
    }
    expect(Object.keys(account.dollars)).toHaveLength(13);
    expect(Object.keys(account.dollars).at(-1)).toBe('2027-12');
  });

  it('counts each worker once, however often and in what company it is booked', () => {
    const workers = Array.from({ length: 8 }, (_, n) =>
      ended(`i-${n}`, '2026-11-10T00:00:00Z', '2026-11-10T01:00:00Z', 2 ** n),
    );
    const visits = fc.array(
      fc.record({ upTo: fc.integer({ min: 0, max: 8 }), isLost: fc.boolean(), isBuried: fc.boolean() }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(visits, (of) => {
        let account: Account = NO_ACCOUNT('default');
        let buried = 0;
        let booked = 0;
        // The records of what has ended so far and is not buried; a write may be lost, and so may what follows it.
        for (const { upTo, isLost, isBuried } of of) {
          const there = workers.slice(buried, Math.max(upTo, booked));
          if (isLost) continue;
          account = withEnded(accountsOf('default', [account]), there);
          booked = Math.max(booked, upTo);
          if (isBuried) buried = booked;
        }
        // One worker a digit: the sum shows which are in it, and how often.
        expect(account.dollars['2026-11'] ?? 0).toBe(2 ** booked - 1);
      }),
    );
  });
});

describe('a worker that sleeps', () => {
  const HOUR = 3600;
  const FROM = at('2026-11-30T20:00:00Z');
  /** So many hours after its launch. */
  const h = (hours: number) => FROM + hours * HOUR;
  const cost = { dollarsPerHour: 1, endsBy: h(100) };
  const CAUSE = { kind: 'told', words: 'x' } as const;
  type Some = Partial<Pick<WorkerRecord, 'state' | 'sleeps'>>;
  const worker = (some: Some) => ({
    ...inLedger('i-1', { kind: 'joined', joinedAt: FROM }, { launchedAt: FROM, ...some }),
    cost,
  });
  const times = (some: Some, until: number) =>
    lifetimesOf(worker(some), until, 0.01).map(({ dollarsPerHour, from, to }) => [
      dollarsPerHour,
      (from - FROM) / HOUR,
      (to - FROM) / HOUR,
    ]);

  it.each<readonly [string, Some, readonly (readonly number[])[]]>([
    ['none', {}, [[1, 0, 9]]],
    [
      'one that is over',
      { sleeps: [[h(2), h(5)]] },
      [
        [1, 0, 2],
        [0.01, 2, 5],
        [1, 5, 9],
      ],
    ],
    [
      'the one that it is in',
      { sleeps: [[h(2), h(5)]], state: { kind: 'asleep', since: h(6) } },
      [
        [1, 0, 2],
        [0.01, 2, 5],
        [1, 5, 6],
        [0.01, 6, 9],
      ],
    ],
    [
      'the one in which it is ended',
      { state: { kind: 'retiring', since: h(8), cause: CAUSE, asleepSince: h(6) } },
      [
        [1, 0, 6],
        [0.01, 6, 9],
      ],
    ],
    [
      'one before it was ended awake',
      { sleeps: [[h(2), h(5)]], state: { kind: 'retiring', since: h(8), cause: CAUSE } },
      [
        [1, 0, 2],
        [0.01, 2, 5],
        [1, 5, 9],
      ],
    ],
    [
      'one after which it was of another size',
      {
        sleeps: [
          [h(1), h(2)],
          [h(3), h(4), 0.5],
          [h(5), h(6)],
        ],
      },
      [
        [0.5, 0, 1],
        [0.01, 1, 2],
        [0.5, 2, 3],
        [0.01, 3, 4],
        [1, 4, 5],
        [0.01, 5, 6],
        [1, 6, 9],
      ],
    ],
    [
      'one in which a wake was refused',
      { sleeps: [[h(2), h(5)]], state: { kind: 'asleep', since: h(5), refusedAt: h(5) } },
      [
        [1, 0, 2],
        [0.01, 2, 5],
        [0.01, 5, 9],
      ],
    ],
  ])('costs what it costs awake, and its disk in its sleeps: %s', (_, some, expected) => {
    expect(times(some, h(9))).toEqual(expected);
  });

  it('costs a minute at least each time that it is awake', () => {
    const minutes = times({ sleeps: [[FROM + 7, h(5)]] }, h(5) + 7).map(([, from = 0, to = 0]) =>
      Math.round((to - from) * 60),
    );
    expect(minutes[0]).toBe(1);
    expect(minutes.at(-1)).toBe(1);
  });

  it('costs as if it had been awake where nobody says what its disk costs', () => {
    expect(lifetimesOf(worker({ sleeps: [[h(2), h(5)]] }), h(9)).map((of) => of.dollarsPerHour)).toEqual([
      1, 1, 1,
    ]);
  });

  it('is booked so, in the months that it slept in', () => {
    const ended = { worker: worker({ sleeps: [[h(2), h(6)]] }), endedAt: h(9) };
    const { dollars } = withEnded(accountsOf('default', []), [ended], 0.01);
    expect(dollars['2026-11']).toBeCloseTo(2 + 0.02, 9);
    expect(dollars['2026-12']).toBeCloseTo(0.02 + 3, 9);
  });
});

describe('the accounts of a fleet', () => {
  const own: Account = { ...NO_ACCOUNT('default'), dollars: { '2026-11': 1 }, booked: ['i-1'], version: 4 };
  const former: Account = {
    ...{ fleet: 'default', former: 'BNL', dollars: { '2026-11': 10, '2026-10': 5 } },
    ...{ booked: ['i-2'], version: 9 },
  };
  const other: Account = { ...own, fleet: 'gpu', dollars: { '2026-11': 100 } };
  const ofQueue: Account = { ...former, former: 'CERN', dollars: { '2026-11': 1000 }, booked: [] };
  const all = [former, other, own, ofQueue];

  it.each([
    ['default', '2026-11', 1011],
    ['default', '2026-10', 5],
    ['default', '2026-12', 0],
    ['gpu', '2026-11', 100],
    ['new', '2026-11', 0],
  ])('of %s come in %s to $%d', (fleet, month, dollars) => {
    expect(bookedIn(month, accountsOf(fleet, all))).toBe(dollars);
  });

  it('are its own and those of queues from before there were fleets', () => {
    expect(accountsOf('default', all)).toEqual({ own, former: [former, ofQueue] });
    expect(accountsOf('new', all)).toEqual({ own: NO_ACCOUNT('new'), former: [] });
  });

  const workers = [1, 2, 3].map((n) => ended(`i-${n}`, '2026-11-10T00:00:00Z', '2026-11-10T01:00:00Z', 7));

  it('count nobody again who is booked in one of them', () => {
    expect(unbooked(accountsOf('default', all), workers).map(({ worker }) => worker.instanceId)).toEqual([
      'i-3',
    ]);
  });

  it('are written on in its own alone, whose sum has nothing of the others', () => {
    expect(withEnded(accountsOf('default', all), workers)).toEqual({
      ...{ fleet: 'default', dollars: { '2026-11': 8 }, booked: ['i-1', 'i-2', 'i-3'], version: 5 },
    });
  });
});
