import {
  ANSWER_MILLISECONDS,
  ATTEMPTS,
  CONSOLE_MILLISECONDS,
  LAUNCH_MILLISECONDS,
} from '../../adapters/clouds/ec2/limits.ts';
import { HTTP_TIMEOUT_SECONDS } from './environment.ts';

/**
 * Answers how many seconds the function has left. A tick begins no launch, no end and no submission that may take longer: a process that
 * AWS kills in the middle of a call leaves it unclear, while what is not begun is decided anew by the next tick.
 */
export type TimeLeft = () => number;

/** For whoever is not cut off: a simulation, a test. */
export const NO_END: TimeLeft = () => Number.POSITIVE_INFINITY;

/** What comes of a call is written down: some hundred small writes, eight at a time. */
const WRITE_SECONDS = 3;

/** How long each call may take at most, with what has to be written down after it. */
export const NEEDED_SECONDS = {
  launch: LAUNCH_MILLISECONDS / 1000 + WRITE_SECONDS,
  terminate: (ATTEMPTS * ANSWER_MILLISECONDS) / 1000 + WRITE_SECONDS,
  /** An order to the endpoint: asked twice, if it does not answer. */
  order: 2 * HTTP_TIMEOUT_SECONDS + WRITE_SECONDS,
  /** One write of the ledger. */
  keep: WRITE_SECONDS,
  /** The newest console, and the one that EC2 has posted where the newest is not to be had. */
  console: (2 * ATTEMPTS * CONSOLE_MILLISECONDS) / 1000,
} as const;
