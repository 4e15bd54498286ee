import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { onTestFinished, vi } from 'vitest';
import { quietly } from './invocation.ts';

type Line = Readonly<Record<string, unknown>>;

/** Every line of a log goes through it, and nobody else may call it. */
const printer = Logger.prototype as unknown as { printLog(level: number, log: LogItem): void };

/** Keeps what the functions of a test would print: lines of their logs, and sets of metrics with their dimensions. */
export const hearing = () => {
  const lines: Line[] = [];
  const sets: Line[] = [];
  quietly();
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  const printed = vi.spyOn(printer, 'printLog').mockImplementation((_, log) => {
    log.prepareForPrint();
    lines.push({ ...log.getAttributes() });
  });
  const published = vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockImplementation(function kept(
    this: Metrics,
  ) {
    sets.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    this.clearDimensions();
    this.clearMetadata();
    return this;
  });
  onTestFinished(() => {
    printed.mockRestore();
    published.mockRestore();
    vi.unstubAllEnvs();
  });
  return { lines, sets };
};
