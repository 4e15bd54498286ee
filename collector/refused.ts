/** Thrown when a request is refused: becomes its HTTP status with the sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** The queue is none that the pool's admin has written a pilot template for. */
export const noTemplate = (queue: string): Refused =>
  new Refused(404, `There is no pilot template for queue ${queue}; the pool's admin has to add one.`);

/** HTCondor did not do its part; the same request may be carried out later. */
export const outage = (why: string): Refused =>
  new Refused(503, `The pool could not be asked: ${why}. Ask again later.`);
