import { areLiterals, isWritten, written } from '../condor/written.ts';
import { SLOT_ATTRIBUTES } from './slot.ts';
import type { OwnClause } from './start-clauses.ts';

/** Identities that the endpoint has signed a token for. The collector itself writes into an ad whose it is. */
const IS_WORKERS_OWN = `regexp("^\\"(i|os)-[0-9a-f-]+@", ${written('AuthenticatedIdentity')}) =?= true`;

/**
 * The partitionable slots of aerie's workers: they count the dynamic ones. Other tools name the instance too; ours say
 * that they are aerie's, and those that began before there was such a mark name their queue.
 */
const IS_SLOT = [
  isWritten('MyType', 'Machine'),
  isWritten('SlotType', 'Partitionable'),
  `${written('EC2InstanceId')} != ""`,
  `(${isWritten('AerieWorker', true)} || ${written('APF_QUEUE')} != "")`,
].join(' && ');

/** What says when a collector started. It is asked of every ad, so a worker may say nothing there that is no literal. */
const STARTED = ['COLLECTOR_StartTime', 'StatsLastUpdateTime', 'StatsLifetime'];

const IS_READABLE = areLiterals([...SLOT_ATTRIBUTES, ...STARTED]);

/**
 * Who says when the collector started: its own ad, and that of the central manager's master, whichever is there. What a
 * worker has sent is neither, whatever it says of itself.
 */
const IS_OWN = `(${isWritten('MyType', 'Collector')} || ${isWritten('MyType', 'DaemonMaster')} && ${written('COLLECTOR_StartTime')} != "") && !(${IS_WORKERS_OWN})`;

/**
 * Asks for the workers and for who says when the collector started: with that ad an answer is never empty, so that
 * nothing at all is a fault and not an empty pool. A pool's COLLECTOR_REQUIREMENTS may keep out the collector's own ad,
 * which has no identity.
 */
export const STATUS_ARGS: readonly string[] = [
  '-any',
  '-constraint',
  `(${IS_SLOT} && ${IS_READABLE}) || (${IS_OWN})`,
  '-af:tV',
  // The master has it. The collector's own ad has no DaemonStartTime, but counts its statistics from its start.
  'COLLECTOR_StartTime isnt undefined ? COLLECTOR_StartTime : StatsLastUpdateTime - StatsLifetime',
  ...SLOT_ATTRIBUTES.map((attribute) =>
    attribute === 'MyAddress' ? 'regexp("CCBID=", MyAddress)' : attribute,
  ),
];

/** Asks for the workers whose ads cannot be asked for what they say: only whose they are. */
export const ODD_ARGS: readonly string[] = [
  '-constraint',
  `${IS_SLOT} && !(${IS_READABLE})`,
  '-af:tV',
  'AuthenticatedIdentity',
];

/**
 * Nothing new is matched to such a slot. The Requirements of one that condor_off -peaceful has switched off are the word
 * false, while State goes on to say Unclaimed; START of one that an operator has closed may be. Evaluated they are no
 * use: without a job both are false on every healthy worker.
 */
const TAKES_NOTHING = [
  isWritten('Draining', true),
  isWritten('State', 'Drained'),
  isWritten('Requirements', false),
  isWritten('Start', false),
  isWritten('NODE_HEALTHY', false),
].join(' || ');

/** Whose a slot is, and of which start of its startd. */
const WHICH = ['EC2InstanceId', 'DaemonStartTime'];

/**
 * Asks for the slots that take nothing new; the attributes that say so may be expressions, and so are not asked for. First
 * whether it is START that says so, and no drain.
 */
export const CLOSED_ARGS: readonly string[] = [
  '-constraint',
  `${IS_SLOT} && ${areLiterals(WHICH)} && (${TAKES_NOTHING})`,
  '-af:tV',
  `${isWritten('Start', false)} && !(${isWritten('Draining', true)})`,
  ...WHICH,
];

/** START as it is written, in one line of plain characters: HTCondor breaks lists into several. */
const PLAIN_START = `replaceall("[^!-~]", ${written('Start')}, " ")`;

/** Some three times as long as what workers come with. */
const START_CHARACTERS = 4000;

/** Asks for one slot with another START than these, and whose it is; such as cannot be repeated in a question are left out. */
export const otherStartArgs = (known: readonly string[]): readonly string[] => [
  '-constraint',
  [
    IS_SLOT,
    areLiterals(['EC2InstanceId']),
    // No backslash: see written.ts.
    `regexp("^[] !-[^-~]{1,${START_CHARACTERS}}$", ${PLAIN_START}) =?= true`,
    ...known.map((start) => `${PLAIN_START} =!= ${JSON.stringify(start)}`),
  ].join(' && '),
  ...['-limit', '1'],
  '-af:tV',
  'EC2InstanceId',
  PLAIN_START,
];

/** A START, and the clauses of it that no job has a say in: one at least. */
export interface JudgedStart {
  readonly start: string;
  readonly clauses: readonly [OwnClause, ...OwnClause[]];
}

/** The collector evaluates what its admin, or a worker's root, has written: over literals alone, and so in no time. */
const isFalse = ({ text, present, looked }: OwnClause): string =>
  [
    ...present.map((name) => `${written(name)} != ""`),
    ...(present.length + looked.length === 0 ? [] : [areLiterals([...present, ...looked])]),
    // 0 is false to the negotiator too.
    `((${text}) ? true : false) =?= false`,
  ].join(' && ');

const isShutBy = ({ start, clauses }: JudgedStart): string =>
  `${PLAIN_START} =?= ${JSON.stringify(start)} && (${clauses.map((own) => `(${isFalse(own)})`).join(' || ')})`;

/** Asks for the slots that one of these keeps shut, and that are not closed otherwise; last which of them it is. */
export const shutArgs = (starts: readonly JudgedStart[]): readonly string[] => [
  '-constraint',
  `${IS_SLOT} && ${areLiterals(WHICH)} && !(${TAKES_NOTHING}) && (${starts.map((of) => `(${isShutBy(of)})`).join(' || ')})`,
  '-af:tV',
  ...WHICH,
  starts.reduceRight(
    (otherwise, { start }, index) =>
      `(${PLAIN_START} =?= ${JSON.stringify(start)} ? ${index} : ${otherwise})`,
    'undefined',
  ),
];

/** Asks for the identities that sent the ads of workers: the collector itself has written them. */
export const WHOSE_ARGS: readonly string[] = ['-constraint', IS_SLOT, '-af:tV', 'AuthenticatedIdentity'];

/** The same question, of ads only for which this holds; it is looked at first. */
export const narrowed = (args: readonly string[], condition: string): readonly string[] => {
  const at = args.indexOf('-constraint') + 1;
  return args.map((arg, index) => (index === at ? `${condition} && (${arg})` : arg));
};
