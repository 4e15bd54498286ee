import { offered } from '../../core/model/flavours.ts';
import type { Shape } from '../../core/model/resources.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { lackOf } from '../../core/settings/holdable.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import type { Load } from '../../twin/scenario/load.ts';
import { UsageError } from '../command/usage.ts';
import { typeOf } from '../stage/model-of.ts';
import { ownerText } from '../stage/owners.ts';
import type { GivenJob, GivenLoad } from './given.ts';

/** Who jobs can be for: the queues of a stage, by pilots, and its fleets, as plain jobs. */
interface Homes {
  readonly queues: readonly QueueSettings[];
  readonly fleets: readonly FleetSettings[];
  /** Why nobody can use the others, by `queue/NAME` and `fleet/NAME`. */
  readonly unusable: ReadonlyMap<string, string>;
}

type Home =
  | { readonly of: 'queue'; readonly settings: QueueSettings }
  | { readonly of: 'fleet'; readonly settings: FleetSettings };

/** What a plain job asks for beside its cores, as far as it does not say. */
const PLAIN = { memoryMbPerCore: 2000, diskMb: 1000 } as const;

/** Whom plain jobs of a fleet are counted for. */
const plainUser = (fleet: string): string => `plain-${fleet}`;

const MOST_NAMED = 12;

const namesOf = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ['…'] : [])].join(', ');

const mistake = (job: GivenJob, what: string): never => {
  throw new UsageError(`${job.where}: ${what}.`);
};

/** Finds homes by their names, and the one of jobs that name none. */
const finder = ({ queues, fleets, unusable }: Homes, usual: string | undefined) => {
  const byName = new Map<string, Home>([
    ...fleets.map((settings) => [`fleet/${settings.name}`, { of: 'fleet', settings }] as const),
    ...queues.map((settings) => [`queue/${settings.name}`, { of: 'queue', settings }] as const),
    ...queues.map((settings) => [settings.name, { of: 'queue', settings }] as const),
  ]);
  const [only, ...others] = queues.length > 0 ? queues : fleets;
  const alone = others.length > 0 ? undefined : `${queues.length > 0 ? 'queue' : 'fleet'}/${only?.name}`;
  const all = namesOf([...queues.map(({ name }) => name), ...fleets.map(({ name }) => `fleet/${name}`)]);
  if (only === undefined) {
    const whys = [...unusable].map(([of, why]) => `${of}: ${why}`).join('; ');
    throw new UsageError(`no queue and no fleet of the stage can be used: ${whys}.`);
  }
  if (usual !== undefined && !byName.has(usual)) {
    throw new UsageError(
      `--queue is "${usual}", and there is no queue of that name that can be used; expected one of ${all}.`,
    );
  }
  return (job: GivenJob): Home => {
    const to = job.to ?? usual ?? alone;
    if (to === undefined) {
      return mistake(
        job,
        `the job names no queue, and the stage has more than one; name one in the column queue, or say --queue NAME for those that name none: ${all}`,
      );
    }
    const why = unusable.get(to) ?? unusable.get(`queue/${to}`);
    if (why !== undefined) return mistake(job, `the settings of ${to} cannot be used: ${why}`);
    return byName.get(to) ?? mistake(job, `there is no queue "${to}"; expected one of ${all}`);
  };
};

/** Why a job would never get to run; undefined: it can. */
const unfit = (home: Home, cores: number, { runSeconds, memoryMb }: GivenJob): string | undefined => {
  const whose = ownerText({ of: home.of, name: home.settings.name });
  if (home.of === 'queue') {
    const { cpus, memoryMb: memoryOfPilots, pilotWallSeconds } = home.settings;
    if (cores > cpus) return `they are wider than the pilots of ${whose} (cpus=${cpus})`;
    if (memoryMb !== undefined && memoryMb > memoryOfPilots)
      return `they ask for more memory than the pilots of ${whose} have (memory-mb=${memoryOfPilots})`;
    if (runSeconds > pilotWallSeconds)
      return `they run longer than the pilots of ${whose} (pilot-wall-seconds=${pilotWallSeconds})`;
    return undefined;
  }
  const { flavours, maxLifeSeconds } = home.settings;
  const rooms = flavours.map((flavour) => offered(flavour, Number.POSITIVE_INFINITY));
  if (lackOf(plainShape(cores, memoryMb), rooms) !== undefined)
    return `no flavour of ${whose} holds them (flavours)`;
  return runSeconds > maxLifeSeconds
    ? `they run longer than a worker of ${whose} lives (max-life-seconds=${maxLifeSeconds})`
    : undefined;
};

const plainShape = (cores: number, memoryMb = cores * PLAIN.memoryMbPerCore): Shape => ({
  cpus: cores,
  memoryMb,
  diskMb: PLAIN.diskMb,
  gpus: 0,
});

/** A load for a stage, and what of it no settings of this stage would ever run, by why. */
export interface HousedLoad extends Load {
  readonly leftOut: ReadonlyMap<string, number>;
}

/**
 * Gives every job its queue or fleet. `usual`: whose those are that name none; undefined: the only queue's, or the only fleet's
 * where there is no queue. Throws UsageError: a job names none of several, or one that there is not.
 */
export const housed = (
  { jobs }: Pick<GivenLoad, 'jobs'>,
  homes: Homes,
  usual: string | undefined,
): HousedLoad => {
  const homeOf = finder(homes, usual);
  const ofPanda: Omit<Load['jobs'][number], 'id'>[] = [];
  const plain: Load['plain'][number][] = [];
  const leftOut = new Map<string, number>();
  for (const job of jobs) {
    const home = homeOf(job);
    const { runSeconds, at: arrivesAt } = job;
    const cores = job.cores ?? (home.of === 'queue' ? home.settings.cpus : 1);
    const why = unfit(home, cores, job);
    if (why !== undefined) {
      leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    } else if (home.of === 'queue') {
      const { settings } = home;
      ofPanda.push({ siteid: settings.name, resourceType: typeOf(settings), cores, arrivesAt, runSeconds });
    } else {
      const { name: fleet } = home.settings;
      const user = plainUser(fleet);
      const named = { name: `${user}/${plain.length}`, user, fleet };
      plain.push({
        ...named,
        shape: plainShape(cores, job.memoryMb),
        runSeconds,
        wallSeconds: undefined,
        arrivesAt,
      });
    }
  }
  if (ofPanda.length + plain.length === 0) {
    throw new UsageError(
      `no job of the load would ever run: ${[...leftOut].map(([why, count]) => `${count} because ${why}`).join('; ')}.`,
    );
  }
  return { jobs: ofPanda.map((job, index) => ({ id: index + 1, ...job })), plain, notBrokered: 0, leftOut };
};
