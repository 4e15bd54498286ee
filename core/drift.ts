import type { Retirement } from './decisions.ts';
import type { Fleet } from './fleet.ts';
import type { Template } from './records.ts';
import type { QueueSettings } from './settings.ts';
import type { Member } from './side-by-side.ts';
import { emptiestFirst, inService, mayLeave } from './surplus.ts';

/**
 * Whether a worker's image or user-data is no longer the one that is launched. A later version is no drift: while two
 * versions of aerie run, the older one must not roll what the newer has launched.
 */
const hasDrifted = ({ record }: Member, template: Template): boolean =>
  record.template !== undefined &&
  (record.template.id !== template.id || Number(record.template.version) < Number(template.version));

/**
 * Workers of an older template that leave now, emptiest first: no more of them at a time than `roll-percent` of the
 * queue's workers, one at least, so that a new image does not empty the pool. Each is replaced as the load asks for it.
 */
export const drifted = (
  fleet: Fleet,
  settings: QueueSettings,
  template: Template,
  leaving: ReadonlySet<string>,
): readonly Retirement[] => {
  if (settings.rollPercent === 0 || !fleet.members.some((member) => hasDrifted(member, template))) return [];
  const old = mayLeave(fleet, leaving).filter((member) => hasDrifted(member, template));
  if (old.length === 0) return [];
  const atATime = Math.max(1, Math.floor((fleet.members.length * settings.rollPercent) / 100));
  const rolling = fleet.members.filter(
    (member) => hasDrifted(member, template) && (!inService(member) || leaving.has(member.record.instanceId)),
  ).length;
  return old
    .toSorted(emptiestFirst)
    .slice(0, Math.max(0, atATime - rolling))
    .map(({ record }) => ({
      instanceId: record.instanceId,
      step: 'drain',
      cause: `launched from version ${record.template?.version} of its template, which is now ${template.version}`,
    }));
};
