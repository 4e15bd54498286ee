import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known } from '../../../core/model/snapshot.ts';
import { boughtFrom, type Doubt } from '../../../core/observe/belief.ts';
import { fleets, liveCores, liveWorkers } from '../../../core/observe/fleet.ts';
import { supply } from '../../../core/observe/supply.ts';
import { anyWorld, worldOf } from '../any-world.ts';
import { planWorkers } from '../planning.ts';
import { poolOf } from '../sums.ts';
import { busy, fleetSettings, inEc2, inLedger, inPool, JOINED, LARGE, NOW, poolView } from '../worlds.ts';

const ID = 'i-00000001';
/** What EC2 sells with an m6i.large, and the stage's disk. */
const SOLD = { cpus: 2, memoryMb: 8192, diskMb: 100_000, gpus: 0 };
const HUGE = { cpus: 5000, memoryMb: 10_000_000, diskMb: 10_000_000, gpus: 64 };

/** A job looks for room that any worker lives long enough for. */
const LOOKING = { settings: fleetSettings(), waiting: [{ shape: LARGE, wallSeconds: 0, count: 1 }] };

type Ad = Parameters<typeof inPool>[1];

const memberOf = (ad: Ad) => {
  const trust = {
    boughtOf: boughtFrom(
      () => undefined,
      () => 0,
    ),
    vouched: new Map(),
  };
  const [member] = fleets([inLedger(ID, JOINED)], [], poolView([], [inPool(ID, ad)]), trust).of(
    'default',
  ).members;
  return member;
};

