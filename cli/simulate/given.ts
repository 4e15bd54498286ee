import { UsageError } from '../command/usage.ts';

/** One job of a load as it was given. */
export interface GivenJob {
  /** Seconds since 1970, or from the zero of the load. */
  readonly at: number;
  /** Undefined: as many as the pilots of its queue have. */
  readonly cores: number | undefined;
  readonly runSeconds: number;
  /** What it asks for in all; undefined: it does not say. */
  readonly memoryMb: number | undefined;
  /** The name of a queue, or `fleet/NAME`; undefined: it names none. */
  readonly to: string | undefined;
  /** Where it is given: `load.csv:17`, or `--jobs "100/night x 4h"`. */
  readonly where: string;
}

/** A load as it was given. */
export interface GivenLoad {
  readonly jobs: readonly GivenJob[];
  /** What its moments count from: 1970, the first job, or a midnight. */
  readonly zero: 'epoch' | 'first job' | 'midnight';
  /** What of it is no job that ran, by why. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** What can be read of a line: a job, why it is none, or what is wrong with it. */
export type GivenLine =
  | { readonly kind: 'job'; readonly job: GivenJob }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'mistake'; readonly why: string };

const MOST_TOLD = 10;

/** A load of lines. Throws UsageError with a sentence for every line that is wrong, the first ten. */
export const loadOfLines = (lines: readonly GivenLine[], zero: GivenLoad['zero']): GivenLoad => {
  const mistakes = lines.flatMap((line) => (line.kind === 'mistake' ? [line.why] : []));
  if (mistakes.length > 0) {
    const more = mistakes.length - MOST_TOLD;
    throw new UsageError(
      [...mistakes.slice(0, MOST_TOLD), ...(more > 0 ? [`and ${more} more lines are wrong.`] : [])].join(
        '\n',
      ),
    );
  }
  const none = lines.flatMap((line) => (line.kind === 'none' ? [line.why] : []));
  return {
    jobs: lines.flatMap((line) => (line.kind === 'job' ? [line.job] : [])),
    zero,
    leftOut: new Map([...Map.groupBy(none, (why) => why)].map(([why, of]) => [why, of.length])),
  };
};
