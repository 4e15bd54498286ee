import { fleetName, INSTANCE_ID, MOST_AMOUNT, queueName } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { numberOr, readValue, type Value } from '../condor/rows.ts';
import { written } from '../condor/written.ts';

const IS_PILOT = `${written('MATCH_APF_QUEUE')} != ""`;

/** A pilot names a queue, a plain job a fleet. 5 is the vanilla universe; jobs of docker and of container are that too. */
export const JOB = `(${IS_PILOT} || ${written('AerieFleet')} != "") && JobUniverse == 5`;

/** Pilots are submitted to the endpoint's own schedd only. */
export const PLAIN_JOB = `${JOB} && !(${IS_PILOT})`;

/** As it is written, with what is not plain made blank: a text could break its line and forge others. */
const inPlain = (attribute: string): string => `replaceall("[^!-~]", ${written(attribute)}, " ")`;

/** A worker's STARTD_NAME is its instance id: `slot1_1@i-0abc…@host`. Of a machine of the pool's own it is `slot1_1@host`. */
const ON_A_WORKER = `regexp("@${INSTANCE_ID}@", RemoteHost)`;

/** Moments are asked for in so many seconds, so that the lines of jobs that came together are the same. */
const GRAIN_SECONDS = 30;

/** `real` and `int` come to a number or to none; without them it may be a text too, which breaks its line and forges others. */
const argsOf = (constraint: string, queue: string): readonly string[] => [
  '-allusers',
  '-constraint',
  constraint,
  '-af:t',
  queue,
  inPlain('AerieFleet'),
  'int(JobStatus)',
  'real(RequestCpus)',
  'real(RequestMemory)',
  'real(RequestDisk)',
  'real(RequestGPUs)',
  'real(AerieWallSeconds)',
  `JobStatus == 1 ? int(LastJobStatus) : ${ON_A_WORKER}`,
  // The start only of pilots that run, as recentStarts has it to the second.
  `JobStatus == 1 ? EnteredCurrentStatus / ${GRAIN_SECONDS} : MATCH_APF_QUEUE is undefined ? 0 : int(JobCurrentStartDate)`,
];

/** One query for all pilots, and for the plain jobs that name a fleet. */
export const QUEUE_ARGS = argsOf(JOB, inPlain('MATCH_APF_QUEUE'));

/** The same of another schedd, of plain jobs alone. */
export const plainArgs = (schedd: string): readonly string[] => [
  ...['-name', schedd],
  ...argsOf(PLAIN_JOB, '""'),
];

/** 6 is sending its output home, 7 is suspended: both hold their slot. Removed and completed ones are going. */
const STATES: Readonly<Record<number, 'idle' | 'running' | 'held'>> = {
  1: 'idle',
  2: 'running',
  5: 'held',
  6: 'running',
  7: 'running',
};

/** What one line says of a job. */
export interface JobRow {
  /** Undefined: no pilot. */
  readonly queue: string | undefined;
  /** Undefined: it names none. */
  readonly fleet: string | undefined;
  readonly state: 'idle' | 'running' | 'held';
  readonly shape: Resources;
  readonly wallSeconds: number | undefined;
  /** Of an idle one that its machine is lost; of one that runs that it does so on no worker of aerie's. */
  readonly isMarked: boolean;
  /** Of a pilot that runs the moment of its start, of a job that is idle the latest one at which it can have begun to wait. */
  readonly since: number | undefined;
}

const KIB_PER_MB = 1024;

/** A request beyond all bounds is one that fits nowhere; its job counts all the same. */
const within = (request: number): number => Math.min(MOST_AMOUNT, Math.max(0, request));

const shapeOf = ([cpus, memory, disk, gpus]: readonly Value[]): Resources => ({
  cpus: within(numberOr(cpus, 1)),
  memoryMb: within(numberOr(memory, 0)),
  diskMb: within(Math.ceil(numberOr(disk, 0) / KIB_PER_MB)),
  gpus: within(numberOr(gpus, 0)),
});

/** Those that became idle from there have lost their machine; one that was released was held before. */
const HAS_RUN: readonly Value[] = [2, 6, 7];

/** `unreadable`: its queue or its fleet is none that aerie could have. `gone`: it has ended. */
export type ReadJob = JobRow | { readonly unreadable: 'pilot' | 'plain' } | 'gone';

/** A name as it is written: undefined for an attribute that is absent, null for what is none that aerie could have. */
const nameOf = (cell: string | undefined, name: typeof queueName): string | null | undefined => {
  if (cell === undefined || cell === '') return undefined;
  return name.safeParse(readValue(cell)).data ?? null;
};

/** The end of a grain. */
const endOf = (grain: number | undefined): number | undefined =>
  grain === undefined ? undefined : (Math.floor(grain) + 1) * GRAIN_SECONDS;

/** Reads a line of the answer to QUEUE_ARGS. */
export const jobOf = (line: string): ReadJob => {
  const [queueCell, fleetCell, ...cells] = line.split('\t');
  const [queue, fleet] = [nameOf(queueCell, queueName), nameOf(fleetCell, fleetName)];
  if (queue === null || fleet === null) return { unreadable: queue === undefined ? 'plain' : 'pilot' };
  const [status, cpus, memory, disk, gpus, wall, mark, moment] = cells.map(readValue);
  const state = STATES[numberOr(status, 0)];
  if (state === undefined) return 'gone';
  const longest = numberOr(wall, -1);
  return {
    queue,
    fleet,
    state,
    shape: shapeOf([cpus, memory, disk, gpus]),
    wallSeconds: longest < 0 ? undefined : within(longest),
    isMarked: state === 'idle' ? HAS_RUN.includes(mark) : mark === false,
    since: state === 'idle' ? endOf(numberOr(moment, undefined)) : numberOr(moment, undefined),
  };
};
