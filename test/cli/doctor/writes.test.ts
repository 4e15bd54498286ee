import { describe, expect, it } from 'vitest';
import { answers } from './breakages.ts';
import { ALARM, ALARMS, alarm } from './well-account.ts';
import { type Examination, examineWorld, wellWorld } from './world.ts';

const statesSet = ({ calls }: Examination) =>
  calls
    .filter(({ action }) => action === 'cloudwatch:SetAlarmState')
    .map(({ params: { AlarmName, StateValue } }) => [AlarmName, StateValue]);

const READS = /^\w+:(Get|List|Describe|Simulate|Query)/;
const testOf = ({ findings }: Examination) => findings.find(({ kind }) => kind === 'alarm-test');

describe('what the doctor writes', () => {
  it('is one alarm, on and back, and nothing else; what would launch is a dry run', async () => {
    const examination = await examineWorld(wellWorld());
    const writes = examination.calls.filter(({ action }) => !READS.test(action));
    expect(writes.map(({ action, params }) => [action, params.DryRun ?? params.StateValue]).sort()).toEqual([
      ['cloudwatch:SetAlarmState', 'ALARM'],
      ['cloudwatch:SetAlarmState', 'OK'],
      ['ec2:CreateFleet', 'true'],
      ['ec2:RunInstances', 'true'],
    ]);
  });

  it('is the alarm that says least to whoever is told', async () => {
    expect(statesSet(await examineWorld(wellWorld()))).toEqual([
      [ALARM, 'ALARM'],
      [ALARM, 'OK'],
    ]);
  });

  it('puts an alarm back to what it was, also when that was no data', async () => {
    const world = wellWorld();
    const unknown = alarm(ALARM, { StateValue: 'INSUFFICIENT_DATA' });
    answers(world, { 'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: [unknown] }) });
    const examination = await examineWorld(world);
    expect(statesSet(examination)).toEqual([
      [ALARM, 'ALARM'],
      [ALARM, 'INSUFFICIENT_DATA'],
    ]);
    expect(testOf(examination)?.text).toMatch(/one mail comes, because it had no data before$/);
  });

  it('takes an alarm that has data rather than one without: only that one goes off with a mail', async () => {
    const world = wellWorld();
    const unknown = alarm(ALARM, { StateValue: 'INSUFFICIENT_DATA' });
    answers(world, { 'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: [unknown, ALARMS[0]] }) });
    const examination = await examineWorld(world);
    expect(statesSet(examination)).toEqual([
      ['aerie-prod-ticks-missing-workers', 'ALARM'],
      ['aerie-prod-ticks-missing-workers', 'OK'],
    ]);
    expect(testOf(examination)?.text).toMatch(/two mails come$/);
  });

  it('takes another alarm where that one is on already', async () => {
    const world = wellWorld();
    const on = alarm(ALARM, { StateValue: 'ALARM', StateReason: 'so it is' });
    answers(world, { 'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: [on, ALARMS[0]] }) });
    expect(statesSet(await examineWorld(world))).toEqual([
      ['aerie-prod-ticks-missing-workers', 'ALARM'],
      ['aerie-prod-ticks-missing-workers', 'OK'],
    ]);
  });

  it('is nothing, if so wished', async () => {
    const world = wellWorld();
    world.mayTestAlarm = false;
    const examination = await examineWorld(world);
    expect([statesSet(examination), testOf(examination)?.level]).toEqual([[], 'skip']);
  });

  it('is put back when the person at the keyboard interrupts, and the rest is not waited for', async () => {
    const world = wellWorld();
    const controller = new AbortController();
    world.interrupted = controller.signal;
    answers(world, {
      'cloudwatch:DescribeAlarmHistory': () => {
        controller.abort();
        return { AlarmHistoryItems: [] };
      },
    });
    const examination = await examineWorld(world);
    expect(statesSet(examination)).toEqual([
      [ALARM, 'ALARM'],
      [ALARM, 'OK'],
    ]);
    expect(testOf(examination)).toMatchObject({ level: 'warn' });
  });

  it('says how to put it back where CloudWatch does not', async () => {
    const world = wellWorld();
    answers(world, {
      'cloudwatch:SetAlarmState': ({ params: { StateValue } }) =>
        StateValue === 'ALARM' ? {} : { refused: 'ResourceNotFound', message: 'gone' },
    });
    expect(testOf(await examineWorld(world))).toMatchObject({
      level: 'FAIL',
      fix: expect.stringMatching(new RegExp(`set-alarm-state --alarm-name ${ALARM} --state-value OK`)),
    });
  });
});
