import { runScenario } from '../twin/run/run.ts';
import { readScenario } from '../twin/scenario/scenario.ts';
import type { Scenario } from '../twin/scenario/schema.ts';
import { BadScenario } from '../twin/scenario/schema-mistake.ts';
import type { TwinAws } from '../twin/stage/stage-aws.ts';
import type { Summary } from '../twin/summary/summary.ts';
import { type Interruption, interruption } from './command/interruption.ts';
import { UsageError } from './command/usage.ts';
import { writeTwin } from './stage/twin-file.ts';
import { type StartOptions, startOptions, startUsage } from './start-options.ts';
import { type Suspension, suspension } from './suspension.ts';
import type { Terminal } from './terminal.ts';
import { openViewer } from './viewer.ts';

const load = async ({ scenario, hours }: StartOptions): Promise<Scenario> => {
  try {
    return await readScenario(scenario, hours);
  } catch (error) {
    if (error instanceof BadScenario) throw new UsageError(error.mistakes.join('\naerie: '));
    throw error;
  }
};

/** The run has ended, but not everything is done. */
const NOT_DONE = 1;

const suspendable = (screen: Terminal | undefined): Suspension =>
  suspension({
    onAsked: (stop) => process.on('SIGTSTP', stop),
    stop: () => process.kill(process.pid, 'SIGSTOP'),
    before: () => screen?.pause(),
    after: () => screen?.resume(),
  });

const tell = (summary: Summary, { json }: StartOptions): number => {
  if (json) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  if (summary.givenUp === undefined) return 0;
  process.stderr.write(`aerie: ${summary.givenUp}\n`);
  return NOT_DONE;
};

/** On a terminal the page and the stage stay after the run, to be looked at, until Ctrl-C. */
const staying = ({ web, json }: StartOptions, { signal, done }: Interruption) => {
  if (!web || json || process.stdout.isTTY !== true) return undefined;
  return async (): Promise<void> => {
    done();
    process.stdout.write(
      '\nThe page stays, and so does the stage: npx aerie status --stage twin. Ctrl-C ends both.\n',
    );
    if (signal.aborted) return;
    // What waits for nothing but a signal does not keep a process.
    const awake = setInterval(() => {}, 60_000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    clearInterval(awake);
  };
};

const run = async (scenario: Scenario, options: StartOptions, interrupted: Interruption) => {
  const { signal, exitCode } = interrupted;
  const viewer = await openViewer(options);
  const { whole } = suspendable(viewer.screen);
  let summary: Summary | undefined;
  let forget = () => {};
  try {
    const { seed, hours, speed } = options;
    const onAws = (aws: TwinAws) => {
      forget = writeTwin(aws);
      viewer.onAws(aws);
    };
    const stay = staying(options, interrupted);
    const { show } = viewer;
    summary = await runScenario(scenario, { seed, hours, speed, show, signal, whole, onAws, stay });
  } finally {
    forget();
    await viewer.close();
  }
  return summary === undefined ? (exitCode() ?? NOT_DONE) : tell(summary, options);
};

/** `aerie start`: the main job on the embedded twin. Answers the exit code. */
export const start = async (args: readonly string[]): Promise<number> => {
  const interrupted = interruption();
  const options = startOptions(args);
  if (options === undefined) {
    process.stdout.write(startUsage());
    return 0;
  }
  const scenario = await load(options);
  return interrupted.exitCode() ?? run(scenario, options, interrupted);
};
