import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Outcome, runtimeApi } from './runtime-api.ts';

export interface FunctionOptions {
  readonly name: string;
  /** Folder of the bundle, `index.mjs` in it. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** The function's own variables, and where AWS is; nothing else of this process's environment reaches it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Each line that it logs. */
  readonly onLog?: (line: string) => void;
}

/**
 * One Lambda: a process of its own that is started when it is first needed, and again after it has died. It never
 * outlives this process. What it works on when it is closed has failed.
 */
export interface TwinFunction {
  readonly name: string;
  /** `killedAfterMilliseconds`: the process gets a SIGKILL then, if it still works on this. */
  invoke(event: unknown, killedAfterMilliseconds?: number): Promise<Outcome>;
  /** Changes variables of it: the next call is answered by a new process. It must not be at work. */
  configure(changed: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs');

const environmentOf = (options: FunctionOptions, host: string): Record<string, string> => ({
  ...options.environment,
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  _HANDLER: 'index.handler',
  LAMBDA_TASK_ROOT: options.taskRoot,
  AWS_LAMBDA_RUNTIME_API: host,
  AWS_LAMBDA_FUNCTION_NAME: options.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
  NODE_OPTIONS: `--max-old-space-size=${options.memoryMb} --enable-source-maps`,
});

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
};

export const twinFunction = async (options: FunctionOptions): Promise<TwinFunction> => {
  const api = await runtimeApi({ functionName: options.name, timeoutSeconds: options.timeoutSeconds });
  let child: ChildProcess | undefined;
  let environment = options.environment;
  let isOutdated = false;

  const start = () => {
    const started = spawn(process.execPath, [BOOTSTRAP], {
      env: environmentOf({ ...options, environment }, api.host),
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a session of its own, so that Ctrl-C and Ctrl-Z reach only the process that manages it.
      detached: true,
    });
    const kill = () => started.kill('SIGKILL');
    process.once('exit', kill);
    for (const stream of [started.stdout, started.stderr]) {
      createInterface({ input: stream }).on('line', (line) => options.onLog?.(line));
    }
    started.on('exit', (code, signal) => {
      process.off('exit', kill);
      if (child !== started) return;
      child = undefined;
      api.fail(`Runtime.ExitError: the process of ${options.name} ended (${signal ?? code})`);
    });
    child = started;
  };

  const killedAfter = async (milliseconds: number, invocation: Promise<Outcome>): Promise<Outcome> => {
    const timer = setTimeout(() => {
      child?.kill('SIGKILL');
    }, milliseconds);
    const outcome = await invocation;
    clearTimeout(timer);
    return outcome;
  };

  /** Ends the process that still has the old environment. */
  const retire = async () => {
    const old = child;
    isOutdated = false;
    child = undefined;
    await end(old);
    api.expectAnother();
  };

  return {
    name: options.name,
    async invoke(event, killedAfterMilliseconds = options.timeoutSeconds * 1000) {
      if (isOutdated) await retire();
      if (child === undefined) start();
      return killedAfter(killedAfterMilliseconds, api.invoke(event));
    },
    configure(changed) {
      environment = { ...environment, ...changed };
      isOutdated = true;
    },
    async close() {
      await end(child);
      await api.close();
    },
  };
};
