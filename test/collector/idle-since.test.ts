import { describe, expect, it } from 'vitest';
import { idleSince } from '../../collector/idle-since.ts';
import type { SeenWorker } from '../../collector/slot.ts';

const START = 1_795_411_000;
const ROOM = { cpus: 8, memoryMb: 16_000, diskMb: 10, gpus: 0 };
const worker = (busy: number, joinedAt: number, instanceId = 'i-0abc123def4567890'): SeenWorker => ({
  instanceId,
  queue: 'BNL',
  total: ROOM,
  free: ROOM,
  busy,
  draining: false,
  reachable: true,
  joinedAt,
  lastHeardAt: joinedAt,
});

describe('since when a worker is idle', () => {
  const since = (see: ReturnType<typeof idleSince>, one: SeenWorker, now: number) =>
    see([one], now)[0]?.idleSince;

  it('is never before the endpoint itself has begun', () => {
    expect(since(idleSince(START), worker(0, START - 500), START + 10)).toBe(START);
  });

  it('is when it joined, if that was later and no job has run', () => {
    expect(since(idleSince(START), worker(0, START + 5), START + 10)).toBe(START + 5);
  });

  it('is when a job was last seen there, and nothing while one runs', () => {
    const see = idleSince(START);
    expect(since(see, worker(1, START + 5), START + 10)).toBeNull();
    expect(since(see, worker(0, START + 5), START + 20)).toBe(START + 10);
    expect(since(see, worker(0, START + 5), START + 30)).toBe(START + 10);
  });

  it.each([
    [3_600, START + 10],
    [3_601, START],
  ])('is remembered of a worker that was not seen for %d s, or begins anew', (gap, expected) => {
    const see = idleSince(START);
    see([worker(1, START - 5)], START + 10);
    see([worker(0, START - 5, 'i-0abc123def4567891')], START + 10 + gap);
    expect(since(see, worker(0, START - 5), START + 20 + gap)).toBe(expected);
  });
});
