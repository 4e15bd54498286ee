import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AuditReport } from './audit.ts';
import { dress } from './handler.ts';
import { momentOf } from './tick-event.ts';

/** Findings named in one log line; the counts are whole. */
const MOST_NAMED = 50;

/** One log line, and for each kind of discrepancy one set of metrics: also where there is none, so that an alarm can end. */
const tell = (report: AuditReport, logger: Logger, metrics: Metrics): void => {
  metrics.addMetadata('at', String(report.at));
  if (report.kind === 'hold') {
    logger.info('hold', { ...report });
    metrics.addMetric('Holds', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    return;
  }
  const { at, tallies, findings } = report;
  const counts = Object.fromEntries(tallies.map(({ name, count }) => [name, count]));
  logger.info(findings.length === 0 ? 'nothing to mend' : `${findings.length} discrepancies`, {
    at,
    counts,
    findings: findings.slice(0, MOST_NAMED),
  });
  metrics.addMetric('Holds', MetricUnit.Count, 0);
  metrics.publishStoredMetrics();
  for (const { name, count, oldestSeconds, due } of tallies) {
    metrics.addMetadata('at', String(at));
    metrics.addDimension('Discrepancy', name);
    metrics.addMetric('Discrepancies', MetricUnit.Count, count);
    metrics.addMetric('DiscrepancyAge', MetricUnit.Seconds, oldestSeconds);
    metrics.addMetric('DiscrepanciesMended', MetricUnit.Count, due);
    metrics.publishStoredMetrics();
  }
};

/** The audit on its timer: each run is told, and answers its report to whoever invokes it by hand. */
export const onAudit = (stage: string, audit: (now: number) => Promise<AuditReport>) => {
  const logger = new Logger({ serviceName: 'audit' });
  const metrics = new Metrics({
    namespace: 'aerie',
    serviceName: 'audit',
    defaultDimensions: { Stage: stage },
  });
  return dress(logger, async (event: unknown): Promise<AuditReport> => {
    const report = await audit(momentOf(event));
    tell(report, logger, metrics);
    return report;
  });
};
