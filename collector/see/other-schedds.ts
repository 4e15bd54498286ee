import type { Condor, ToolOutcome } from '../condor/condor.ts';
import { plainArgs } from './job-rows.ts';

/** The plain jobs of other schedds, as lines of one answer; `away`: which of them gave none, and why. */
export type OtherSchedds = () => Promise<{ readonly stdout: string; readonly away?: string }>;

/** A view waits no longer for another machine's schedd: the functions wait for the view. */
const WAIT_SECONDS = 5;

const without = (why: string): ToolOutcome => ({ ok: false, why, stdout: '', stderr: '' });

interface OtherScheddsOptions {
  /** Asks behind everybody's back: one that hangs takes nobody's turn. */
  readonly patient: Condor;
  readonly later: (seconds: number, act: () => void) => void;
}

/** Asks each of some schedds for its plain jobs. One that has not answered yet is not asked again beside that. */
export const otherSchedds = (
  schedds: readonly string[],
  { patient, later }: OtherScheddsOptions,
): OtherSchedds => {
  const asked = new Set<string>();
  const ask = (schedd: string): Promise<ToolOutcome> => {
    if (asked.has(schedd)) return Promise.resolve(without('it has not answered yet'));
    asked.add(schedd);
    const answer = patient('condor_q', plainArgs(schedd)).finally(() => asked.delete(schedd));
    const late = new Promise<ToolOutcome>((resolve) =>
      later(WAIT_SECONDS, () => resolve(without(`no answer within ${WAIT_SECONDS} s`))),
    );
    return Promise.race([answer, late]);
  };
  return async () => {
    const answers = await Promise.all(schedds.map(ask));
    const away = answers.flatMap((answer, index) => (answer.ok ? [] : [`${schedds[index]}: ${answer.why}`]));
    return {
      stdout: answers.map((answer) => (answer.ok ? answer.stdout : '')).join(''),
      ...(away.length === 0 ? {} : { away: away.join('; ') }),
    };
  };
};
