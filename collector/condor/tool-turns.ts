import { type Limits, TOOLS_WAITING } from '../limits.ts';
import type { Condor } from './condor.ts';
import { type Lanes, lanes } from './lanes.ts';

/** HTCondor's tools, so many at a time: each costs descriptors and memory, however many callers ask. */
export interface ToolTurns {
  readonly tools: Condor;
  /**
   * The same for who asks many machines or makes many trials: fewer at a time. Each may take as long as a tool may, where a
   * machine does not answer, and a view or a submission is not to wait for that.
   */
  readonly patient: Condor;
}

interface ToolTurnsOptions {
  readonly limits: Pick<Limits, 'toolsAtOnce' | 'patientToolsAtOnce'>;
  /** How long a tool waits for its turn. */
  readonly waitSeconds: number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

const inLanes =
  (run: Condor, turns: Lanes): Condor =>
  async (tool, args, options) => {
    const passed = await turns.pass(() => run(tool, args, options));
    if (passed.kind === 'done') return passed.value;
    const why = `${tool}: was not started, because as many tools as may run at a time took too long`;
    return { ok: false, why, stdout: '', stderr: '' };
  };

export const toolTurns = (run: Condor, { limits, waitSeconds, elapsed }: ToolTurnsOptions): ToolTurns => {
  const lanesOf = (width: number) => lanes({ lanes: width, waiting: TOOLS_WAITING, waitSeconds, elapsed });
  const tools = inLanes(run, lanesOf(limits.toolsAtOnce));
  return { tools, patient: inLanes(tools, lanesOf(limits.patientToolsAtOnce)) };
};
