/**
 * A nudge: the endpoint asks for a workers tick before its time, because jobs have begun to wait. What both ends know of
 * it stands here; docs/decisions/0036-nudges.md says why it is so.
 */

/** Names the URL with which one message can be sent to the ticks' queue, on the workers tick's request for a view. */
export const NUDGE_HEADER = 'x-aerie-nudge';

/** Names on the same request how many seconds lie between two ticks that come by themselves. */
export const TICK_SECONDS_HEADER = 'x-aerie-tick-seconds';

/** The least between a tick and a nudge after it, and between a nudge and the tick that is due by itself. */
export const NUDGE_GAP_SECONDS = 5;

/** All that the message says. */
export const NUDGE_BODY = '{"nudge":"workers"}';

/**
 * How long a URL can be used. AWS takes a signature for 15 minutes at the most; every tick brings a new one, and where none
 * has come for so long, ticks have other troubles than to be late.
 */
export const NUDGE_LIFE_SECONDS = 300;
