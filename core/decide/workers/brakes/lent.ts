import type { Retirement } from '../../../model/decision.ts';
import type { Fleet, Member } from '../../../observe/fleet.ts';
import { emptiestFirst, inService, mayLeave } from '../rules/rule.ts';

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

const serving = ({ fleet, leaving }: Lender): readonly Member[] =>
  fleet.members.filter((member) => inService(member) && !leaving.has(member.record.instanceId));

/** Workers of a queue that are on their way out: they give back what they hold by themselves. */
const onTheirWay = ({ fleet, leaving }: Lender): readonly Member[] =>
  fleet.members.filter((member) => !inService(member) || leaving.has(member.record.instanceId));

/** What is still to come back: all of it, and what of that is for queues that have no worker at all. */
interface Need {
  whole: number;
  forFirst: number;
}

/** What one lender gives: whole workers that are not its own; one that is in part, only for somebody's first, and never the last. */
const givenBy = (of: Lender, spareNow: number, need: Need): readonly Retirement[] => {
  const back: Retirement[] = [];
  const holds = serving(of).length;
  let spare = spareNow;
  for (const member of [...mayLeave(of.fleet, of.leaving)].sort(emptiestFirst)) {
    const size = of.freed(member);
    const isLent = size <= spare + ROUNDING;
    const isOwed = need.forFirst > ROUNDING && spare > ROUNDING && back.length + 1 < holds;
    if (need.whole <= ROUNDING || !(isLent || isOwed)) break;
    need.whole -= size;
    need.forFirst -= size;
    spare -= size;
    back.push({ instanceId: member.record.instanceId, step: 'drain', cause: { kind: 'share-wanted' } });
  }
  return back;
};

/**
 * What goes back of a share that was lent, from those that hold most beyond their own: the emptiest workers are drained,
 * for good, until those that lack some of theirs will have it. Their jobs run to their end.
 */
export const takenBack = (queues: readonly Lender[], free: number): readonly (readonly Retirement[])[] => {
  const coming = queues.reduce((n, of) => n + sumOf(onTheirWay(of), of.freed), 0);
  const lacking = (of: readonly Lender[]) => of.reduce((n, { short }) => n + short, 0) - free - coming;
  const need: Need = { whole: lacking(queues), forFirst: lacking(queues.filter(holdsNone)) };
  const given = new Map<Lender, readonly Retirement[]>();
  const spareOf = (of: Lender) => sumOf(serving(of), of.freed) - of.fair;
  const lenders = queues.map((of) => ({ of, spare: spareOf(of) })).sort((a, b) => b.spare - a.spare);
  for (const { of, spare } of lenders) given.set(of, givenBy(of, spare, need));
  return queues.map((of) => given.get(of) ?? []);
};
