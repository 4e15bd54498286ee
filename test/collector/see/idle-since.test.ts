import { describe, expect, it } from 'vitest';
import { idleSince } from '../../../collector/see/idle-since.ts';
import type { SeenWorker } from '../../../collector/see/slot.ts';

const START = 1_795_411_000;
const ROOM = { cpus: 8, memoryMb: 16_000, diskMb: 10, gpus: 0 };
const worker = (busy: number, joinedAt: number, instanceId = 'i-0abc123def4567890'): SeenWorker => ({
  instanceId,
  fleet: 'default',
  total: ROOM,
  free: ROOM,
  busy,
  draining: false,
  reachable: true,
  joinedAt,
  lastHeardAt: joinedAt,
});

/** The endpoint's memory, on a clock that may be set back; it began at START. */
const memory = () => {
  let moment = START;
  let setBack = 0;
  const begin = idleSince(() => moment + setBack);
  return {
    setBack: (seconds: number) => {
      setBack += seconds;
    },
    /** `askedFor`: how long the collector takes to answer, seconds. */
    see: (one: SeenWorker, now: number, askedFor = 0) => {
      moment = now;
      const idle = begin(now);
      moment += askedFor;
      return idle([one])[0]?.idleSince;
    },
  };
};

describe('since when a worker is idle', () => {
  it('is never before the endpoint itself has begun', () => {
    expect(memory().see(worker(0, START - 500), START + 10)).toBe(START);
  });

  it('is when it joined, if that was later and no job has run', () => {
    expect(memory().see(worker(0, START + 5), START + 10)).toBe(START + 5);
  });

  it('is when a job was last seen there, and nothing while one runs', () => {
    const { see } = memory();
    expect(see(worker(1, START + 5), START + 10)).toBeNull();
    expect(see(worker(0, START + 5), START + 20)).toBe(START + 10);
    expect(see(worker(0, START + 5), START + 30)).toBe(START + 10);
  });

  it('is never before the view that saw the last job, however long the collector takes to answer', () => {
    const { see } = memory();
    see(worker(1, START - 5), START + 10, 0.1);
    expect(see(worker(0, START - 5), START + 20, 8)).toBe(START + 10);
  });

  it('is the moment that the view told which saw the last job, to the digit', () => {
    let moment = START;
    const begin = idleSince(() => moment);
    moment = START + 10.0004;
    begin(START + 10)([worker(1, START - 5)]);
    moment = START + 20.0001;
    expect(begin(START + 20)([worker(0, START - 5)])[0]?.idleSince).toBe(START + 10);
  });

  it('is not set back by a view that was begun earlier and is through later', () => {
    let moment = START;
    const begin = idleSince(() => moment);
    moment = START + 10;
    const slow = begin(moment);
    moment = START + 12;
    begin(moment)([worker(1, START - 5)]);
    slow([worker(1, START - 5)]);
    moment = START + 20;
    expect(begin(moment)([worker(0, START - 5)])[0]?.idleSince).toBe(START + 12);
  });

  it.each([
    [3_600, START + 10],
    [3_601, START],
  ])('is remembered of a worker that was not seen for %d s, or begins anew', (gap, expected) => {
    const { see } = memory();
    see(worker(1, START - 5), START + 10);
    see(worker(0, START - 5, 'i-0abc123def4567891'), START + 10 + gap);
    expect(see(worker(0, START - 5), START + 20 + gap)).toBe(expected);
  });

  it.each([3_600, -3_600])('is no longer and no shorter on a clock that was set back by %d s', (seconds) => {
    const { see, setBack } = memory();
    see(worker(1, START - 10_000), START + 10);
    setBack(seconds);
    expect(see(worker(0, START - 10_000), START + 70 - seconds)).toBe(START + 10 - seconds);
  });

  it('is not to come, whatever the worker says of when it joined', () => {
    expect(memory().see(worker(0, START + 500), START + 10)).toBe(START + 10);
  });
});
