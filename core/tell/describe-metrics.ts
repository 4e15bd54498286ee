import { METRIC_NAMES, METRICS, type Metric, NAMESPACE, type Per, perOf } from './metrics.ts';

const INTRODUCTION = `# Metrics

Namespace \`${NAMESPACE}\`. They are embedded in the logs, so they cost no call. Each has the dimensions
\`service\` (the function) and \`Stage\`; those of a queue have \`Queue\` as well, those of a
fleet \`Fleet\`, those of a kind of discrepancy \`Discrepancy\`. Beside its values a line has \`at\`, the
moment of its tick.

In a hold for want of facts only \`Holds\` is there: what is not known is not counted as 0. What is counted over all
of them is what alarms watch, so that a queue or a fleet that was added by hand is watched too.

Metrics cost money, and those of queues and fleets are the most: a stage without them keeps what alarms watch
([what it costs](money.md#the-control-plane)).
`;

const isPer = (metric: Metric, per: Per): boolean =>
  metric.of.some((service) => perOf(metric, service) === per);

const row = (name: keyof typeof METRICS, per: Per): string => {
  const { unit, means, ...metric }: Metric = METRICS[name];
  const of = metric.of.filter((service) => perOf(metric, service) === per);
  return `| \`${name}\` | ${of.join(', ')} | ${unit.toLowerCase()} | ${means} |`;
};

const table = (title: string, per: Per): string =>
  [
    `## ${title}`,
    '',
    '| metric | service | unit | means |',
    '|---|---|---|---|',
    ...METRIC_NAMES.filter((name) => isPer(METRICS[name], per)).map((name) => row(name, per)),
  ].join('\n');

/** The text of `docs/metrics.md`: every metric that the functions emit. */
export const describeMetrics = (): string =>
  `${[
    INTRODUCTION,
    table('Of each queue', 'queue'),
    '',
    table('Of each fleet', 'fleet'),
    '',
    table('Of each kind of discrepancy', 'discrepancy'),
    '',
    table('Over the stage', 'stage'),
    '',
    '## Read next',
    '',
    '[Alarms](alarms.md), which watch them.',
  ].join('\n')}\n`;
