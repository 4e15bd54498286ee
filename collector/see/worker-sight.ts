import type { Condor, ToolOutcome } from '../condor/condor.ts';
import { inTurn } from '../condor/in-turn.ts';
import { rowsOf } from '../condor/rows.ts';
import { written } from '../condor/written.ts';
import { seesShut } from './shut.ts';
import { CLOSED_ARGS, narrowed, ODD_ARGS, STATUS_ARGS, WHOSE_ARGS } from './status-args.ts';
import { readWorkers, type SeenWorkers } from './workers.ts';

/** Asks the collector for its workers. */
export type WorkerSight = () => Promise<SeenWorkers>;

const DIGITS = [...'0123456789abcdef'];
/** One in 4,096 workers shares its last three digits with another: with some thousands of them hardly anybody is innocent. */
const MOST_DIGITS = 3;
/** Where more slices than that are late, it is the collector, and no ad. */
const MOST_LATE = 4;
/** So long a slice is left out that did not answer; then it is asked again with the others. */
const APART_SECONDS = 600;

/** Holds for ads whose instance id ends in one of these. */
const endsIn = (endings: readonly string[]): string =>
  `regexp("(${endings.join('|')})\\"$", ${written('EC2InstanceId')}) =?= true`;

const LATE = 'condor_status does not answer when it is asked for this worker';

/**
 * Asks for all workers at once. If that is not answered in time, one of the ads is at fault: they are asked for in slices
 * of their ids, behind everybody's back, and ever smaller ones, until few enough are found. Those are then left out, and
 * told as workers that cannot be read. `now` in seconds; `patient` asks for the slices.
 */
export const workerSight = (condor: Condor, now: () => number, patient: Condor = condor): WorkerSight => {
  const shutNow = seesShut(now);
  let apart: readonly string[] = [];
  let apartUntil = 0;
  let isSearching = false;

  const isLate = async (ending: string): Promise<boolean> => {
    const answer = await patient('condor_status', narrowed(STATUS_ARGS, endsIn([ending])));
    return !answer.ok && answer.late === true;
  };
  const lateAmong = async (endings: readonly string[]): Promise<readonly string[]> => {
    const late = await inTurn(endings, isLate);
    return endings.filter((_, index) => late[index] === true);
  };
  const found = async (): Promise<readonly string[]> => {
    let late = await lateAmong(DIGITS);
    for (let digits = 1; digits < MOST_DIGITS && late.length <= MOST_LATE; digits += 1) {
      late = await lateAmong(late.flatMap((ending) => DIGITS.map((digit) => digit + ending)));
    }
    return late.length <= MOST_LATE ? late : [];
  };

  const search = async (): Promise<void> => {
    if (isSearching) return;
    isSearching = true;
    try {
      apart = await found();
      apartUntil = now() + APART_SECONDS;
    } finally {
      isSearching = false;
    }
  };

  const whoIsApart = async (): Promise<ToolOutcome> =>
    apart.length === 0
      ? { ok: true, stdout: '' }
      : condor('condor_status', narrowed(WHOSE_ARGS, endsIn(apart)));

  return async () => {
    if (now() > apartUntil) apart = [];
    const ask: Condor = (tool, args) =>
      condor(tool, apart.length === 0 ? args : narrowed(args, `!(${endsIn(apart)})`));
    const others = (args: readonly string[]) => ask('condor_status', args);
    const [status, odd, closed, hanging, shut] = await Promise.all([
      others(STATUS_ARGS),
      others(ODD_ARGS),
      others(CLOSED_ARGS),
      whoIsApart(),
      shutNow(ask),
    ]);
    for (const answer of [status, odd, closed, hanging]) {
      if (answer.ok) continue;
      // Nobody waits for it: what it finds is for the next who asks, and where it fails that one begins anew.
      if (answer.late === true) search().catch(() => undefined);
      return { ok: false, why: answer.why };
    }
    const passedOver = rowsOf(hanging.stdout).map(([identity]) => ({
      identity: String(identity),
      why: LATE,
    }));
    const { stdout } = status;
    return readWorkers({ status: stdout, odd: odd.stdout, closed: closed.stdout, shut, passedOver });
  };
};
