import { BadScenario } from '../twin/bad-scenario.ts';
import { type Page, servePage } from '../twin/page/server.ts';
import { runScenario } from '../twin/run.ts';
import type { Shown } from '../twin/sample.ts';
import { readScenario, type Scenario } from '../twin/scenario.ts';
import type { Summary } from '../twin/summary.ts';
import { type Interruption, interruption } from './interruption.ts';
import { START_USAGE, type StartOptions, startOptions } from './start-options.ts';
import { type Suspension, suspension } from './suspension.ts';
import { type Terminal, terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

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

const openPage = async ({ web, port, json }: StartOptions): Promise<Page | undefined> => {
  if (!web || json) return undefined;
  try {
    return await servePage({ port });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const openScreen = ({ json }: StartOptions, page: Page | undefined): Terminal | undefined => {
  if (json) return undefined;
  const notice = page === undefined ? {} : { notice: `watch it at ${page.url}` };
  const screen = terminal({ stream: process.stdout, ...notice });
  process.once('exit', () => screen.close());
  return screen;
};

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

const run = async (scenario: Scenario, options: StartOptions, { signal, exitCode }: Interruption) => {
  const page = await openPage(options);
  const screen = openScreen(options, page);
  const { whole } = suspendable(screen);
  const show = (shown: Shown) => {
    screen?.show(shown);
    page?.show(shown);
  };
  let summary: Summary | undefined;
  try {
    const { seed, hours, speed } = options;
    summary = await runScenario(scenario, { seed, hours, speed, show, signal, whole });
  } finally {
    screen?.close();
    await page?.close();
  }
  return summary === undefined ? (exitCode() ?? NOT_DONE) : tell(summary, options);
};

/** `aerie start`: the main job on the embedded twin. Answers the exit code. */
export const start = async (args: readonly string[]): Promise<number> => {
  const interrupted = interruption();
  const options = startOptions(args);
  if (options === undefined) {
    process.stdout.write(START_USAGE);
    return 0;
  }
  const scenario = await load(options);
  return interrupted.exitCode() ?? run(scenario, options, interrupted);
};
