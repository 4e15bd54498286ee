import type { ToldDecision } from '../report/sample.ts';
import type { Scenario } from '../scenario/schema.ts';
import { settingsOf } from '../scenario/settings.ts';
import { doneOf, type Stage } from '../stage/stage.ts';
import type { Summary } from './summary.ts';

const jobs = (count: number): string => `${count} job${count === 1 ? '' : 's'}`;

const inShort = ({ of, what, why }: ToldDecision): string =>
  why.length === 0 ? `${of} ${what}` : `${of} ${what} (${why.map(({ text }) => text).join('; ')})`;

/** The fleets that each queue and each user have their jobs on. */
const fleetsByOwner = (scenario: Pick<Scenario, 'queues' | 'fleets' | 'jobs'>) => {
  const ofQueues = settingsOf(scenario).queues.flatMap((queue) =>
    queue.ok ? [[queue.settings.name, queue.settings.fleet] as const] : [],
  );
  const all = [...ofQueues, ...scenario.jobs.map(({ user, fleet }) => [user, fleet] as const)];
  return Map.groupBy(all, ([owner]) => owner);
};

/** What the summary of a run that cannot come to its end says besides: what is not done, and why, as far as is known. */
export const givenUp = (
  why: string,
  { world, load }: Pick<Stage, 'world' | 'load'>,
  scenario: Pick<Scenario, 'queues' | 'fleets' | 'jobs'>,
  last: ReadonlyMap<string, ToldDecision>,
): Required<Pick<Summary, 'givenUp' | 'jobsNotDone'>> => {
  const ofQueues = scenario.queues.map(({ name }) => {
    const arrived = load.jobs.filter(({ siteid }) => siteid === name).length;
    return { name, count: arrived - doneOf(world, name) };
  });
  const ended = [...world.pool.plain.values()].filter(({ life }) => life.kind === 'ended');
  const ofUsers = [...new Set(scenario.jobs.map(({ user }) => user))].map((name) => {
    const done = ended.filter(({ submitter }) => submitter === name).length;
    return { name, count: load.plain.filter(({ user }) => user === name).length - done };
  });
  const left = [...ofQueues, ...ofUsers].filter(({ count }) => count > 0);
  const fleets = fleetsByOwner(scenario);
  const of = left.map(({ name, count }) => {
    const on = new Set((fleets.get(name) ?? []).map(([, fleet]) => fleet));
    const decisions = [
      last.get(`${name} pilots`),
      ...[...on].map((fleet) => last.get(`${fleet} workers`)),
    ].filter((told) => told !== undefined);
    const said =
      decisions.length === 0 ? '' : `, where aerie last decided: ${decisions.map(inShort).join(', ')}`;
    return `${jobs(count)} of ${name}${said}`;
  });
  const workers = (['live', 'sleeping'] as const).flatMap((how) => {
    const { size } = world.ec2[how];
    return size === 0 ? [] : [`${size} workers are still ${how === 'live' ? 'alive' : 'asleep'}`];
  });
  const rest = [...(of.length === 0 ? [] : [`not done are ${of.join('; ')}`]), ...workers];
  return {
    givenUp: `The run was given up, because ${why}: ${rest.join('; ')}.`,
    jobsNotDone: Object.fromEntries(left.map(({ name, count }) => [name, count])),
  };
};
