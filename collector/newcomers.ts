import type { Condor } from './condor.ts';
import { locateArgs, readLocated } from './locate.ts';

/** Workers that have had their token, and of whose slot nobody has heard yet. */
export interface Newcomers {
  /** A worker has its token: it registers within seconds, and then the negotiator is to hear of it. */
  expect(instanceId: string): void;
}

export interface NewcomersOptions {
  readonly condor: Condor;
  /** Seconds since 1970. */
  readonly now: () => number;
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

/**
 * Asks the negotiator for a cycle as soon as a new worker is in the collector: by itself it looks each
 * NEGOTIATOR_INTERVAL, a minute by default, while pilots wait and the worker is paid for. Best effort: what fails here
 * is made good by the negotiator's next cycle.
 */
export const newcomers = ({ condor, now, later }: NewcomersOptions): Newcomers => {
  const expected = new Map<string, number>();
  let isLooking = false;

  const look = async (): Promise<void> => {
    const answer = await condor('condor_status', locateArgs([...expected.keys()]));
    const arrived = answer.ok ? [...readLocated(answer.stdout).keys()] : [];
    for (const instanceId of arrived) expected.delete(instanceId);
    for (const [instanceId, since] of expected) {
      if (now() - since > EXPECTED_SECONDS) expected.delete(instanceId);
    }
    if (arrived.length > 0) await condor('condor_reschedule', []);
  };
  const goOn = () => {
    isLooking = expected.size > 0;
    if (isLooking) later(LOOK_SECONDS, () => void look().then(goOn));
  };
  return {
    expect(instanceId) {
      expected.set(instanceId, now());
      if (!isLooking) goOn();
    },
  };
};
