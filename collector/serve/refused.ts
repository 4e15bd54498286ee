import { JOIN_WAIT_SECONDS } from '../limits.ts';

/** Thrown when a request is refused: becomes its HTTP status with the sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** When asking again makes sense; undefined: nobody knows. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, sentence: string, retryAfterSeconds?: number) {
    super(sentence);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The queue is none that the pool's admin has written a pilot template for. */
export const noTemplate = (queue: string): Refused =>
  new Refused(404, `There is no pilot template for queue ${queue}; the pool's admin has to add one.`);

/** More workers want to join than can wait for their turn; nothing was begun, and nothing is used up. */
export const busy = (): Refused =>
  new Refused(503, 'As many workers ask to join as can wait for their turn; ask again.', JOIN_WAIT_SECONDS);

/** A request is one queue's: its id says what was asked, so that two that differ cannot share one. */
export const otherQueues = (requestId: string, other: string, queue: string): Refused =>
  new Refused(
    409,
    `The request ${requestId} has submitted pilots of queue ${other}, and none of ${queue}; give each request an id of its own.`,
  );

/** HTCondor did not do its part; the same request may be carried out later. */
export const outage = (why: string): Refused =>
  new Refused(503, `The pool could not be asked: ${why}. Ask again later.`);

const RATE_SECONDS = 60;

/** What came from this address before were proofs of nothing. */
export const tooManyProofs = (): Refused =>
  new Refused(429, 'Too many proofs from this address proved nothing; ask again in a minute.', RATE_SECONDS);

/** A server of an OpenStack asks to join, and the endpoint knows none. */
export const noOpenStack = (): Refused =>
  new Refused(
    404,
    'This endpoint knows no OpenStack; its admin has to write "openstack" into its configuration.',
  );
