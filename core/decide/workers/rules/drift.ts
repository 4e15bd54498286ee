import type { Retirement } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import { isSameTemplate } from '../../../model/templates.ts';
import type { Template } from '../../../model/worker.ts';
import type { Fleet, Member } from '../../../observe/fleet.ts';
import type { QueueSettings } from '../../../settings/queue-settings.ts';
import { emptiestFirst, inService, mayLeave } from './surplus.ts';

/** What workers are launched from, and the newest template, of which there may be canaries. */
export interface Current {
  readonly template: Template;
  readonly newest?: Template;
}

/**
 * Whether a worker's image or user-data is no longer the one that is launched. A later version is no drift: while two
 * versions of aerie run, the older one must not roll what the newer has launched. Nor is a canary's.
 */
const hasDrifted = ({ record }: Member, { template, newest }: Current): boolean => {
  const own = record.template;
  if (own === undefined || (newest !== undefined && isSameTemplate(own, newest))) return false;
  if (own.id !== template.id || Number(own.version) < Number(template.version)) return true;
  return own.version === template.version && own.imageId !== template.imageId;
};

const causeOf = (own: Template, now: Template): Reason =>
  own.version === now.version
    ? {
        kind: 'image-replaced',
        ...(own.imageId === undefined ? {} : { imageId: own.imageId }),
        ...(now.imageId === undefined ? {} : { newImageId: now.imageId }),
      }
    : { kind: 'template-replaced', version: own.version, newVersion: now.version };

/**
 * Workers of an older template that leave now, emptiest first: no more of them at a time than `roll-percent` of the
 * queue's workers, one at least, so that a new image does not empty the pool. Each is replaced as the load asks for it.
 */
export const drifted = (
  fleet: Fleet,
  settings: QueueSettings,
  current: Current,
  leaving: ReadonlySet<string>,
): readonly Retirement[] => {
  if (settings.rollPercent === 0 || !fleet.members.some((member) => hasDrifted(member, current))) return [];
  const old = mayLeave(fleet, leaving).filter((member) => hasDrifted(member, current));
  if (old.length === 0) return [];
  const atATime = Math.max(1, Math.floor((fleet.members.length * settings.rollPercent) / 100));
  const rolling = fleet.members.filter(
    (member) => hasDrifted(member, current) && (!inService(member) || leaving.has(member.record.instanceId)),
  ).length;
  return old
    .toSorted(emptiestFirst)
    .slice(0, Math.max(0, atATime - rolling))
    .flatMap(({ record: { instanceId, template } }) =>
      template === undefined
        ? []
        : [{ instanceId, step: 'drain', cause: causeOf(template, current.template) }],
    );
};
