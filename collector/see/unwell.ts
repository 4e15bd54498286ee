import type { PoolWorker } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { rowsOf } from '../condor/rows.ts';
import { areLiterals, isWritten, written } from '../condor/written.ts';

/**
 * Asks for workers that say that they are unwell, and why. What they say is asked for as it is written: evaluated, it may
 * take as long as its writer likes.
 */
export const UNWELL_ARGS: readonly string[] = [
  '-constraint',
  [
    isWritten('SlotType', 'Partitionable'),
    isWritten('NODE_HEALTHY', false),
    `${written('EC2InstanceId')} != ""`,
    areLiterals(['EC2InstanceId', 'NODE_REASON']),
  ].join(' && '),
  '-af:tV',
  'unparse(EC2InstanceId)',
  'unparse(NODE_REASON)',
];

/** Longer ones would make a view that nobody takes; whoever reads it cuts it anyway. */
const MOST_CHARACTERS = 800;

/** The inside of a text as HTCondor writes it; undefined for what is none. */
const TEXT = /^"(.*)"$/s;

const textOf = (written: unknown): string | undefined =>
  typeof written === 'string' ? TEXT.exec(written)?.[1] : undefined;

/** Reads the answer to UNWELL_ARGS: why, by instance. */
export const readUnwell = (stdout: string): ReadonlyMap<string, string> =>
  new Map(
    rowsOf(stdout).flatMap(([id, reason]) => {
      const [whose, why] = [textOf(id), textOf(reason)];
      return whose === undefined || why === undefined || why === ''
        ? []
        : [[whose, why.slice(0, MOST_CHARACTERS)] as const];
    }),
  );

/**
 * Adds to workers why they are unwell. Asked only while one takes nothing new; without an answer nothing is added, because a
 * worker without a cause is treated as one that is alone with it.
 */
export const withCauses = async (
  workers: readonly PoolWorker[],
  condor: Condor,
): Promise<readonly PoolWorker[]> => {
  if (!workers.some(({ draining }) => draining)) return workers;
  const answer = await condor('condor_status', UNWELL_ARGS);
  if (!answer.ok) return workers;
  const causes = readUnwell(answer.stdout);
  return workers.map((worker) => {
    const unwell = worker.draining ? causes.get(worker.instanceId) : undefined;
    return unwell === undefined ? worker : { ...worker, unwell };
  });
};
