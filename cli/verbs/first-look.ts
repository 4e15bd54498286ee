import type { AlarmName } from '../../lib/alarms.ts';

/** The command that shows most of what an alarm is about. */
const COMMANDS: Readonly<Record<AlarmName, string>> = {
  'ticks-missing': 'doctor',
  'ticks-late': 'doctor',
  'ticks-failing': 'doctor',
  'facts-stale': 'holds',
  'demand-unmet': 'status',
  'never-joined': 'workers --lost',
  'capacity-refused': 'status',
  'quota-refused': 'doctor',
  'quota-near': 'doctor',
  'certificate-expires': 'doctor',
  'credential-ends': 'status',
  'launch-rejected': 'doctor',
  'type-unsupported': 'status',
  'launches-throttled': 'status',
  'caller-refused': 'doctor',
  'end-refused': 'workers',
  'asleep-too-long': 'workers',
  'breaker-open': 'workers --lost',
  'template-rejected': 'workers --lost',
  'audit-missing': 'doctor',
  'orphan-found': 'doctor',
  'discrepancy-stays': 'doctor',
  'bad-settings': 'get',
  'settings-unread': 'doctor',
  'budget-near': 'status',
  'budget-over': 'status',
  'dead-letters': 'dead-letters',
};

const commands: Readonly<Record<string, string>> = COMMANDS;

/** Where to look first when an alarm is on. */
export const firstLook = (alarm: string, stage: string): string =>
  `aerie ${commands[alarm] ?? 'doctor'} --stage ${stage}`;
