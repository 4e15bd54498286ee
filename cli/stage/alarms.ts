import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type AlarmSpec, firstLook, runbookIn, runbookOf } from '../../lib/watch/alarm-spec.ts';
import { ALARMS } from '../../lib/watch/alarms.ts';

/** An alarm that is on. */
export interface AlarmOn {
  /** As its runbook is called: `ticks-missing`. */
  readonly name: string;
  /** Which of the metrics that it watches: `pilots`. */
  readonly whose: string;
  readonly since: number;
  readonly urgency: AlarmSpec['urgency'] | undefined;
  readonly what: string;
  /** The command that shows more. */
  readonly look: string;
  /** Where its runbook is, as its description says it, or in this version's pages. */
  readonly runbook: string;
  /** CloudWatch's own words. */
  readonly reason: string;
}

const specs: Readonly<Record<string, AlarmSpec>> = ALARMS;

/** The alarms of a stage that are on, the most urgent first. */
export const alarmsOn = async (client: CloudWatchClient, stage: string): Promise<readonly AlarmOn[]> => {
  const AlarmNamePrefix = `aerie-${stage}-`;
  const found: AlarmOn[] = [];
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix, StateValue: 'ALARM' });
  for await (const { MetricAlarms = [] } of pages) {
    for (const alarm of MetricAlarms) {
      const named = (alarm.AlarmName ?? '').slice(AlarmNamePrefix.length);
      const name = Object.keys(specs).find((of) => named.startsWith(`${of}-`)) ?? named;
      const spec = specs[name];
      const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      found.push({
        name,
        whose: named.slice(name.length + 1),
        since: (since?.getTime() ?? 0) / 1000,
        urgency: spec?.urgency,
        what: spec?.what ?? alarm.AlarmDescription ?? '',
        look: firstLook(spec?.look ?? 'doctor', stage),
        runbook:
          runbookIn(alarm.AlarmDescription) ??
          (spec === undefined ? 'docs/alarms.md' : runbookOf(name, spec)),
        reason: alarm.StateReason ?? '',
      });
    }
  }
  const order = ['now', 'today', 'can wait', undefined];
  return found.sort((a, b) => order.indexOf(a.urgency) - order.indexOf(b.urgency) || a.since - b.since);
};
