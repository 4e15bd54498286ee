import type { Condor } from './condor.ts';
import type { Lanes } from './lanes.ts';

/** Runs so many tools at a time: each costs descriptors and memory, however many callers ask. */
export const inTurn =
  (run: Condor, lanes: Lanes): Condor =>
  async (tool, args, options) => {
    const passed = await lanes.pass(() => run(tool, args, options));
    if (passed.kind === 'done') return passed.value;
    const why = `${tool}: was not started, because as many tools as may run at a time took too long`;
    return { ok: false, why, stdout: '', stderr: '' };
  };
