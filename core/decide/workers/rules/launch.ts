import type { Reason } from '../../../model/reason.ts';
import type { Situation } from '../../../observe/situation.ts';
import { planLaunches } from '../sizing/launches.ts';
import { allowanceOf } from './allowance.ts';
import { type Demand, demandOn, unplaced } from './demand.ts';
import type { Proposal, Rule } from './rule.ts';

const NOT_ACTIVE = { paused: { kind: 'fleet-paused' }, drain: { kind: 'fleet-drained' } } as const;

/** Why nothing is launched ahead, if a queue of the fleet asks for it and nothing is known of landings. */
const unknownLandings = ({ settings, facts, queuesOf }: Situation): readonly Reason[] =>
  facts.landingsUnknown === undefined || queuesOf(settings.name).every(({ lookAhead }) => lookAhead === 'off')
    ? []
    : [facts.landingsUnknown];

const seen = ({
  pilots,
  withoutJobs,
  plainJobs,
  onJoined,
  onBooting,
  landing,
  landingUnplaced,
}: Demand): readonly Reason[] => [
  { kind: 'jobs-waiting', pilots, plainJobs, onJoined, onBooting },
  ...(withoutJobs > 0 ? [{ kind: 'pilots-asked-for', pilots: withoutJobs } as const] : []),
  ...(landing > 0 ? [{ kind: 'jobs-landing', jobs: landing, unplaced: landingUnplaced } as const] : []),
];

/** What money says to it; `tooDear`: workers that the budget does not allow. */
const spending = ({ budget }: Situation, tooDear: number) =>
  budget === undefined
    ? { why: [], counts: {} }
    : {
        why: budget.why,
        counts: { ...budget.counts, budgetOver: tooDear > 0 || budget.step === 'over' ? 1 : 0 },
      };

const NOTHING = { launches: [], wakes: [], tooDear: 0, short: [] } as const;

const launchesFor = (demand: Demand, situation: Situation, proposal: Proposal) => {
  const { pilots, withoutJobs, plainJobs, landing, residual, later } = demand;
  const counts = {
    jobsUnplaced: unplaced(demand),
    pilotsWithJobs: pilots - withoutJobs,
    ...(plainJobs > 0 ? { plainJobs } : {}),
    ...(withoutJobs > 0 ? { pilotsWithoutJobs: withoutJobs } : {}),
  };
  if (pilots === 0 && plainJobs === 0 && landing === 0) return { ...NOTHING, why: seen(demand), counts };
  const plan = planLaunches({ residual, later }, situation, allowanceOf(situation, proposal));
  return {
    launches: plan.launches,
    wakes: plan.wakes,
    why: [...seen(demand), ...unknownLandings(situation), ...plan.why],
    counts: { ...counts, ...(plan.unsupported > 0 ? { jobsUnsupported: plan.unsupported } : {}) },
    tooDear: plan.tooDear,
    short: plan.keptBack > 0 ? residual : [],
  };
};

/** Launches workers for the jobs that fit on none, within the fleet's caps and its budget. */
export const launch: Rule = (situation, proposal) => {
  const { state } = situation.settings;
  const launched =
    state === 'active'
      ? launchesFor(demandOn(situation, proposal.fleet), situation, proposal)
      : { ...NOTHING, why: [NOT_ACTIVE[state]], counts: {} };
  const money = spending(situation, launched.tooDear);
  return {
    ...proposal,
    launches: [...proposal.launches, ...launched.launches],
    wakes: launched.wakes,
    why: [...proposal.why, ...situation.wanted.unknown, ...launched.why, ...money.why],
    counts: { ...proposal.counts, ...launched.counts, ...money.counts },
    short: launched.short,
  };
};
