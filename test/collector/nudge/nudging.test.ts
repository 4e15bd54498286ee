import { beforeEach, describe, expect, it } from 'vitest';
import { type Nudging, nudging } from '../../../collector/nudge/nudging.ts';

let now: number;
let rule: Nudging;
beforeEach(() => {
  now = 5_000;
  rule = nudging(() => now);
});

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/ticks?one';
/** A tick asks, at this second, and is shown what was so in the pool half a second before. */
const tick = (at: number, tickSeconds = 20, url = URL) => {
  now = 5_000 + at;
  rule.asked({ url, tickSeconds }, 1_800_000_000 + at - 0.5);
};
/** The seconds at which a nudge would be let through. */
const allowed = (from: number, to: number): readonly number[] => {
  const seconds = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  return seconds.filter((second) => {
    now = 5_000 + second;
    return rule.wanted() !== undefined;
  });
};
const send = (at: number) => {
  now = 5_000 + at;
  rule.sent();
};

describe('a nudge', () => {
  it('is none before a tick has said where to: an endpoint that has just started waits for one', () => {
    expect(allowed(0, 60)).toEqual([]);
  });

  it('is for jobs that have begun to wait in the second of the last view or later, and goes where the last tick said', () => {
    tick(0);
    tick(20, 20, `${URL}&newer`);
    now += 6;
    expect(rule.wanted()).toEqual({ url: `${URL}&newer`, since: 1_800_000_019 });
  });

  it('is let through from 5 s after a tick until 5 s before the next', () => {
    tick(0);
    expect(allowed(0, 20)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    tick(20);
    expect(allowed(20, 39)).toEqual([25, 26, 27, 28, 29, 30, 31, 32, 33, 34]);
  });

  it('takes the place of a tick that has not come 5 s after its time', () => {
    tick(0);
    expect(allowed(15, 40)).toEqual([25, 26, 27, 28, 29, 30, 31, 32, 33, 34]);
  });

  it('is followed by no other within 5 s, whether a tick comes of it or not', () => {
    tick(0, 60);
    send(7);
    expect(allowed(7, 14)).toEqual([12, 13, 14]);
    tick(15, 60);
    expect(allowed(15, 22)).toEqual([20, 21, 22]);
  });

  it('does not shift the ticks that come by themselves', () => {
    tick(0);
    send(6);
    tick(7);
    expect(allowed(7, 19)).toEqual([12, 13, 14]);
  });

  it('brings one tick: the next one comes by itself, however soon', () => {
    tick(0);
    send(6);
    tick(7);
    tick(19);
    expect(allowed(19, 38)).toEqual([24, 25, 26, 27, 28, 29, 30, 31, 32, 33]);
  });

  it('that brought no tick does not make the next one that comes by itself look like one that it brought', () => {
    tick(0);
    send(8);
    tick(31);
    expect(allowed(31, 51)).toEqual([36, 37, 38, 39, 40, 41, 42, 43, 44, 45]);
  });

  it('is none once no tick has come for five minutes: what it could be sent with has run out', () => {
    tick(0, 60);
    expect(allowed(293, 330)).toEqual([293, 294]);
    tick(1_000, 3_000);
    expect(allowed(1_298, 1_303)).toEqual([1_298, 1_299, 1_300]);
  });

  it('comes each 5 s at the most, whatever storm of jobs there is', () => {
    const sent: number[] = [];
    for (let second = 0; second <= 600; second += 1) {
      if (second % 20 === 0) tick(second);
      now = 5_000 + second;
      if (rule.wanted() === undefined) continue;
      send(second);
      sent.push(second);
      // The tick that it brings asks within the second.
      now += 0.5;
      rule.asked({ url: URL, tickSeconds: 20 }, 1_800_000_000 + second);
    }
    const gaps = sent.slice(1).map((at, n) => at - (sent[n] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    // Beside three ticks that come by themselves, two for each of them at the most.
    expect(sent.length).toBeLessThanOrEqual(2 * 31);
    expect(sent.length).toBeGreaterThan(31);
  });
});
