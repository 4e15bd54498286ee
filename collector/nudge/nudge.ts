import type { SeesNew } from '../see/new.ts';
import type { Nudging } from './nudging.ts';

export interface NudgerOptions {
  readonly nudging: Nudging;
  readonly seesNew: SeesNew;
  /** Sends the message; answers why it could not. */
  readonly send: (url: string) => Promise<string | undefined>;
  /** The next view is to be one that shows what has come. */
  readonly outdate: () => void;
  /** Does something once, so many seconds from now. */
  readonly later: (seconds: number, act: () => void) => void;
  /** Hears why nudges do not come through, once, and when they do again. */
  readonly tell: (words: string) => void;
  readonly count: (outcome: 'sent' | 'failed') => void;
}

/** How often it is looked whether there is something new: at a file, if at anything. */
export const LOOK_SECONDS = 1;

/**
 * Nudges the workers tick when jobs have begun to wait that it has not seen, from when one has asked for the first time.
 * Best effort: what fails here is made good by the next tick, which comes by itself.
 */
export const nudger = (options: NudgerOptions): Pick<Nudging, 'asked'> => {
  const { nudging, seesNew, send, outdate, later, tell, count } = options;
  let told: string | undefined;
  const hear = (why: string | undefined) => {
    count(why === undefined ? 'sent' : 'failed');
    if (why === told) return;
    tell(
      why === undefined
        ? 'the workers tick can be nudged again'
        : `the workers tick cannot be nudged, and comes by itself only: ${why}`,
    );
    told = why;
  };
  const look = async (): Promise<void> => {
    const wanted = nudging.wanted();
    if (wanted === undefined || !(await seesNew(wanted.since))) return;
    // A tick may have come while the schedd was asked.
    const still = nudging.wanted();
    if (still?.since !== wanted.since) return;
    outdate();
    nudging.sent();
    hear(await send(still.url));
  };
  const goOn = () => later(LOOK_SECONDS, () => void look().then(goOn, goOn));
  let isLooking = false;
  return {
    asked(tick, viewedAt) {
      nudging.asked(tick, viewedAt);
      if (!isLooking) goOn();
      isLooking = true;
    },
  };
};

/** Of AWS in any partition that it shows to the world; without TLS only this machine itself, as in a lab. */
const QUEUE_URL =
  /^(https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|http:\/\/127\.0\.0\.1(:\d+)?)\/\d{12}\/[\w-]{1,80}\?[!-~]{1,8000}$/;

const TIMEOUT_SECONDS = 5;

/** Sends the one message that a URL stands for. It goes to SQS and nowhere else, and follows no redirection. */
export const sendNudge = async (url: string): Promise<string | undefined> => {
  if (!QUEUE_URL.test(url)) return 'what the tick has named is no signed URL of a queue';
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    });
    await answer.body?.cancel();
    return answer.status === 200 ? undefined : `SQS answered ${answer.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `SQS could not be reached (${cause instanceof Error ? cause.message : String(cause)})`;
  }
};
