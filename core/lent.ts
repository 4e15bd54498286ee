import type { Retirement } from './decisions.ts';
import type { Fleet, Member } from './fleet.ts';
import { emptiestFirst, inService, mayLeave } from './surplus.ts';

/** A queue that may hold more of a cap than is its own. */
export interface Lender {
  readonly fleet: Fleet;
  /** Workers that leave already by this tick's decision. */
  readonly leaving: ReadonlySet<string>;
  readonly fair: number;
  /** What it lacks of what it is entitled to and wants. */
  readonly short: number;
  readonly freed: (member: Member) => number;
}

const ROUNDING = 1e-9;

const sumOf = (members: readonly Member[], freed: Lender['freed']): number =>
  members.reduce((n, member) => n + freed(member), 0);

const holdsNone = ({ fleet }: Lender): boolean => fleet.members.length === 0;

const shortOf = (queues: readonly Lender[]): number => queues.reduce((n, { short }) => n + short, 0);

/** Workers of a queue that are on their way out: they give back what they hold by themselves. */
const onTheirWay = ({ fleet, leaving }: Lender): readonly Member[] =>
  fleet.members.filter((member) => !inService(member) || leaving.has(member.record.instanceId));

/**
 * What goes back of a share that was lent, queue by queue: the emptiest workers are drained, for good, of queues that
 * hold more than their own, until those that lack some of theirs will have it. Their jobs run to their end. Workers are
 * whole: nobody gives one that is its own in part, but to a queue that has none at all, and never its last.
 */
export const takenBack = (queues: readonly Lender[], free: number): readonly (readonly Retirement[])[] => {
  const coming = queues.reduce((n, of) => n + sumOf(onTheirWay(of), of.freed), 0);
  let need = shortOf(queues) - free - coming;
  let needForFirst = shortOf(queues.filter(holdsNone)) - free - coming;
  return queues.map((of) => {
    const serving = of.fleet.members.filter(
      (member) => inService(member) && !of.leaving.has(member.record.instanceId),
    );
    let spare = sumOf(serving, of.freed) - of.fair;
    const back: Retirement[] = [];
    for (const member of [...mayLeave(of.fleet, of.leaving)].sort(emptiestFirst)) {
      const size = of.freed(member);
      const isLent = size <= spare + ROUNDING;
      const isOwed = needForFirst > ROUNDING && spare > ROUNDING && back.length + 1 < serving.length;
      if (need <= ROUNDING || !(isLent || isOwed)) break;
      need -= size;
      needForFirst -= size;
      spare -= size;
      const cause = 'its share of the stage is wanted by another queue';
      back.push({ instanceId: member.record.instanceId, step: 'drain', cause });
    }
    return back;
  });
};
