import { isComing } from '../../../model/worker.ts';
import { liveCores, liveWorkers } from '../../../observe/fleet.ts';
import { without } from '../../../observe/money/budget.ts';
import type { Situation } from '../../../observe/situation.ts';
import type { Allowance } from '../sizing/choose.ts';
import type { Proposal } from './rule.ts';

/** Workers of a fleet that boot or wake, and those that its open launches may still bring. */
const bootingIn = ({ fleet }: Proposal): number =>
  fleet.members.filter(({ record, pool }) => isComing(record.state) && pool === undefined).length +
  fleet.launches.reduce((n, { request }) => n + request.count, 0);

/** What a fleet may still start, beside what is proposed already: within its caps, its budget, and what may boot at once. */
export const allowanceOf = ({ settings, budget }: Situation, proposal: Proposal): Allowance => {
  const { fleet, launches, wakes = [] } = proposal;
  const started = [
    ...launches.map(({ request, offers, prices = {} }) => ({
      ...{ count: request.count, cpus: offers.cpus, price: Math.max(0, ...Object.values(prices)) },
    })),
    ...wakes.map(({ offers, dollarsPerHour = 0 }) => ({
      count: 1,
      cpus: offers.cpus,
      price: dollarsPerHour,
    })),
  ];
  const planned = started.reduce((n, { count }) => n + count, 0);
  const cores = started.reduce((n, { count, cpus }) => n + count * cpus, 0);
  const headroom = started.reduce(
    (left, { count, price }) => left && without(left, price, count),
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
