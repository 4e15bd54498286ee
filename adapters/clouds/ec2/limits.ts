/**
 * How long EC2 may take over a call, and how often one is tried. A tick asks for nothing that may outlast its function
 * (runtime/run/time-left.ts), so these and the functions' time-outs (lib/functions/functions.ts) belong together.
 */
export const CONNECT_MILLISECONDS = 3_000;

/** Most calls answer within a second; one that has not by then is lost more often than late. */
export const ANSWER_MILLISECONDS = 12_000;

/**
 * CreateFleet tries one pool after the other and answers when it is through with all of them: over many pools that are
 * short, tens of seconds. Given up earlier, its outcome would be unclear each time.
 */
export const LAUNCH_MILLISECONDS = 25_000;

/** Nobody waits for a console: one that is slow must not take the time in which its machine is to be ended. */
export const CONSOLE_MILLISECONDS = 2_000;

/** So often a call that may be repeated is tried: both tries have to fit into a function's time, and leave some. */
export const ATTEMPTS = 2;
