import type { Reason } from '../../../model/reason.ts';
import { liveCores, liveWorkers } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';
import { type Allowance, planLaunches } from '../sizing/launches.ts';
import { type Demand, demandOn } from './demand.ts';
import type { Proposal, Rule } from './rule.ts';

const NOT_ACTIVE = { paused: { kind: 'queue-paused' }, drain: { kind: 'queue-drained' } } as const;

const allowance = ({ settings, budget }: Situation, { fleet }: Proposal): Allowance => ({
  workers: Math.max(0, settings.maxWorkers - liveWorkers(fleet)),
  cores: Math.max(0, settings.maxCores - liveCores(fleet)),
  ...(budget === undefined ? {} : { headroom: budget.headroom, onlyCheapest: budget.step !== 'free' }),
});

/** Why nothing is launched ahead, if the queue asks for it and nothing is known of landings. */
const unknownLandings = ({ settings, facts }: Situation): readonly Reason[] =>
  settings.lookAhead === 'off' || facts.landingsUnknown === undefined ? [] : [facts.landingsUnknown];

const seen = ({
  pilots,
  withoutJobs,
  onJoined,
  onBooting,
  landing,
  landingUnplaced,
}: Demand): readonly Reason[] => [
  { kind: 'pilots-waiting', pilots, onJoined, onBooting },
  ...(withoutJobs > 0 ? [{ kind: 'pilots-asked-for', pilots: withoutJobs } as const] : []),
  ...(landing > 0 ? [{ kind: 'jobs-landing', jobs: landing, unplaced: landingUnplaced } as const] : []),
];

/** What money says to it; `keptBack`: workers that the budget does not allow. */
const spending = ({ budget }: Situation, keptBack: number) =>
  budget === undefined
    ? { why: [], counts: {} }
    : {
        why: budget.why,
        counts: { ...budget.counts, budgetOver: keptBack > 0 || budget.step === 'over' ? 1 : 0 },
      };

const launchesFor = (demand: Demand, situation: Situation, proposal: Proposal) => {
  const { pilots, withoutJobs, onJoined, onBooting, landing, residual } = demand;
  const counts = {
    pilotsUnplaced: pilots - onJoined - onBooting,
    pilotsWithJobs: pilots - withoutJobs,
    ...(withoutJobs > 0 ? { pilotsWithoutJobs: withoutJobs } : {}),
  };
  if (pilots === 0 && landing === 0) return { launches: [], why: seen(demand), counts, keptBack: 0 };
  const plan = planLaunches(residual, situation, allowance(situation, proposal));
  return {
    launches: plan.launches,
    why: [...seen(demand), ...unknownLandings(situation), ...plan.why],
    counts: { ...counts, ...(plan.unsupported > 0 ? { pilotsUnsupported: plan.unsupported } : {}) },
    keptBack: plan.tooDear,
  };
};

/** Launches workers for the pilots that fit on none, within the queue's caps and its budget. */
export const launch: Rule = (situation, proposal) => {
  const { state } = situation.settings;
  const launched =
    state === 'active'
      ? launchesFor(demandOn(situation, proposal.fleet), situation, proposal)
      : { launches: [], why: [NOT_ACTIVE[state]], counts: {}, keptBack: 0 };
  const money = spending(situation, launched.keptBack);
  return {
    ...proposal,
    launches: [...proposal.launches, ...launched.launches],
    why: [...proposal.why, ...launched.why, ...money.why],
    counts: { ...proposal.counts, ...launched.counts, ...money.counts },
  };
};
