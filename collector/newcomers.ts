import type { Condor } from './condor.ts';
import { locateArgs, readLocated } from './locate.ts';

/** Workers that have had their token, and of whose slot nobody has heard yet. */
export interface Newcomers {
  /** A worker has its token: it registers within seconds, and then the negotiator is to hear of it. */
  expect(instanceId: string): void;
}

export interface NewcomersOptions {
  readonly condor: Condor;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
  /** Does something once, so many seconds from now. */
  readonly later: (seconds: number, act: () => void) => void;
}

/**
 * How often the collector is asked for them, while there are any; and so the negotiator is asked for a cycle no more
 * often. A cycle over 50,000 slots takes 7 s.
 */
export const LOOK_SECONDS = 10;

/** A worker that has its token registers within seconds; one that has not by then has failed. */
const EXPECTED_SECONDS = 300;

/** A thousand ids take 20 KB of the 128 KB that Linux lets one argument have. */
const IDS_A_LOOK = 1_000;

const slicesOf = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / IDS_A_LOOK) }, (_, n) =>
    ids.slice(n * IDS_A_LOOK, (n + 1) * IDS_A_LOOK),
  );

/**
 * Asks the negotiator for a cycle as soon as a new worker is in the collector: by itself it looks each
 * NEGOTIATOR_INTERVAL, a minute by default, while pilots wait and the worker is paid for. Best effort: what fails here
 * is made good by the negotiator's next cycle.
 */
export const newcomers = ({ condor, elapsed, later }: NewcomersOptions): Newcomers => {
  const expected = new Map<string, number>();
  let isLooking = false;

  /** Those of a slice that are there; none where the collector does not say. */
  const arrivedOf = async (instanceIds: readonly string[]): Promise<readonly string[]> => {
    const answer = await condor('condor_status', locateArgs(instanceIds));
    return answer.ok ? [...readLocated(answer.stdout).keys()] : [];
  };
  const look = async (): Promise<void> => {
    let hasSome = false;
    for (const slice of slicesOf([...expected.keys()])) {
      const arrived = await arrivedOf(slice);
      hasSome ||= arrived.length > 0;
      for (const instanceId of arrived) expected.delete(instanceId);
    }
    for (const [instanceId, since] of expected) {
      if (elapsed() - since > EXPECTED_SECONDS) expected.delete(instanceId);
    }
    if (hasSome) await condor('condor_reschedule', []);
  };
  const goOn = () => {
    isLooking = expected.size > 0;
    // A look that fails is made good by the next one.
    if (isLooking) later(LOOK_SECONDS, () => void look().then(goOn, goOn));
  };
  return {
    expect(instanceId) {
      expected.set(instanceId, elapsed());
      if (!isLooking) goOn();
    },
  };
};