describe('a worker’s ad', () => {
  it.each<readonly [string, Ad, Ad, Doubt | undefined]>([
    ['is believed as it is', {}, {}, undefined],
    [
      'is believed with less than was bought',
      { total: { ...LARGE, memoryMb: 9 }, free: { ...LARGE, memoryMb: 9 } },
      {},
      undefined,
    ],
    [
      'is worth no more than was bought',
      { total: HUGE, free: HUGE },
      { total: SOLD, free: SOLD },
      'boastful',
    ],
    [
      'is worth no more cores than were bought',
      { total: { ...LARGE, cpus: 3 }, free: { ...LARGE, cpus: 3 } },
      { total: LARGE, free: LARGE },
      'boastful',
    ],
    [
      'is worth no more memory than was bought',
      { total: { ...LARGE, memoryMb: 8193 } },
      { total: { ...LARGE, memoryMb: 8192 }, free: LARGE },
      'boastful',
    ],
    [
      'has no GPU that was not bought',
      { total: { ...LARGE, gpus: 1 }, free: { ...LARGE, gpus: 1 } },
      { total: LARGE, free: LARGE },
      'boastful',
    ],
    [
      'has no more jobs than was bought has cores',
      { busy: 5000, free: { ...LARGE, cpus: 0 }, idleSince: null },
      { busy: 2 },
      'boastful',
    ],
    [
      'gives no room, and is not idle, with more cores free than there are',
      { free: { ...LARGE, cpus: 3 } },
      { free: { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 }, busy: 1, idleSince: null },
      'contradictory',
    ],
    [
      'gives none with more memory free than there is',
      { free: { ...LARGE, memoryMb: 7501 } },
      { busy: 1, idleSince: null },
      'contradictory',
    ],
    [
      'gives none with more GPUs free than there are',
      { free: { ...LARGE, gpus: 1 } },
      { busy: 1, idleSince: null },
      'contradictory',
    ],
    ['gives none if it is busy and idle', { busy: 1 }, { busy: 1, idleSince: null }, 'contradictory'],
    ['gives none if it is neither', { idleSince: null }, { busy: 1, idleSince: null }, 'contradictory'],
    [
      'gives no room to a fleet for which it was not launched, nor to its own then',
      { fleet: 'gpu' },
      { free: { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 }, busy: 1, idleSince: null },
      'elsewhere',
    ],
    [
      'is not idle while cores are taken, whatever the number of its slots',
      { free: { ...LARGE, cpus: 1 } },
      { busy: 1, idleSince: null, free: { ...LARGE, cpus: 1 } },
      undefined,
    ],
    [
      'is not idle while memory is taken',
      { free: { ...LARGE, memoryMb: 10 } },
      { busy: 1, idleSince: null },
      undefined,
    ],
    [
      'is idle though broken slots hold the rest of it, which nobody has claimed',
      {
        free: { ...LARGE, cpus: 1, memoryMb: 7400 },
        unclaimed: { cpus: 1, memoryMb: 100, diskMb: 0, gpus: 0 },
      },
      { busy: 0, free: { ...LARGE, cpus: 1, memoryMb: 7400 } },
      undefined,
    ],
    [
      'is not idle if more is taken than its broken slots hold',
      {
        free: { ...LARGE, cpus: 1, memoryMb: 7300 },
        unclaimed: { cpus: 1, memoryMb: 100, diskMb: 0, gpus: 0 },
      },
      { busy: 1, idleSince: null },
      undefined,
    ],
    [
      'is believed with more disk than was planned, which gives no more room',
      { total: { ...LARGE, diskMb: 110_000 }, free: { ...LARGE, diskMb: 110_000 } },
      { total: { ...LARGE, diskMb: 100_000 }, free: { ...LARGE, diskMb: 100_000 } },
      undefined,
    ],
    ['is believed with a disk that moves', { free: { ...LARGE, diskMb: 100_001 } }, { busy: 0 }, undefined],
  ])('%s', (_, ad, pool, doubt) => {
    const member = memberOf(ad);
    expect(member?.pool).toMatchObject(pool ?? {});
    expect(member?.doubt).toBe(doubt);
  });

  it.each<readonly [string, string | undefined, Ad, Doubt | undefined]>([
    ['from before there were fleets names its queue', 'BNL', { queue: 'BNL' }, undefined],
    ['from before there were fleets names another queue', 'BNL', { queue: 'CERN' }, 'elsewhere'],
    ['from before there were fleets names no queue', 'BNL', {}, 'elsewhere'],
    ['of a fleet names a queue', undefined, { queue: 'BNL' }, 'elsewhere'],
  ])('of a worker that is %s: its doubt', (_, onlyQueue, ad, doubt) => {
    const record = inLedger(ID, JOINED, onlyQueue === undefined ? {} : { onlyQueue });
    const [member] = fleets([record], [], poolView([], [inPool(ID, ad)])).of('default').members;
    expect(member?.doubt).toBe(doubt);
    expect(member?.pool?.free.cpus).toBe(doubt === undefined ? 2 : 0);
  });

  it('of a type that nobody knows counts as it was planned', () => {
    const offer = { flavour: 'x9.odd', zone: 'z', market: 'spot' } as const;
    expect(
      boughtFrom(
        () => undefined,
        () => 0,
      )({ fleet: 'default', offer, offers: LARGE }),
    ).toEqual(LARGE);
  });

  it('of a type that the settings write out counts as they say', () => {
    const flavour = { name: 'g5.xlarge', cpus: 4, memoryMb: 16_384, gpus: 1 };
    const offer = { flavour: 'g5.xlarge', zone: 'z', market: 'spot' } as const;
    const ofGpu = new Map([['g5.xlarge', flavour]]);
    const bought = boughtFrom(
      (of) => (of === 'gpu' ? ofGpu : undefined),
      (of) => (of === 'gpu' ? 120_000 : 80_000),
    );
    const written = { cpus: 4, memoryMb: 16_384, gpus: 1, diskMb: 120_000 };
    expect(bought({ fleet: 'gpu', offer, offers: LARGE })).toEqual(written);
    // Another fleet's word about a type is nothing to this one.
    expect(bought({ fleet: 'default', offer, offers: LARGE })).toEqual(LARGE);
  });
});

/** What a worker's root may write into its own ad. */
const anyAd = fc.record({
  total: fc.record({
    cpus: fc.nat(10_000),
    memoryMb: fc.nat(10_000_000),
    diskMb: fc.nat(10_000_000),
    gpus: fc.nat(64),
  }),
  free: fc.record({
    cpus: fc.nat(10_000),
    memoryMb: fc.nat(10_000_000),
    diskMb: fc.nat(10_000_000),
    gpus: fc.nat(64),
  }),
  busy: fc.nat(10_000),
  idleSince: fc.constantFrom(null, 0, NOW),
  draining: fc.boolean(),
  reachable: fc.boolean(),
  joinedAt: fc.nat(2 * NOW),
  lastHeardAt: fc.nat(2 * NOW),
  fleet: fc.constantFrom('A', 'B', 'C'),
});

