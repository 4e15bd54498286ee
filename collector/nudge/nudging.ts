import { NUDGE_GAP_SECONDS, NUDGE_LIFE_SECONDS } from '../../core/model/nudge.ts';

/** What a workers tick says of itself when it asks for a view. */
export interface TickAsks {
  /** One message can be sent there. */
  readonly url: string;
  /** Between two ticks that come by themselves. */
  readonly tickSeconds: number;
}

/** What a nudge would be for, and where it goes. */
interface Nudge {
  readonly url: string;
  /** Jobs count that have begun to wait then or later, seconds since 1970: the last tick has not seen them. */
  readonly since: number;
}

/** Whether the workers tick may be nudged now. It knows no pool, no network and no clock of its own. */
export interface Nudging {
  /** A workers tick has been shown a view that was true at `viewedAt`. */
  asked(tick: TickAsks, viewedAt: number): void;
  /** Undefined: not now, whatever waits. */
  wanted(): Nudge | undefined;
  sent(): void;
}

/** The last one that has asked. */
interface Tick {
  readonly url: string;
  readonly viewedAt: number;
  readonly at: number;
  /** The last one that came by itself; all others come so many periods after it. */
  readonly rhythm: { readonly at: number; readonly seconds: number };
}

/** A nudge that has not brought a tick by then brings none, and the next tick is one that comes by itself. */
const ON_ITS_WAY_SECONDS = 15;

/**
 * Lets one nudge through each NUDGE_GAP_SECONDS at the most, and none while a tick may still be at work or one is about to
 * come by itself. `elapsed` gives seconds that only go forward: no clock of anybody else's counts.
 */
export const nudging = (elapsed: () => number): Nudging => {
  let last: Tick | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  let isOnItsWay = false;

  const isDue = ({ rhythm: { at, seconds } }: Tick, now: number): boolean => {
    const phase = (now - at) % seconds;
    // One that has not come in time may still be on its way.
    const isLate = now - at >= seconds && phase < NUDGE_GAP_SECONDS;
    return isLate || seconds - phase <= NUDGE_GAP_SECONDS;
  };
  return {
    asked({ url, tickSeconds }, viewedAt) {
      const at = elapsed();
      const isNudged = isOnItsWay && at - sentAt <= ON_ITS_WAY_SECONDS;
      const rhythm = last !== undefined && isNudged ? last.rhythm : { at, seconds: tickSeconds };
      isOnItsWay = false;
      last = { url, viewedAt, at, rhythm };
    },
    wanted() {
      const now = elapsed();
      if (last === undefined || now - last.at > NUDGE_LIFE_SECONDS) return undefined;
      if (now - Math.max(last.at, sentAt) < NUDGE_GAP_SECONDS || isDue(last, now)) return undefined;
      return { url: last.url, since: Math.floor(last.viewedAt) };
    },
    sent() {
      sentAt = elapsed();
      isOnItsWay = true;
    },
  };
};
