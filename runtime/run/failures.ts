/**
 * Gathers what goes wrong in the parts of a tick, so that one part does not stop the others, and throws it at the end,
 * so that nothing is swallowed and the alarm fires.
 */
export interface Failures {
  /** Does a part; if it fails, that is kept and the answer is undefined. */
  during<T>(part: () => Promise<T>): Promise<T | undefined>;
  throwAny(): void;
}

const messages = (failures: readonly unknown[]): string =>
  failures.map((failure) => (failure instanceof Error ? failure.message : String(failure))).join('; ');

export const gatherFailures = (): Failures => {
  const failures: unknown[] = [];
  return {
    async during(part) {
      try {
        return await part();
      } catch (error) {
        failures.push(...(error instanceof AggregateError ? error.errors : [error]));
        return undefined;
      }
    },
    throwAny() {
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1) throw new AggregateError(failures, messages(failures));
    },
  };
};
