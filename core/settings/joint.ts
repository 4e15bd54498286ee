import { offered } from '../model/flavours.ts';
import { DEFAULT_FLEET } from '../model/pool.ts';
import { type Shape, shapeKey } from '../model/resources.ts';
import { NOTICE_SECONDS } from '../model/takes.ts';
import type { FleetSettings, ParsedFleet } from './fleet-settings.ts';
import { lackOf } from './holdable.ts';
import { nameOf, type SettingProblem } from './parse.ts';
import { type Place, placeOfFleet } from './place.ts';
import { type ParsedQueue, type QueueSettings, shapeOf } from './queue-settings.ts';

/** The settings of a stage: its queues, and the fleets that they run on. */
export interface StageSettings {
  readonly queues: readonly ParsedQueue[];
  readonly fleets: readonly ParsedFleet[];
}

const tooShortLife = (
  { pilotWallSeconds }: QueueSettings,
  { name, maxLifeSeconds }: FleetSettings,
): readonly SettingProblem[] =>
  maxLifeSeconds > pilotWallSeconds + NOTICE_SECONDS
    ? []
    : [
        {
          knob: 'pilot-wall-seconds',
          why: `is ${pilotWallSeconds}; expected at most ${maxLifeSeconds - NOTICE_SECONDS - 1}: a worker of fleet ${name} lives for ${maxLifeSeconds} s (max-life-seconds), and takes nothing that its last ${NOTICE_SECONDS} s would end`,
        },
      ];

/** A pilot that no flavour can hold would wait for ever. */
const unholdable = (
  queue: QueueSettings,
  fleet: FleetSettings,
  workerDiskMb: number,
): readonly SettingProblem[] => {
  const lack = lackOf(
    shapeOf(queue),
    fleet.flavours.map((flavour) => offered(flavour, workerDiskMb)),
  );
  return lack === undefined ? [] : [{ ...lack, why: `${lack.why} (fleet ${fleet.name})` }];
};

/** So many names of fleets are told: what is wrong is kept in one item of the ledger, with each queue that has it. */
const MOST_TOLD = 20;

const someOf = (names: readonly string[]): string =>
  [...names.slice(0, MOST_TOLD), ...(names.length > MOST_TOLD ? ['…'] : [])].join(', ');

/** The fleets by name, and those of them that are told where a queue names none. */
interface Fleets {
  readonly byName: ReadonlyMap<string, ParsedFleet>;
  readonly some: string;
}

const judged = (queue: ParsedQueue, { byName, some }: Fleets, place: Place | undefined): ParsedQueue => {
  if (!queue.ok) return queue;
  const { name, fleet: wanted } = queue.settings;
  const fleet = byName.get(wanted);
  if (fleet === undefined) {
    const why = `is "${wanted}", and there is no such fleet; set a knob of it, such as /aerie/<stage>/fleets/${wanted}/max-workers, or name one of: ${some}`;
    return { ok: false, name, problems: [{ knob: 'fleet', why }] };
  }
  // What is wrong with its fleet alone holds the fleet: its pilots wait.
  if (!fleet.ok) return queue;
  const problems = [
    ...tooShortLife(queue.settings, fleet.settings),
    ...unholdable(
      queue.settings,
      fleet.settings,
      place === undefined ? Number.POSITIVE_INFINITY : placeOfFleet(place, wanted).workerDiskMb,
    ),
  ];
  return problems.length === 0 ? queue : { ok: false, name, problems };
};

/**
 * Judges what is in bounds by itself, and not together: a queue whose fleet does not exist, has no machine for its pilots, or
 * lets none live long enough cannot be used. Without a `place` the disk that pilots ask for is not judged.
 */
export const judgedTogether = ({ queues, fleets }: StageSettings, place?: Place): StageSettings => {
  const byName = new Map(fleets.map((fleet) => [nameOf(fleet), fleet]));
  const known = { byName, some: someOf([...byName.keys()]) };
  return { queues: queues.map((queue) => judged(queue, known, place)), fleets };
};

/** What the pilots of each fleet's queues ask for, each shape once. */
export const shapesByFleet = (queues: readonly ParsedQueue[]): ReadonlyMap<string, readonly Shape[]> => {
  const byFleet = new Map<string, Map<string, Shape>>();
  for (const queue of queues) {
    if (!queue.ok) continue;
    const { fleet } = queue.settings;
    const shapes = byFleet.get(fleet) ?? new Map<string, Shape>();
    byFleet.set(fleet, shapes);
    const shape = shapeOf(queue.settings);
    shapes.set(shapeKey(shape), shape);
  }
  return new Map([...byFleet].map(([fleet, shapes]) => [fleet, [...shapes.values()]]));
};

/** The names of a stage's fleets in order: the one that is there by itself, then those that have a parameter. */
export const fleetNames = (withParameters: Iterable<string>): readonly string[] => [
  DEFAULT_FLEET,
  ...[...new Set(withParameters)].filter((name) => name !== DEFAULT_FLEET).sort(),
];
