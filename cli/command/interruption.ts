import { constants } from 'node:os';

/** What ends a run from outside: a signal, or nobody reading any more what it writes. */
export interface Interruption {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** The exit code that says what it was; undefined as long as there was none. */
  exitCode(): number | undefined;
  /** Everything is done: what ends it from now on is no failure. */
  done(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A shell's code for a process that a signal has ended. */
const codeOf = (name: (typeof SIGNALS)[number] | 'SIGPIPE'): number => 128 + constants.signals[name];

/** npm hands on the Ctrl-C that the terminal has sent us already: so soon after the first, it is the same one. */
const SAME_ONE_MS = 300;

/** Nobody reads: the pipe's other end has gone, or the terminal has. */
const NOBODY_READS = new Set(['EPIPE', 'EIO']);

const WRITE_FAILED = 1;

/**
 * Watches for what ends a run. The first signal lets it end cleanly; a second one ends the process at once, and what
 * listens for its `exit` cleans up. A reader that goes away ends the run as SIGPIPE would, without a word.
 */
export const interruption = (): Interruption => {
  const controller = new AbortController();
  let code: number | undefined;
  let firstMs = 0;
  let isDone = false;
  const end = (by: number) => {
    if (code !== undefined) return;
    code = isDone ? 0 : by;
    firstMs = performance.now();
    controller.abort();
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (code !== undefined && performance.now() - firstMs > SAME_ONE_MS) process.exit(code);
      end(codeOf(name));
    });
  }
  for (const [name, stream] of [['stdout', process.stdout] as const, ['stderr', process.stderr] as const]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (code !== undefined) return;
      const nobody = NOBODY_READS.has(error.code ?? '');
      end(nobody ? codeOf('SIGPIPE') : WRITE_FAILED);
      if (nobody || name === 'stderr') return;
      process.stderr.write(
        `aerie: cannot write its output (${error.message}); make room for it, or write elsewhere.\n`,
      );
    });
  }
  // What cannot be written may become known only after everything is done.
  process.once('exit', () => {
    if (code !== undefined) process.exitCode = code;
  });
  const done = () => {
    isDone = true;
  };
  return { signal: controller.signal, exitCode: () => code, done };
};
