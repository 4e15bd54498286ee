import type { LaunchFrom } from '../../../learn/launch-from.ts';
import { leavingBy } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Template } from '../../../model/templates.ts';
import { isSameTemplate } from '../../../model/templates.ts';
import type { WorkerRecord } from '../../../model/worker.ts';
import type { Member } from '../../../observe/fleet.ts';
import { emptiestFirst, inService, mayLeave, type Rule, withSteps } from './rule.ts';

const hasDrifted = (own: Template, { template, newest }: LaunchFrom): boolean => {
  if (newest !== undefined && isSameTemplate(own, newest)) return false;
  if (own.id !== template.id || Number(own.version) < Number(template.version)) return true;
  return own.version === template.version && own.imageId !== template.imageId;
};

const causeOf = (own: Template, now: Template): Reason => {
  if (own.id !== now.id) return { kind: 'other-template', template: own.id, newTemplate: now.id };
  return own.version === now.version
    ? {
        kind: 'image-replaced',
        ...(own.imageId === undefined ? {} : { imageId: own.imageId }),
        ...(now.imageId === undefined ? {} : { newImageId: now.imageId }),
      }
    : { kind: 'template-replaced', version: own.version, newVersion: now.version };
};

/**
 * Returns what of a worker's image or user-data is no longer what is launched; undefined if nothing is. A later version is no
 * drift: while two versions of aerie run, the older one must not roll what the newer has launched. Nor is a canary's.
 */
export const driftOf = ({ template }: WorkerRecord, from: LaunchFrom): Reason | undefined =>
  template !== undefined && hasDrifted(template, from) ? causeOf(template, from.template) : undefined;

/**
 * Drains workers of an older template, emptiest first: no more of them at a time than `roll-percent` of the fleet's workers,
 * one at least, so that a new image does not empty the pool. Every one is replaced as the load asks for it. Nothing is
 * rolled while the newest image is unknown.
 */
export const roll: Rule = ({ settings, stage, from }, proposal) => {
  const { members } = proposal.fleet;
  const isOld = ({ record }: Member) => driftOf(record, from) !== undefined;
  if (stage.imageUnknown !== undefined || settings.rollPercent === 0 || !members.some(isOld)) return proposal;
  const leaving = leavingBy(proposal.retirements);
  const ending = leavingBy(proposal.retirements.filter(({ step }) => step !== 'undrain'));
  const old = mayLeave(proposal.fleet, leaving).filter(isOld);
  const atATime = Math.max(1, Math.floor((members.length * settings.rollPercent) / 100));
  const rolling = members.filter(
    (member) => isOld(member) && (!inService(member) || ending.has(member.record.instanceId)),
  ).length;
  const steps = old
    .toSorted(emptiestFirst)
    .slice(0, Math.max(0, atATime - rolling))
    .flatMap(({ record }) => {
      const cause = driftOf(record, from);
      return cause === undefined ? [] : [{ instanceId: record.instanceId, step: 'drain', cause } as const];
    });
  return withSteps(proposal, steps);
};
