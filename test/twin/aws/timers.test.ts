import { describe, expect, it } from 'vitest';
import { tickEvent } from '../../../runtime/events/tick-event.ts';
import { type Pulse, startTimers, type TimerName } from '../../../twin/aws/timers.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';

/** When each timer's function is told of which moment, within two minutes from 0; seconds. */
const firings = (pulse: Pulse, switchedOffAt?: number) => {
  const clock = simulatedClock(0);
  const seen: { readonly name: TimerName; readonly at: number; readonly told: number }[] = [];
  const timers = startTimers(
    clock,
    (name, event) => {
      const told = tickEvent(event);
      expect(told.kind).toBe('due');
      seen.push({ name, at: clock.now, told: told.at });
    },
    pulse,
  );
  if (switchedOffAt !== undefined) clock.at(switchedOffAt, () => timers.switchOff('workers', true));
  while ((clock.next() ?? 121) <= 120) clock.step();
  for (const { at, told } of seen) expect(told).toBe(Math.floor(at));
  return (of: TimerName) => seen.filter(({ name }) => name === of).map(({ at }) => at);
};

describe('the timers of a run', () => {
  it.each([
    [20, [35, 55, 75, 95, 115]],
    [30, [35, 65, 95]],
    [60, [35, 95]],
  ] as const)('wake the workers tick each %i s, each time at its own moment', (tickSeconds, expected) => {
    expect(firings({ tickSeconds })('workers')).toEqual(expected);
  });

  it('wake the pilots tick each minute, however often the workers tick comes', () => {
    expect(firings({ tickSeconds: 20 })('pilots')).toEqual([5, 65]);
  });

  it('send nothing more once the rule is off; what it has sent before still comes', () => {
    expect(firings({ tickSeconds: 20 }, 36)('workers')).toEqual([35, 55, 75]);
  });

  it('come as many times as often in a lab', () => {
    const of = firings({ tickSeconds: 60, timesAsOften: 12 });
    expect(of('workers')).toHaveLength(24);
    expect(of('pilots')).toHaveLength(24);
  });
});

describe('a carrier that is late', () => {
  /** What becomes of the workers' ticks of one minute. */
  const ticks = (carrier: 'EventBridge' | 'SQS', seconds: number) => {
    const clock = simulatedClock(0);
    const seen: string[] = [];
    const timers = startTimers(
      clock,
      (name, event) => {
        if (name !== 'workers') return;
        const { kind, at } = tickEvent(event);
        seen.push(`${clock.now}: ${kind} ${at}`);
      },
      { tickSeconds: 20 },
    );
    timers.beLate(carrier, seconds);
    clock.at(60, () => timers.switchOff('workers', true));
    while ((clock.next() ?? 301) <= 300) clock.step();
    return seen;
  };

  it.each([
    ['EventBridge', 15, ['50: due 35', '70: due 55', '90: due 75']],
    ['EventBridge', 59, ['94: due 35', '114: due 55', '134: due 75']],
    ['EventBridge', 60, []],
    ['SQS', 15, ['35: due 35', '70: due 55', '90: due 75']],
    ['SQS', 16, ['35: due 35', '71: late 55', '91: late 75']],
    ['SQS', 80, ['35: due 35', '135: late 55']],
  ] as const)('%s by %i s: %j', (carrier, seconds, expected) => {
    expect(ticks(carrier, seconds)).toEqual(expected);
  });
});
