import { holdPilots, planPilots } from '../decide/pilots/plan.ts';
import { holdWorkers, planWorkers } from '../decide/workers/plan.ts';
import type { Decision, PilotDecision, WorkerDecision } from '../model/decision.ts';
import type { Reason } from '../model/reason.ts';
import { establish, type Facts } from '../observe/facts.ts';
import type { StageSettings } from '../settings/joint.ts';
import { type SettingsBasis, settingsAt } from '../settings/settings-at.ts';
import type { TickInputs } from './inputs.ts';

const ofPilots = (decisions: readonly PilotDecision[]): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'pilots', ...decision }));

const ofWorkers = (decisions: readonly WorkerDecision[]): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'workers', ...decision }));

const held = ({ of, at, rested }: TickInputs, settings: StageSettings, why: Reason): readonly Decision[] => {
  if (of === 'pilots') return ofPilots(holdPilots(settings, at, why));
  const fleets =
    rested.of === 'held'
      ? rested.fleetsWithWorkers
      : rested.of === 'workers'
        ? rested.ledger.workers.map(({ fleet }) => fleet)
        : [];
  const ledger = { workers: fleets.map((fleet) => ({ fleet })) };
  return ofWorkers(holdWorkers({ ...settings, ledger }, at, why));
};

/** The facts as the tick had them: whether PanDA was believed is told, and not judged again. */
const factsOf = (facts: Facts, { jobsUnknown }: TickInputs): Facts =>
  jobsUnknown === undefined ? facts : { ...facts, jobs: {}, jobsUnknown };

/** Makes settings of what a tick knew of them. */
type Settle = (basis: SettingsBasis, at: number) => StageSettings;

/**
 * Makes a tick's decisions again, by the functions that made them: the same inputs give the same decisions. `settle`: how its
 * settings are read; who decides many ticks again has one that remembers.
 */
export const decideAgain = (inputs: TickInputs, settle: Settle = settingsAt): readonly Decision[] => {
  const { observed, basis, rested, at } = inputs;
  const settings = settle(basis, at);
  const established = establish(observed);
  if (!established.ok) return held(inputs, settings, established.why);
  const facts = factsOf(established.facts, inputs);
  switch (rested.of) {
    case 'held':
      return held(inputs, settings, rested.why);
    case 'pilots':
      return ofPilots(planPilots({ ...settings, ...rested.view, facts }));
    case 'workers':
      return ofWorkers(planWorkers({ ...settings, facts, ledger: rested.ledger, stage: rested.stage }));
    default:
      return rested satisfies never;
  }
};
