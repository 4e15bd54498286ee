import { expect, it } from 'vitest';
import { QUEUE_ARGS } from '../../collector/see-pilots.ts';
import { locateArgs, STATUS_ARGS } from '../../collector/see-workers.ts';

/** Holds for an ad whose two names are plain texts: an expression could be somebody else's when it is read. */
const WRITTEN_OUT =
  'unparse(EC2InstanceId) == strcat("\\"", EC2InstanceId, "\\"") && unparse(Name) == strcat("\\"", Name, "\\"")';

it('the collector is asked for workers and for its own start', () => {
  expect(STATUS_ARGS).toEqual([
    '-any',
    '-constraint',
    '(MyType == "Machine" && SlotType == "Partitionable" && EC2InstanceId isnt undefined) || MyType == "Collector" || (MyType == "DaemonMaster" && COLLECTOR_StartTime isnt undefined && EC2InstanceId is undefined)',
    '-af:tV',
    `ifThenElse(EC2InstanceId is undefined, undefined, ifThenElse(${WRITTEN_OUT}, EC2InstanceId, "an expression"))`,
    ...['APF_QUEUE', 'TotalSlotCpus', 'TotalSlotMemory', 'TotalSlotDisk', 'TotalSlotGPUs'],
    ...['Cpus', 'Memory', 'Disk', 'GPUs', 'NumDynamicSlots'],
    'Draining =?= true || State =?= "Drained" || unparse(Requirements) =?= "false" || NODE_HEALTHY =?= false',
    'regexp("CCBID=", MyAddress)',
    ...['DaemonStartTime', 'LastHeardFrom'],
    'COLLECTOR_StartTime isnt undefined ? COLLECTOR_StartTime : StatsLastUpdateTime - StatsLifetime',
  ]);
});

it('the collector is asked for the slots of workers by their instance ids', () => {
  expect(locateArgs(['i-1', 'i-2'])).toEqual([
    '-constraint',
    'SlotType == "Partitionable" && stringListMember(EC2InstanceId, "i-1,i-2") =?= true',
    '-af:tV',
    'EC2InstanceId',
    `ifThenElse(${WRITTEN_OUT}, Name, undefined)`,
    'Draining =?= true || State =?= "Drained"',
  ]);
});

it('the schedd is asked for the pilots of all users', () => {
  expect(QUEUE_ARGS).toEqual([
    ...['-allusers', '-constraint', 'MATCH_APF_QUEUE isnt undefined && JobUniverse == 5', '-af:tV'],
    ...['MATCH_APF_QUEUE', 'JobStatus', 'RequestCpus', 'RequestMemory', 'RequestDisk', 'RequestGPUs'],
    'JobStatus == 1 ? 0 : JobCurrentStartDate',
  ]);
});
