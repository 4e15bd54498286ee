import type { ToldDecision, ToldReason } from '../../twin/report/sample.ts';
import { duration } from '../page/look/words.js';

/** When anybody held, as long as a run is watched. Who holds at one moment beside others makes no time longer. */
export interface Held {
  /** Those that hold now. */
  readonly now: ReadonlySet<string>;
  /** Since when somebody holds; of no meaning where nobody does. */
  readonly since: number;
  /** How long somebody held before that, seconds. */
  readonly seconds: number;
  /** Why, each once, the last one last. */
  readonly causes: readonly string[];
}

export const NEVER_HELD: Held = { now: new Set(), since: 0, seconds: 0, causes: [] };

const SOURCES: Readonly<Record<string, string>> = {
  panda: 'PanDA',
  pool: 'the pool',
  sites: 'PanDA’s site table',
};

const sourceOf = ({ source }: ToldReason): string => SOURCES[String(source)] ?? String(source);

/** What holds were for, in a few words. */
const inFewWords = (reason: ToldReason): string => {
  switch (reason.kind) {
    case 'source-unknown':
      return `no usable answer from ${sourceOf(reason)}`;
    case 'source-stale':
      return `old facts from ${sourceOf(reason)}`;
    case 'source-ahead':
    case 'collector-ahead':
      return 'a clock is wrong';
    case 'running-jumped':
      return 'PanDA’s counts jumped';
    case 'pool-incomplete':
      return 'a part of the pool did not answer';
    case 'collector-young':
      return 'the collector had restarted';
    case 'workers-vanished':
      return 'workers vanished from the pool';
    case 'bad-settings':
      return 'settings that cannot be used';
    default:
      return reason.kind.replaceAll('-', ' ');
  }
};

/** Adds a decision of somebody. */
export const heldWith = (held: Held, owner: string, { kind, atSeconds, why }: ToldDecision): Held => {
  const now = new Set(held.now);
  if (kind !== 'hold') {
    if (!now.delete(owner)) return held;
    return now.size > 0 ? { ...held, now } : { ...held, now, seconds: held.seconds + atSeconds - held.since };
  }
  now.add(owner);
  const [reason] = why;
  const cause = reason === undefined ? 'no reason was told' : inFewWords(reason);
  const causes = [...held.causes.filter((one) => one !== cause), cause];
  return { ...held, now, causes, since: held.now.size > 0 ? held.since : atSeconds };
};

/** For how long anybody has held in all, up to a moment, seconds. */
const secondsUntil = ({ now, since, seconds }: Held, atSeconds: number): number =>
  seconds + (now.size === 0 ? 0 : Math.max(0, atSeconds - since));

/** How long anybody held, and what for: `held 30 min: no usable answer from PanDA`. The shorter way leaves out what for. */
export const heldInWords = (held: Held, atSeconds: number, way: 'full' | 'short' = 'full'): string => {
  const { causes, now } = held;
  if (causes.length === 0) return 'never held';
  const so = `held ${duration(secondsUntil(held, atSeconds))}`;
  if (way === 'short') return so;
  return `${so}${now.size === 0 ? '' : ' so far'}: ${causes.slice(-2).join(', ')}`;
};
