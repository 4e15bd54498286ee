import { type Decision, whose } from '../../core/model/decision.ts';

/** What would be started at once, if nobody were in shadow. */
export interface Would {
  readonly pilots: number;
  /** Launched or woken. */
  readonly workers: number;
  /** Null: a price is not known. */
  readonly dollarsPerHour: number | null;
  /** At AWS's list prices on demand. */
  readonly isListed: boolean;
}

const NOTHING: Would = { pilots: 0, workers: 0, dollarsPerHour: 0, isListed: false };

/** What a decision would have started in shadow; undefined: it is none of those. */
const wouldBe = ({ why }: Decision): Would | undefined => {
  for (const reason of why) {
    if (reason.kind === 'queue-in-shadow') return { ...NOTHING, pilots: reason.submit };
    if (reason.kind !== 'fleet-in-shadow') continue;
    const workers = reason.wake + reason.launches.reduce((sum, launch) => sum + launch.workers, 0);
    const dollarsPerHour = reason.dollarsPerHour ?? (workers === 0 ? 0 : null);
    return { ...NOTHING, workers, dollarsPerHour, isListed: reason.isListed === true };
  }
  return undefined;
};

const joined = (a: Would, b: Would, numbers: (one: number, other: number) => number): Would => ({
  pilots: numbers(a.pilots, b.pilots),
  workers: numbers(a.workers, b.workers),
  dollarsPerHour:
    a.dollarsPerHour === null || b.dollarsPerHour === null
      ? null
      : numbers(a.dollarsPerHour, b.dollarsPerHour),
  isListed: a.isListed || b.isListed,
});

const sum = (a: number, b: number): number => a + b;

/** Decisions of one queue or fleet that are in force at some moment of a span; each is until the next one. */
const inForce = (
  decisions: readonly Decision[],
  [from, to]: readonly [number, number],
): readonly Decision[] =>
  decisions.filter(
    ({ at }, index) => at < to && (decisions[index + 1]?.at ?? Number.POSITIVE_INFINITY) > from,
  );

/**
 * The most that queues and fleets in shadow would have started at once within a span, each at its own worst moment. It is no sum
 * over time: nothing of it comes, so each decision asks for all that is wanted then. Undefined: nobody was in shadow. `decisions`:
 * the oldest first.
 */
export const mostInShadow = (
  decisions: readonly Decision[],
  span: readonly [number, number],
): Would | undefined => {
  const owners = [...Map.groupBy(decisions, (of) => `${of.of} ${whose(of)}`).values()];
  const peaks = owners.flatMap((own) => {
    const would = inForce(own, span).flatMap((decision) => wouldBe(decision) ?? []);
    return would.length === 0 ? [] : [would.reduce((a, b) => joined(a, b, Math.max))];
  });
  return peaks.length === 0 ? undefined : peaks.reduce((a, b) => joined(a, b, sum));
};
