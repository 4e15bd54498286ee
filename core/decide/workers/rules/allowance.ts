import { liveCores, liveWorkers } from '../../../observe/fleet.ts';
import { without } from '../../../observe/money/budget.ts';
import type { Situation } from '../../../observe/situation.ts';
import type { Allowance } from '../sizing/launches.ts';
import type { Proposal } from './rule.ts';

/** Workers of a fleet that boot, and those that its open launches may still bring. */
const bootingIn = ({ fleet }: Proposal): number =>
  fleet.members.filter(({ record, pool }) => record.state.kind === 'booting' && pool === undefined).length +
  fleet.launches.reduce((n, { request }) => n + request.count, 0);

/** What a fleet may still launch, beside what is proposed already: within its caps, its budget, and what may boot at once. */
export const allowanceOf = ({ settings, budget }: Situation, proposal: Proposal): Allowance => {
  const { fleet, launches } = proposal;
  const planned = launches.reduce((n, { request }) => n + request.count, 0);
  const cores = launches.reduce((n, { request, offers }) => n + request.count * offers.cpus, 0);
  const headroom = launches.reduce(
    (left, { request, prices = {} }) =>
      left && without(left, Math.max(0, ...Object.values(prices)), request.count),
    budget?.headroom,
  );
  const workers = Math.min(
    settings.maxWorkers - liveWorkers(fleet),
    settings.maxBooting - bootingIn(proposal),
    settings.maxLaunchPerTick,
  );
  return {
    workers: Math.max(0, workers - planned),
    cores: Math.max(0, settings.maxCores - liveCores(fleet) - cores),
    ...(headroom === undefined ? {} : { headroom, onlyCheapest: budget?.step !== 'free' }),
  };
};
