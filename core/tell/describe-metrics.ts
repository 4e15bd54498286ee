import { METRIC_NAMES, METRICS, type Metric, NAMESPACE } from './metrics.ts';

const INTRODUCTION = `# Metrics

Namespace \`${NAMESPACE}\`. They are embedded in the logs, so they cost no call. Each has the dimensions
\`service\` (the function) and \`Stage\`; those of a queue have \`Queue\` as well, those of
a kind of discrepancy \`Discrepancy\`. Beside its values a line has \`at\`, the
moment of its tick.

In a hold for want of facts only \`Holds\` is there: what is not known is not counted as 0. What is counted over all
queues is what alarms watch, so that a queue that was added by hand is watched too.

Metrics cost money, and those of queues are the most: a stage without them keeps what alarms watch
([what it costs](operations.md#what-it-costs-a-month)).
`;

const row = (name: keyof typeof METRICS): string => {
  const { of, unit, means }: Metric = METRICS[name];
  return `| \`${name}\` | ${of.join(', ')} | ${unit.toLowerCase()} | ${means} |`;
};

const table = (title: string, per: Metric['per']): string =>
  [
    `## ${title}`,
    '',
    '| metric | service | unit | means |',
    '|---|---|---|---|',
    ...METRIC_NAMES.filter((name) => METRICS[name].per === per).map(row),
  ].join('\n');

/** The text of `docs/metrics.md`: every metric that the functions emit. */
export const describeMetrics = (): string =>
  `${[
    INTRODUCTION,
    table('Of each queue', 'queue'),
    '',
    table('Of each kind of discrepancy', 'discrepancy'),
    '',
    table('Over all queues', 'stage'),
  ].join('\n')}\n`;
