import { join } from 'node:path';
import type { Around } from '../../../cli/command/verb.ts';
import { VERBS } from '../../../cli/verbs/verbs.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import type { TwinAws } from '../../../twin/stage/sandbox.ts';

/** What a command came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
}

/** A command of the session: `why RU_KIAE --at 03:00`, as words. */
export type Ask = (...words: readonly string[]) => Promise<Ran>;

export interface SessionOptions {
  /** Columns of the terminal; absent: nobody looks, and lines are as long as they are. */
  readonly columns?: number;
}

/** Runs a command as the door does, on a stage at these addresses. */
export const asking =
  (aws: TwinAws, { columns }: SessionOptions = {}): Ask =>
  async (name = '', ...args) => {
    let out = '';
    const stdout = {
      ...(columns === undefined ? {} : { isTTY: true, columns }),
      write: (text: string) => {
        out += text;
      },
    };
    const around: Around = {
      env: { AERIE_STAGE: 'twin', TERM: 'dumb' },
      stdout,
      say: (line) => {
        out += `${line}\n`;
      },
      access: () => aws,
    };
    const verb = await VERBS[name]?.();
    if (verb === undefined) throw new Error(`there is no command ${name}`);
    return { code: await verb.run(args, around), out };
  };

/**
 * Plays the scenario of this folder over the wires, as `npm start` does, and stops it at a minute: whatever is asked meanwhile
 * finds the same world each time. `during` goes on beside the run.
 */
export const inMidRun = async (
  atMinute: number,
  act: (aws: TwinAws) => Promise<void>,
  during?: (aws: TwinAws) => Promise<void>,
): Promise<void> => {
  const scenario = await readScenario(join(import.meta.dirname, 'mid-run.json'));
  const abort = new AbortController();
  let minute = 0;
  let aws: TwinAws | undefined;
  let beside: Promise<void> | undefined;
  await runScenario(scenario, {
    seed: 1,
    signal: abort.signal,
    onAws(of) {
      aws = of;
    },
    show(shown) {
      if (shown.kind === 'sample') minute = shown.atSeconds / 60;
    },
    async whole(work) {
      if (minute < atMinute || aws === undefined || beside !== undefined) return work();
      await act(aws);
      beside = (during?.(aws) ?? Promise.resolve()).finally(() => abort.abort());
      return work();
    },
  });
  await beside;
};
