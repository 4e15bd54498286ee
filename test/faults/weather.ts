import type { Clock } from '../../twin/clock/clock.ts';
import {
  type CallFate,
  type EVENT_FATES,
  type Fault,
  type HandlerName,
  type Script,
  STORM_MINUTES,
  type TICK_FATES,
  type WindowName,
} from './script.ts';
import type { Tally } from './tally.ts';

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>;
const ofKind = <K extends Fault['kind']>(script: Script, kind: K): readonly Of<K>[] =>
  script.faults.filter((fault): fault is Of<K> => fault.kind === kind);

/** A worker that never joins is noticed at its join deadline: these end early, so that calm is calm. */
const ENDS_EARLY_MINUTES = 12;
const LINGERING: readonly WindowName[] = [
  'workers never join',
  'workers end at launch',
  'workers boot slowly',
  'wakes never join',
  'wakes power off',
  'servers cannot be built',
  "pool's clock ahead",
];

/** What goes wrong now, as the script has it; each fault is counted when it is asked for and strikes. */
export interface Weather {
  readonly isCalm: () => boolean;
  /** Whether this is so now. Ask only where the answer changes what happens: a yes is counted. */
  is(what: WindowName): boolean;
  /** Whether this strikes now that it is so: every third time. */
  isAtTimes(what: WindowName): boolean;
  /** Since when it is so. */
  since(what: WindowName): number | undefined;
  callFate(of: HandlerName, startedAt: number, call: number): CallFate | undefined;
  tickFate(
    of: 'pilots' | 'workers',
    minute: number,
  ): { readonly fate: (typeof TICK_FATES)[number]; readonly seconds: number } | undefined;
  eventFate(): { readonly fate: (typeof EVENT_FATES)[number]; readonly minutes: number } | undefined;
}

export const weather = (script: Script, clock: Clock, tally: Tally): Weather => {
  const start = clock.now;
  const calls = new Set(ofKind(script, 'call'));
  const ticks = new Set(ofKind(script, 'tick'));
  const events = new Set(ofKind(script, 'event'));
  const windows = new Map<WindowName, { from: number; to: number }[]>();
  for (const { what, fromMinute, minutes } of ofKind(script, 'window')) {
    const last = STORM_MINUTES - (LINGERING.includes(what) ? ENDS_EARLY_MINUTES : 0);
    const to = Math.min(last, fromMinute + minutes);
    const of = windows.get(what) ?? [];
    windows.set(what, of);
    if (to > fromMinute) of.push({ from: start + fromMinute * 60, to: start + to * 60 });
  }
  const now = (what: WindowName) =>
    windows.get(what)?.find(({ from, to }) => from <= clock.now && clock.now < to);
  const takenOnce = <T>(from: Set<T>, is: (fault: T) => boolean): T | undefined => {
    for (const fault of from) {
      if (!is(fault)) continue;
      from.delete(fault);
      return fault;
    }
    return undefined;
  };
  let turns = 0;
  const isCalm = () => clock.now >= start + STORM_MINUTES * 60;
  return {
    isCalm,
    is(what) {
      const found = now(what);
      if (found !== undefined) tally.add(what);
      return found !== undefined;
    },
    isAtTimes(what) {
      if (now(what) === undefined) return false;
      turns += 1;
      if (turns % 3 !== 0) return false;
      tally.add(what);
      return true;
    },
    since: (what) => now(what)?.from,
    callFate(of, startedAt, call) {
      if (calls.size === 0 || isCalm()) return undefined;
      const fault = takenOnce(
        calls,
        (one) => one.of === of && one.call === call && start + one.fromMinute * 60 <= startedAt,
      );
      if (fault === undefined) return undefined;
      tally.add(fault.fate);
      return fault.fate;
    },
    tickFate(of, minute) {
      const fault = takenOnce(ticks, (one) => one.of === of && one.minute === minute);
      if (fault === undefined) return undefined;
      tally.add(`tick ${fault.fate}`);
      return fault;
    },
    eventFate() {
      if (isCalm()) return undefined;
      const fault = takenOnce(events, (one) => start + one.fromMinute * 60 <= clock.now);
      if (fault !== undefined) tally.add(`event ${fault.fate}`);
      return fault;
    },
  };
};
