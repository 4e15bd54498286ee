import { holdPilots, planPilots as planPilotsOn } from '../../core/decide/pilots/plan.ts';
import { holdWorkers, planWorkers as planWorkersOn } from '../../core/decide/workers/plan.ts';
import { aboveCap } from '../../core/decide/workers/rules/above-cap.ts';
import { leave } from '../../core/decide/workers/rules/leave.ts';
import { roll } from '../../core/decide/workers/rules/roll.ts';
import type { Proposal } from '../../core/decide/workers/rules/rule.ts';
import type { PilotDecision, Retirement, WorkerDecision } from '../../core/model/decision.ts';
import { establish } from '../../core/observe/facts.ts';
import type { Fleet } from '../../core/observe/fleet.ts';
import { type Situation, sharedBy, situationOf } from '../../core/observe/situation.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { NOW, type PilotWorld, STAGE, type WorkerWorld, workerWorld } from './worlds.ts';

/** Plans pilots on what was observed, as a tick does; without facts every queue holds. */
export const planPilots = (world: PilotWorld): readonly PilotDecision[] => {
  const established = establish(world);
  return established.ok
    ? planPilotsOn({ ...world, facts: established.facts })
    : holdPilots(world, world.now, established.why);
};

/** Plans workers on what was observed, as a tick does; without facts every fleet holds. */
export const planWorkers = (world: WorkerWorld): readonly WorkerDecision[] => {
  const established = establish(world);
  return established.ok
    ? planWorkersOn({ ...world, facts: established.facts })
    : holdWorkers(world, world.now, established.why);
};

/** The situation of the first fleet of a world, which has to have facts and settings. */
export const situationIn = (world: WorkerWorld): Situation => {
  const established = establish(world);
  const [fleet] = world.fleets;
  if (!established.ok || fleet?.ok !== true) throw new Error('expected a world with facts and settings');
  const shared = sharedBy({ ...world, facts: established.facts });
  const { name } = fleet.settings;
  return situationOf(fleet.settings, shared, shared.launchingOf(name).ec2.launchTokens);
};

/**
 * Returns the steps that the rules about leaving propose for a fleet. Unless it is given, nothing is known of jobs that
 * cannot be seen, and nothing is rolled.
 */
export const retired = (
  fleet: Fleet,
  settings: FleetSettings,
  given: Partial<Situation> = {},
): readonly Retirement[] => {
  const base = situationIn(workerWorld());
  const situation: Situation = {
    ...base,
    fleet,
    settings,
    facts: { ...base.facts, viewedAt: NOW },
    agesAt: NOW,
    blackHoles: new Set(),
    withoutRoom: new Set(),
    hiddenJobs: Number.POSITIVE_INFINITY,
    joinDeadlineOf: () => settings.joinDeadlineSeconds,
    stage: given.from === undefined ? { ...STAGE, imageUnknown: 'nobody knows' } : STAGE,
    ...given,
  };
  const nothing: Proposal = { fleet, launches: [], retirements: [], why: [], counts: {} };
  return [leave, aboveCap, roll].reduce((before, rule) => rule(situation, before), nothing).retirements;
};
