import { describe, expect, it } from 'vitest';
import { pacer } from '../../../twin/clock/pace.ts';

/** Real time as the test wants it: it passes while somebody sleeps, and when it is told to. */
const realTime = () => {
  let ms = 1000;
  const slept: number[] = [];
  return {
    slept,
    pass(by: number) {
      ms += by;
    },
    nowMs: () => ms,
    async sleep(by: number) {
      slept.push(Math.round(by));
      ms += by;
    },
  };
};

const START = 1_700_000_000;

describe('the pace of a run', () => {
  it('keeps simulated time from running ahead', async () => {
    const time = realTime();
    const pace = pacer({ startsAt: START, speed: 60, ...time });
    for (const seconds of [60, 120, 300]) await pace(START + seconds);
    expect(time.slept).toEqual([1000, 1000, 3000]);
  });

  it('takes up again what a short delay has cost', async () => {
    const time = realTime();
    const pace = pacer({ startsAt: START, speed: 60, ...time });
    await pace(START + 60);
    time.pass(1300);
    await pace(START + 120);
    await pace(START + 180);
    expect(time.slept).toEqual([1000, 0, 700]);
  });

  it('goes on as fast as before after it was stopped for an hour', async () => {
    const time = realTime();
    const pace = pacer({ startsAt: START, speed: 60, ...time });
    await pace(START + 60);
    time.pass(3_600_000);
    for (const seconds of [120, 180, 240]) await pace(START + seconds);
    expect(time.slept).toEqual([1000, 0, 1000, 1000]);
  });

  it('is ten times as fast from the moment on from which it hurries', async () => {
    const time = realTime();
    const pace = pacer({ startsAt: START, speed: 60, hurriesFrom: START + 120, ...time });
    for (const seconds of [60, 180, 780]) await pace(START + seconds);
    expect(time.slept).toEqual([1000, 1100, 1000]);
  });

  it('without a speed waits for nothing, and lets others have their turn', async () => {
    const time = realTime();
    const pace = pacer({ startsAt: START, speed: undefined, ...time });
    for (let minute = 1; minute <= 10; minute += 1) {
      time.pass(5);
      await pace(START + minute * 60);
    }
    expect(time.slept).toEqual([0, 0]);
  });

  it('is cut short by an end', async () => {
    const ending = new AbortController();
    const pace = pacer({ startsAt: START, speed: 1, signal: ending.signal });
    const waiting = pace(START + 1e6);
    ending.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});
