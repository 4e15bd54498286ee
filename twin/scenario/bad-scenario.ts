/** A scenario that cannot be run: each mistake with a sentence for the person who wrote it. */
export class BadScenario extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
