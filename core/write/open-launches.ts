import type { Instance } from '../model/instance.ts';
import type { OpenLaunch } from '../model/launch.ts';
import { REPLAYED_SECONDS } from '../model/lifetimes.ts';

/**
 * What is done about a launch whose outcome is not known, by its age. What EC2 answers to the second use of an instant
 * fleet's token is documented nowhere, so a launch is looked up by its tag first, in every tick, and asked for again only
 * while nothing of it shows:
 *
 *   from the next tick on   it is looked up; if all of it shows, it is closed
 *   120 s to 600 s          while nothing shows, it is asked for again, with the same token and the same parameters,
 *                           until EC2 says that it has had the token
 *   360 s                   after that, or after the launch of what shows, all of it shows: it is closed
 *   400 s                   after the last call that nobody answered, if nothing shows, nothing was launched: it is closed
 *   1,300 s                 the audit does the same, if no tick could
 */

/** EC2 shows an instance within seconds as a rule, so a call that was carried out is mostly found before this. */
const ASK_AGAIN_SECONDS = 120;

/** EC2 promises no time after which an instance is in every answer; five minutes are far beyond what has been seen. */
const SHOWN_SECONDS = 300;

/** EC2's clock is not the tick's, and an answer may come as long after the moment of its tick. */
const CLOCKS_SECONDS = 60;

/** A function may run for so long after its moment, and what it has sent may still be on its way for as long. */
const CALL_SECONDS = 100;

/** So long after a call that nobody answered it has been carried out or never will be, and what came of it shows. */
const SETTLED_SECONDS = CALL_SECONDS + SHOWN_SECONDS;

/** A launch that no tick has closed by then is the audit's. */
export const UNCLOSED_SECONDS = REPLAYED_SECONDS + SETTLED_SECONDS + SHOWN_SECONDS;

/** The last call that may have been carried out unseen; where that was not kept, it may have been any. */
const isSettled = ({ createdAt, unansweredAt = createdAt + REPLAYED_SECONDS }: OpenLaunch, now: number) =>
  now - unansweredAt > SETTLED_SECONDS;

/** One that failed is taken for a worker as well: it counts against the quota until it is ended. */
const isAlive = ({ state }: Instance): boolean =>
  state === 'pending' || state === 'running' || state === 'failed';

/** What was launched at the latest by then shows by now. */
const showsBy = (launchedBy: number, now: number): boolean =>
  now - launchedBy > SHOWN_SECONDS + CLOCKS_SECONDS;

/** All of a fleet begins at once, and before EC2 says that it has had its token. */
const showsWholly = ({ tokenKnownAt }: OpenLaunch, shown: readonly Instance[], now: number): boolean =>
  shown.some(({ launchedAt }) => showsBy(launchedAt, now)) ||
  (tokenKnownAt !== undefined && showsBy(tokenKnownAt, now));

/** The next step with a launch whose outcome is not known. */
export type OpenStep =
  | { readonly kind: 'close'; readonly alive: readonly Instance[] }
  | { readonly kind: 'ask again' }
  | { readonly kind: 'wait' };

/** Decides that step; `shown` is everything that carries the launch's tag, what has ended included. */
export const openStep = (launch: OpenLaunch, shown: readonly Instance[], now: number): OpenStep => {
  const age = now - launch.createdAt;
  const isWhole = shown.length >= launch.request.count;
  if (isWhole || isSettled(launch, now) || showsWholly(launch, shown, now)) {
    return { kind: 'close', alive: shown.filter(isAlive) };
  }
  if (shown.length > 0 || launch.tokenKnownAt !== undefined) return { kind: 'wait' };
  const isTime = age >= ASK_AGAIN_SECONDS && age <= REPLAYED_SECONDS;
  return isTime ? { kind: 'ask again' } : { kind: 'wait' };
};
