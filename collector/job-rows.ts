import { fleetName, MOST_AMOUNT, queueName } from '../core/model/pool.ts';
import type { Resources } from '../core/model/resources.ts';
import { numberOr, readValue, type Value } from './rows.ts';
import { written } from './written.ts';

const IS_PILOT = `${written('MATCH_APF_QUEUE')} != ""`;

/** A pilot names a queue, a plain job a fleet. 5 is the vanilla universe; jobs of docker and of container are that too. */
const JOB = `(${IS_PILOT} || ${written('AerieFleet')} != "") && JobUniverse == 5`;

/** As it is written, with what is not plain made blank: a text could break its line and forge others. */
const inPlain = (attribute: string): string => `replaceall("[^!-~]", ${written(attribute)}, " ")`;

/** A worker's STARTD_NAME is its instance id: `slot1_1@i-0abc…@host`. Of a machine of the pool's own it is `slot1_1@host`. */
const ON_A_WORKER = 'regexp("@i-[0-9a-f]{8,17}@", RemoteHost)';

/**
 * How long a job has been idle, as what is to be added to `now`, rounded towards it: to 30 s within ten minutes, to 5
 * minutes within an hour, to an hour within a day, and to a day. So the lines of many jobs are the same, and the wait that
 * is told of one only ever grows.
 */
const sinceOf = (now: number): string => {
  const since = (from: number) => `EnteredCurrentStatus > ${now - from}`;
  // Whole numbers are divided towards 0.
  const to = (step: number) => `(EnteredCurrentStatus - ${now}) / ${step} * ${step}`;
  return `${since(600)} ? ${to(30)} : ${since(3600)} ? ${to(300)} : ${since(86_400)} ? ${to(3600)} : -86400`;
};

/**
 * One query for all pilots, and for the plain jobs that name a fleet. `real` and `int` come to a number or to none; without
 * them a request may be a text too. `now` is the moment of the question.
 */
export const queueArgs = (now: number): readonly string[] => [
  '-allusers',
  '-constraint',
  JOB,
  '-af:t',
  inPlain('MATCH_APF_QUEUE'),
  inPlain('AerieFleet'),
  'int(JobStatus)',
  'real(RequestCpus)',
  'real(RequestMemory)',
  'real(RequestDisk)',
  'real(RequestGPUs)',
  'real(AerieWallSeconds)',
  `JobStatus == 1 ? LastJobStatus : ${ON_A_WORKER}`,
  // A start only of pilots that run: so the lines of thousands are the same.
  `JobStatus == 1 ? (${sinceOf(Math.floor(now))}) : MATCH_APF_QUEUE is undefined ? 0 : int(JobCurrentStartDate)`,
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
  /** Of a pilot that runs the moment of its start, of a job that is idle the time to when it began to wait. */
  readonly seconds: number | undefined;
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
const nameOf = (cell: string, name: typeof queueName): string | null | undefined => {
  if (cell === '') return undefined;
  return name.safeParse(readValue(cell)).data ?? null;
};

/** Reads a line of the answer to `queueArgs`. */
export const jobOf = (line: string): ReadJob => {
  const [queueCell = '', fleetCell = '', ...cells] = line.split('\t');
  const [queue, fleet] = [nameOf(queueCell, queueName), nameOf(fleetCell, fleetName)];
  if (queue === null || fleet === null) return { unreadable: queue === undefined ? 'plain' : 'pilot' };
  const [status, cpus, memory, disk, gpus, wall, mark, seconds] = cells.map(readValue);
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
    seconds: numberOr(seconds, undefined),
  };
};
