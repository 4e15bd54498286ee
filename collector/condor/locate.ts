import { rowsOf } from './rows.ts';
import { areLiterals, isWritten, written } from './written.ts';

/** A ClassAd expression that holds for ads of these instances. It evaluates nothing that an ad says. */
export const anyOf = (instanceIds: readonly string[]): string => {
  const texts = instanceIds.map((id) => JSON.stringify(id)).join(',');
  return `stringListMember(${written('EC2InstanceId')}, ${JSON.stringify(texts)}) =?= true`;
};

/** Arguments that ask for the slots of these instances; those whose name is an expression are nobody's. */
export const locateArgs = (instanceIds: readonly string[]): readonly string[] => [
  '-constraint',
  `${isWritten('SlotType', 'Partitionable')} && ${anyOf(instanceIds)} && ${areLiterals(['Name', 'Draining', 'State'])}`,
  '-af:tV',
  'EC2InstanceId',
  'Name',
  'Draining =?= true || State =?= "Drained"',
];

export interface Located {
  /** Any of its slots: a drain is the whole startd's. */
  readonly slot: string;
  readonly draining: boolean;
}

/** Reads the answer to locateArgs: where each instance is that is there. It drains if all of its slots do. */
export const readLocated = (stdout: string): ReadonlyMap<string, Located> => {
  const located = new Map<string, Located>();
  for (const [id, slot, draining] of rowsOf(stdout)) {
    if (typeof id !== 'string' || typeof slot !== 'string') continue;
    const others = located.get(id)?.draining ?? true;
    located.set(id, { slot, draining: draining === true && others });
  }
  return located;
};
