import { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { isByOthers } from '../core/model/instance.ts';
import type { UnreadItem } from '../core/model/ledger.ts';
import { endInWords } from '../core/tell/ends.ts';
import { METRICS, type MetricName } from '../core/tell/metrics.ts';
import { sentence } from '../core/tell/sentence.ts';
import type { AuditReport, Found } from './audit.ts';
import { momentOf } from './events/tick-event.ts';
import { dress, metricsOf, refusalTeller, timeLeftIn } from './handler.ts';
import type { TimeLeft } from './run/time-left.ts';
import { type Count, tally } from './tell/tally.ts';
import type { TellRefusal } from './tell/tell-refusals.ts';

/** Findings named in one log line; the counts are whole. */
const MOST_NAMED = 50;

type Looked = Extract<AuditReport, { readonly kind: 'looked' }>;

/** The ends that an audit has found, by reason; and which of them neither aerie nor the machine brought about. */
const endsOf = (ends: Looked['ends']) => ({
  ends: Object.fromEntries(
    [...Map.groupBy(ends, ({ reason }) => reason.code)].map(([code, of]) => [code, of.length]),
  ),
  endedByOthers: ends
    .filter(isByOthers)
    .map(({ instanceId, fleet, reason }) => `${instanceId} of ${fleet}: ${endInWords(reason)}`)
    .slice(0, MOST_NAMED),
});

const inWords = ({ name, subject, remedy }: Found): string => `${name} ${subject}: ${remedy}`;

const unreadInWords = ({ key, why }: UnreadItem): string => `the ledger's ${key} ${why}`;

const log = ({ at, tallies, findings, unread, ends }: Looked, logger: Logger): void => {
  const counts = Object.fromEntries(tallies.map(({ name, count }) => [name, count]));
  const amiss = findings.length + unread.length;
  logger.info(amiss === 0 ? 'nothing to mend' : `${amiss} discrepancies`, {
    at,
    counts,
    findings: [...unread.map(unreadInWords), ...findings.map(inWords)].slice(0, MOST_NAMED),
    ...endsOf(ends),
  });
};

/** One set of metrics for each kind of discrepancy that was found: a kind that is never found costs nothing. */
const emit = ({ at, tallies }: Looked, metrics: Metrics): void => {
  const add = (name: MetricName, value: number) => metrics.addMetric(name, METRICS[name].unit, value);
  for (const { name, count, oldestSeconds, due } of tallies.filter((of) => of.count > 0)) {
    metrics.addDimension('Discrepancy', name);
    metrics.addMetadata('at', String(at));
    add('Discrepancies', count);
    add('DiscrepancyAge', oldestSeconds);
    add('DiscrepanciesMended', due);
    metrics.publishStoredMetrics();
  }
};

/** What alarms watch: an audit that held or threw is none. */
const count = ({ tallies, ends }: Looked, counted: Count): void => {
  counted('Audits', 1);
  counted('WorkersEndedByOthers', ends.filter(isByOthers).length);
  counted('UnknownInstances', tallies.find(({ name }) => name === 'unknown-instance')?.count ?? 0);
  counted('OldestDiscrepancy', Math.max(0, ...tallies.map(({ oldestSeconds }) => oldestSeconds)));
};

/**
 * The audit on its timer: each run is told, and answers its report to whoever invokes it by hand. `prepare` is called once
 * per container, with the means to tell what EC2 refuses.
 */
export const onAudit = (
  stage: string,
  prepare: (tellRefusal: TellRefusal) => (now: number, timeLeft: TimeLeft) => Promise<AuditReport>,
) => {
  const logger = new Logger({ serviceName: 'audit' });
  const metrics = metricsOf('audit', stage);
  const counts = tally('audit', metrics);
  const audit = prepare(refusalTeller(logger));
  return dress(logger, async (event: unknown, context): Promise<AuditReport> => {
    const report = await audit(momentOf(event), timeLeftIn(context));
    if (report.kind === 'hold') {
      logger.info('hold', { ...report, why: sentence(report.why), reasons: [report.why.kind] });
      return report;
    }
    log(report, logger);
    emit(report, metrics);
    count(report, counts.count);
    counts.publish(report.at);
    return report;
  });
};
