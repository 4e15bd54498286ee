import { BadScenario } from '../twin/bad-scenario.ts';
import { type Page, servePage } from '../twin/page/server.ts';
import { runScenario } from '../twin/run.ts';
import type { Shown } from '../twin/sample.ts';
import { readScenario, type Scenario } from '../twin/scenario.ts';
import { START_USAGE, type StartOptions, startOptions } from './start-options.ts';
import { terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

const load = async (file: string): Promise<Scenario> => {
  try {
    return await readScenario(file);
  } catch (error) {
    if (error instanceof BadScenario) throw new UsageError(error.mistakes.join('\naerie: '));
    throw error;
  }
};

/** Aborts at the first Ctrl-C or termination; a second one is not caught and ends the process at once. */
const interruption = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
};

/** An interrupted run ends with the shell's code for it. */
const INTERRUPTED = 130;

const openPage = async ({ web, port, json }: StartOptions): Promise<Page | undefined> => {
  if (!web || json) return undefined;
  try {
    return await servePage({ port });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const run = async (scenario: Scenario, options: StartOptions): Promise<number> => {
  const signal = interruption();
  const page = await openPage(options);
  const screen = options.json
    ? undefined
    : terminal({
        stream: process.stdout,
        ...(page === undefined ? {} : { notice: `watch it at ${page.url}` }),
      });
  const show = (shown: Shown) => {
    screen?.show(shown);
    page?.show(shown);
  };
  try {
    const { seed, hours, speed } = options;
    const summary = await runScenario(scenario, { seed, hours, speed, show, signal });
    if (summary === undefined) return INTERRUPTED;
    if (options.json) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
    return 0;
  } finally {
    screen?.close();
    await page?.close();
  }
};

/** `aerie start`: the main job on the embedded twin. Answers the exit code. */
export const start = async (args: readonly string[]): Promise<number> => {
  const options = startOptions(args);
  if (options === undefined) {
    process.stdout.write(START_USAGE);
    return 0;
  }
  return run(await load(options.scenario), options);
};
