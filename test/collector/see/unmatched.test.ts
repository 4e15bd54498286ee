import { describe, expect, it } from 'vitest';
import { unmatchedSince } from '../../../collector/see/unmatched.ts';
import type { PoolView, PoolWorker } from '../../../core/model/pool.ts';

const ID = 'i-0abc123def4567890';
const NOW = 1_795_411_000;
const LARGE = { cpus: 4, memoryMb: 16_000, diskMb: 100_000, gpus: 0 };
const NARROW = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };
const WIDE = { ...NARROW, cpus: 8 };

const workerOf = (more: Partial<PoolWorker>): PoolWorker => ({
  instanceId: ID,
  fleet: 'default',
  total: LARGE,
  free: LARGE,
  busy: 0,
  draining: false,
  reachable: true,
  joinedAt: NOW - 1_000,
  lastHeardAt: NOW,
  idleSince: NOW - 1_000,
  ...more,
});

interface Waiting {
  readonly idle?: number;
  readonly shape?: typeof NARROW;
  readonly fleet?: string;
  readonly queue?: string;
  readonly wallSeconds?: number;
  /** A plain job instead of a pilot. */
  readonly isPlain?: boolean;
}

const jobsOf = ({ idle = 1, shape = NARROW, fleet = 'default', queue = 'BNL', ...more }: Waiting) => {
  const kind = { shape, fleet, idle, running: 0, held: 0 };
  const kinds = [more.wallSeconds === undefined ? kind : { ...kind, wallSeconds: more.wallSeconds }];
  const ended = { count: 0, short: 0, shortSeconds: 300 };
  const isPlain = more.isPlain === true;
  const pilots: PoolView['pilots'] = {
    complete: true,
    queues: isPlain ? [] : [{ queue, shapes: kinds, recentStarts: [], ended }],
  };
  const jobs: PoolView['jobs'] = {
    complete: true,
    fleets: isPlain ? [{ fleet, shapes: kinds.map((each) => ({ ...each, waitingSince: [] })) }] : [],
  };
  return { pilots, jobs };
};

type View = Waiting & { readonly worker?: Partial<PoolWorker>; readonly later?: number };

/** Since when, after views one minute after the other. */
const watched = (...views: readonly View[]) => {
  const see = unmatchedSince();
  let now = NOW;
  return views.map(({ worker = {}, later = 60, ...waiting }) => {
    now += later;
    const [seen] = see([workerOf(worker)], jobsOf(waiting), now);
    return seen?.unmatchedSince === undefined ? undefined : seen.unmatchedSince - NOW;
  });
};

describe('since when a free room is not matched', () => {
  it('is since the first view with a pilot that fits', () => {
    expect(watched({ idle: 0 }, {}, {}, {})).toEqual([undefined, 120, 120, 120]);
  });

  it.each<[string, View]>([
    ['nobody waits', { idle: 0 }],
    ['no plain job waits', { idle: 0, isPlain: true }],
    ['nobody who waits fits', { shape: WIDE }],
    ['who waits asks for another fleet', { fleet: 'gpu' }],
    ['who waits would outlive the worker', { wallSeconds: 3600, worker: { endsAt: NOW + 3600 } }],
    ['who waits is of another width', { worker: { width: 4 } }],
    ['who waits wants none of its GPUs', { worker: { total: { ...LARGE, gpus: 1 } } }],
    ['the queue that an older worker serves has none', { worker: { queue: 'CERN' } }],
    ['only plain jobs wait for an older worker', { isPlain: true, worker: { queue: 'BNL' } }],
    ['the worker takes nothing', { worker: { draining: true } }],
    ['nothing can be started there', { worker: { reachable: false } }],
  ])('is not said while %s, and begins anew after that', (_, view) => {
    expect(watched({}, view, {})).toEqual([60, undefined, 180]);
  });

  it.each<[string, View]>([
    ['a pilot of another queue of its fleet', { queue: 'CERN' }],
    ['a plain job', { isPlain: true }],
    ['a pilot of its queue, of any fleet, for an older worker', { fleet: 'x', worker: { queue: 'BNL' } }],
  ])('is said because of %s', (_, view) => {
    expect(watched({}, view)).toEqual([60, 60]);
  });

  it.each([
    ['a core is taken', { free: { ...LARGE, cpus: 1 } }],
    ['memory is taken', { free: { ...LARGE, memoryMb: 15_000 } }],
    ['a GPU is given back', { free: { ...LARGE, gpus: 1 } }],
    ['a pilot has ended there', { ended: { count: 1, short: 1 } }],
  ])('begins anew when %s', (_, worker) => {
    expect(watched({}, { worker })).toEqual([60, 120]);
  });

  it('is said by pilots alone where nothing is known of plain jobs', () => {
    const { pilots } = jobsOf({});
    expect(unmatchedSince()([workerOf({})], { pilots }, NOW)[0]?.unmatchedSince).toBe(NOW);
  });

  it('is said where only one of the kinds that wait fits, whichever comes last', () => {
    const [narrow, wide, long] = [jobsOf({}), jobsOf({ shape: WIDE }), jobsOf({ wallSeconds: 9 * 3600 })];
    for (const all of [
      [narrow, wide],
      [wide, narrow],
      [narrow, long],
      [long, narrow],
    ]) {
      const pilots = { complete: true, queues: all.flatMap((each) => each.pilots.queues) };
      const [seen] = unmatchedSince()([workerOf({ endsAt: NOW + 3600 })], { pilots }, NOW);
      expect(seen?.unmatchedSince).toBe(NOW);
    }
  });

  it('does not begin anew when the measured disk moves', () => {
    expect(watched({}, { worker: { free: { ...LARGE, diskMb: 99_000 } } })).toEqual([60, 60]);
  });

  it('begins anew after a time in which nobody has looked', () => {
    expect(watched({}, { later: 180 }, { later: 181 })).toEqual([60, 60, 421]);
  });

  it.each([
    ['back an hour', -3_600],
    ['forward an hour', 3_600],
  ])('is as long ago as before when the wall clock is set %s', (_, set) => {
    const see = unmatchedSince();
    const waiting = jobsOf({});
    const agoAt = (now: number, here: number) =>
      now - (see([workerOf({})], waiting, now, here)[0]?.unmatchedSince ?? Number.NaN);
    expect(agoAt(NOW, 5)).toBe(0);
    expect(agoAt(NOW + 120 + set, 125)).toBe(120);
    expect(agoAt(NOW + 900 + set, 905)).toBe(0);
  });

  it('is told to the digit as before while the clocks agree', () => {
    const see = unmatchedSince();
    const waiting = jobsOf({});
    const sinceAt = (now: number, here: number) => see([workerOf({})], waiting, now, here)[0]?.unmatchedSince;
    expect([sinceAt(NOW, 5), sinceAt(NOW + 60.004, 65), sinceAt(NOW + 119.997, 125)]).toEqual([
      NOW,
      NOW,
      NOW,
    ]);
  });

  it('is not said, nor forgotten, while nothing is known of the pilots', () => {
    const see = unmatchedSince();
    const known = jobsOf({});
    see([workerOf({})], known, NOW);
    const blindly = { ...known, pilots: { ...known.pilots, complete: false } };
    const [blind] = see([workerOf({})], blindly, NOW + 60);
    expect(blind).not.toHaveProperty('unmatchedSince');
    expect(see([workerOf({})], known, NOW + 120)[0]?.unmatchedSince).toBe(NOW);
  });
});
