import type { Pace } from '../model/learned.ts';
import type { Reason } from '../model/reason.ts';

/** From here on a pace holds nothing back: EC2's bucket of launched instances holds so many when it is full. */
const UNBOUND = 1_000;

/** EC2 refills that bucket by two a second: so few are there after seconds, whatever else the account does. */
const LEAST = 5;

/** A tick: the first throttled call makes the next one half as large, and skips one turn. */
const FIRST_WAIT_SECONDS = 60;

/** In this time EC2 refills 240 launches; a longer wait would only put off the recovery. */
const LONGEST_WAIT_SECONDS = 120;

/** EC2's buckets are full again: what was throttled then says nothing any more. */
const FORGOTTEN_SECONDS = 600;

/** Back to full size within four ticks from the least. */
const GROWTH = 4;

/** After a call of `asked` workers was throttled: half as many, later, and twice as late as the last time. */
export const slower = (pace: Pace | undefined, asked: number, now: number): Pace => {
  const most = Math.max(LEAST, Math.floor(Math.min(pace?.most ?? UNBOUND, asked) / 2));
  const waitSeconds =
    pace === undefined ? FIRST_WAIT_SECONDS : Math.min(LONGEST_WAIT_SECONDS, pace.waitSeconds * 2);
  return { most, notBefore: now + waitSeconds, waitSeconds };
};

/** After a tick whose launches went through: more of them; undefined once nothing is held back any more. */
export const quicker = (pace: Pace): Pace | undefined => {
  const most = pace.most * GROWTH;
  return most >= UNBOUND ? undefined : { ...pace, most, waitSeconds: FIRST_WAIT_SECONDS };
};

/** How many workers may be asked for now, and why no more; undefined if nothing is held back. */
export const paceNow = (
  pace: Pace | undefined,
  now: number,
): { readonly most: number; readonly why: Reason } | undefined => {
  if (pace === undefined || now - pace.notBefore > FORGOTTEN_SECONDS) return undefined;
  return now < pace.notBefore
    ? { most: 0, why: { kind: 'launches-throttled', leftSeconds: Math.ceil(pace.notBefore - now) } }
    : { most: pace.most, why: { kind: 'launches-paced', mostWorkers: pace.most } };
};