describe('whatever a worker says of itself', () => {
  it('its room and its cores are never more than was bought', () => {
    fc.assert(
      fc.property(anyAd, (ad) => {
        const view = poolView([], [inPool(ID, { ...ad, fleet: 'A' })]);
        const fleet = fleets([inLedger(ID, JOINED, { fleet: 'A' })], [], view).of('A');
        expect(liveWorkers(fleet)).toBe(1);
        expect(liveCores(fleet)).toBeLessThanOrEqual(2);
        for (const { room } of supply(fleet, { ...LOOKING, now: NOW }).joined) {
          expect(room.cpus).toBeLessThanOrEqual(SOLD.cpus);
          expect(room.memoryMb).toBeLessThanOrEqual(SOLD.memoryMb);
          expect(room.diskMb).toBeLessThanOrEqual(SOLD.diskMb);
          expect(room.gpus).toBeLessThanOrEqual(SOLD.gpus);
        }
      }),
    );
  });

  it.each([
    ['with a record', 'A'],
    ['that nobody knows', undefined],
  ])('a worker %s changes nothing that another fleet decides', (_, owner) => {
    fc.assert(
      fc.property(anyWorld, anyAd, (source, ad) => {
        const pool = poolOf(source);
        const record = owner === undefined ? [] : [inLedger('i-ffffffff', JOINED, { fleet: owner })];
        const ledger = { ...source.ledger, workers: [...source.ledger.workers, ...record] };
        const seen = (of: Ad) => {
          const workers = [...pool.workers.workers, inPool('i-ffffffff', of)];
          const view = { ...pool, workers: { complete: true, workers } };
          const world = worldOf({ ...source, ledger, pool: known(view, NOW - 10) });
          return planWorkers(world).find(({ fleet }) => fleet === 'B');
        };
        const [told, honest] = [seen({ ...ad, fleet: 'B' }), seen({ fleet: 'A' })];
        const { workersDisbelieved: _, ...counts } = told?.counts ?? {};
        const why = told?.why.filter(({ kind }) => kind !== 'workers-unknown');
        // That it was seen is told; nothing else changes.
        expect({ ...told, why, counts }).toEqual(honest);
      }),
    );
  });
});

describe('a stranger that EC2 shows', () => {
  it('serves the fleet that it was launched for, and not the one that it names', () => {
    const trust = {
      boughtOf: boughtFrom(
        () => undefined,
        () => 0,
      ),
      vouched: new Map([[ID, inEc2(ID, {}, 'gpu')]]),
    };
    const of = fleets([], [], poolView([], [busy(ID)]), trust);
    expect(liveWorkers(of.of('default'))).toBe(0);
    expect(liveWorkers(of.of('gpu'))).toBe(1);
    expect(supply(of.of('gpu'), { ...LOOKING, now: NOW }).joined.every(({ room }) => room.cpus === 0)).toBe(
      true,
    );
  });

  it('from before there were fleets takes the pilots of its queue only, and is of the default fleet', () => {
    const { 'aerie:fleet': _, ...others } = inEc2(ID).tags;
    const instance = inEc2(ID, { tags: { ...others, 'aerie:queue': 'BNL' } });
    const seen = (ad: Ad) => {
      const trust = {
        boughtOf: boughtFrom(
          () => undefined,
          () => 0,
        ),
        vouched: new Map([[ID, instance]]),
      };
      const { strangers } = fleets([], [], poolView([], [inPool(ID, ad)]), trust).of('default');
      return strangers.map(({ queue, free }) => [queue, free.cpus]);
    };
    expect(seen({ queue: 'BNL' })).toEqual([['BNL', 2]]);
    expect(seen({ queue: 'CERN' })).toEqual([['CERN', 0]]);
  });
});
