import { setTimeout as pause } from 'node:timers/promises';
import {
  type AlarmHistoryItem,
  DescribeAlarmHistoryCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import { type Asked, asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';

/** Says least to whoever is told: money that is nearly spent, rather than ticks that are missing. */
const HARMLESS = 'budget-near';
const LOOK_SECONDS = 1;
const LOOKS = 12;
const REASON = 'aerie doctor tries whether this alarm reaches somebody; nothing is wrong.';

const setState = (stage: Examined, alarm: MetricAlarm, StateValue: MetricAlarm['StateValue']) =>
  asked(
    'cloudwatch:SetAlarmState',
    stage.clients.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm.AlarmName, StateValue, StateReason: REASON }),
    ),
  );

/** What CloudWatch has done for the alarm since it was set: it writes down whether the topic took the message. */
const actionsSince = (
  stage: Examined,
  { AlarmName }: MetricAlarm,
  since: Date,
): Promise<Asked<readonly AlarmHistoryItem[]>> =>
  asked(
    'cloudwatch:DescribeAlarmHistory',
    stage.clients.cloudwatch
      .send(new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action', StartDate: since }))
      .then(({ AlarmHistoryItems = [] }) => AlarmHistoryItems),
  );

const awaitAction = async (
  stage: Examined,
  alarm: MetricAlarm,
): Promise<Asked<AlarmHistoryItem | undefined>> => {
  // A second earlier: CloudWatch's clock is not this one's.
  const since = new Date((stage.now() - 1) * 1000);
  for (let look = 0; look < LOOKS && !stage.interrupted.aborted; look += 1) {
    const items = await actionsSince(stage, alarm, since);
    if (!items.ok) return items;
    const [item] = items.value;
    if (item !== undefined) return { ok: true, value: item };
    await pause(LOOK_SECONDS * 1000, undefined, { signal: stage.interrupted }).catch(() => undefined);
  }
  return { ok: true, value: undefined };
};

/** Going back to OK is told too; going back to having no data is not. */
const mailsOf = ({ StateValue }: MetricAlarm): string =>
  StateValue === 'OK' ? 'two mails come' : 'one mail comes, because it had no data before';

const judge = (
  alarm: MetricAlarm,
  action: Asked<AlarmHistoryItem | undefined>,
  topicFix: string,
): Finding => {
  const name = alarm.AlarmName ?? '';
  const summary = action.ok ? (action.value?.HistorySummary ?? '') : '';
  if (/^success/i.test(summary)) {
    return ok('alarm-test', `${name} was set on and back, and the topic took its message: ${mailsOf(alarm)}`);
  }
  if (summary !== '') return fail('alarm-test', `${name} was set on, and: ${summary}`, topicFix);
  const why = action.ok ? 'CloudWatch has not written down whether the topic took it' : action.why;
  return warn('alarm-test', `${name} was set on and back; ${why}`, `see whether ${mailsOf(alarm)}`);
};

/** Sets one alarm on and, whatever happens, back to what it was. */
export const testAlarm = async (stage: Examined, alarms: readonly MetricAlarm[]): Promise<Finding> => {
  if (!stage.mayTestAlarm) return skip('alarm-test', 'no alarm was tried, as you wished');
  // One that is on already would not go on again.
  const off = alarms.filter(({ StateValue }) => StateValue !== 'ALARM');
  // Only one with data goes off again with a mail.
  const withData = off.filter(({ StateValue }) => StateValue === 'OK');
  const fit = withData.length > 0 ? withData : off;
  const alarm = fit.find(({ AlarmName = '' }) => AlarmName.includes(HARMLESS)) ?? fit[0];
  if (alarm === undefined) return skip('alarm-test', 'there is no alarm that is off and tells somebody');
  if (stage.interrupted.aborted) return skip('alarm-test', 'interrupted');
  const set = await setState(stage, alarm, 'ALARM');
  if (!set.ok) return warn('alarm-test', set.why);
  const action = await awaitAction(stage, alarm);
  const back = await setState(stage, alarm, alarm.StateValue);
  if (!back.ok) {
    return fail(
      'alarm-test',
      `${alarm.AlarmName} was set on and could not be set back: ${back.why}`,
      `aws cloudwatch set-alarm-state --alarm-name ${alarm.AlarmName} --state-value ${alarm.StateValue} --state-reason test`,
    );
  }
  return judge(alarm, action, `npx cdk deploy -c stage=${stage.config.stage}`);
};
