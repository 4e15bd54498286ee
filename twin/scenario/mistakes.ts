import { offered } from '../../core/model/flavours.ts';
import { DEFAULT_FLEET } from '../../core/model/pool.ts';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { lackOf } from '../../core/settings/holdable.ts';
import { nameOf } from '../../core/settings/parse.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import { PLACEMENTS } from './placements.ts';
import type { Fault, Scenario, ScenarioJobs } from './schema.ts';
import { fleetNamesOf, fleetsOf, settingsOf } from './settings.ts';

const listOf = (names: Iterable<string>): string => [...new Set(names)].join(', ');

/** A knob that stands with the wrong kind of owner; in a scenario there are no paths of SSM to name. */
const misplaced = (of: 'queue' | 'fleet', knob: string): string | undefined => {
  if (of === 'queue' && Object.hasOwn(FLEET_KNOBS, knob) && !Object.hasOwn(QUEUE_KNOBS, knob)) {
    return "is a knob of fleets; move it to the queue's fleet under fleets";
  }
  if (of === 'fleet' && Object.hasOwn(QUEUE_KNOBS, knob) && !Object.hasOwn(FLEET_KNOBS, knob)) {
    return 'is a knob of queues; move it to the settings of a queue';
  }
  return undefined;
};

const settingsMistakes = (scenario: Scenario): readonly string[] => {
  const { queues, fleets } = settingsOf(scenario);
  const of = (kind: 'queue' | 'fleet', all: typeof queues | typeof fleets): readonly string[] =>
    all.flatMap((one) =>
      one.ok
        ? []
        : one.problems.map(
            ({ knob, why }) => `${kind} ${nameOf(one)}: ${knob} ${misplaced(kind, knob) ?? why}`,
          ),
    );
  return [...of('queue', queues), ...of('fleet', fleets)];
};

const tooWide = (scenario: Scenario): readonly string[] => {
  const pilots = new Map(
    settingsOf(scenario).queues.flatMap((queue) =>
      queue.ok ? [[queue.settings.name, queue.settings.cpus] as const] : [],
    ),
  );
  return scenario.queues.flatMap(({ name, load }) => {
    const cpus = pilots.get(name);
    return cpus === undefined || load.cores <= cpus
      ? []
      : [
          `queue ${name}: its jobs have ${load.cores} cores and its pilots ${cpus}; set cpus to ${load.cores} or more, or take narrower jobs`,
        ];
  });
};

/** Fleets with knobs that nobody's jobs run on. */
const idleFleets = (scenario: Scenario): readonly string[] => {
  const used = new Set([
    ...settingsOf(scenario).queues.flatMap((queue) => (queue.ok ? [queue.settings.fleet] : [])),
    ...scenario.queues.flatMap(({ settings }) => settings.fleet ?? []),
    ...scenario.jobs.map(({ fleet }) => fleet),
  ]);
  return fleetsOf(scenario)
    .filter(({ name }) => name !== DEFAULT_FLEET && !used.has(name))
    .map(
      ({ name }) =>
        `fleet ${name}: no queue and no jobs name it; give a queue the knob fleet, or take it out`,
    );
};

/** What is wrong with the queues and fleets of a scenario, their load aside. */
export const settledMistakes = (scenario: Scenario): readonly string[] => {
  const names = scenario.queues.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const isIdle = scenario.queues.length === 0 && scenario.jobs.length === 0;
  return [
    ...(isIdle ? ['there are neither queues nor jobs, and nothing would happen; give it one of them'] : []),
    ...settingsMistakes(scenario),
    ...tooWide(scenario),
    ...idleFleets(scenario),
    ...[...twice].map((name) => `there are two queues named ${name}; rename one`),
  ];
};

/** Nobody could ever run jobs that no machine of their fleet holds. */
const homeless = (
  { fleet, load, memoryMb, diskMb, gpus }: ScenarioJobs,
  fleets: ReadonlyMap<string, FleetSettings>,
): string | undefined => {
  const settings = fleets.get(fleet);
  if (settings === undefined) return undefined;
  const shape = { cpus: load.cores, memoryMb, diskMb, gpus };
  const rooms = settings.flavours.map((flavour) => offered(flavour, Number.POSITIVE_INFINITY));
  const lack = lackOf(shape, rooms);
  return lack === undefined ? undefined : `${lack.knob} ${lack.why} (fleet ${fleet})`;
};

/** What is wrong with the plain jobs of a scenario, their load aside. */
export const jobMistakes = (scenario: Scenario): readonly string[] => {
  const names = fleetNamesOf(scenario);
  const fleets = new Map(fleetsOf(scenario).map((fleet) => [fleet.name, fleet]));
  return scenario.jobs.flatMap((jobs, index) => {
    const { user, fleet, load, wallSeconds } = jobs;
    const at = `jobs[${index}]`;
    const lack = homeless(jobs, fleets);
    return [
      ...(scenario.queues.some(({ name }) => name === user)
        ? [`${at}.user is "${user}", which is a queue's name, so both would share as one; rename it`]
        : []),
      ...(names.includes(fleet)
        ? []
        : [`${at}.fleet is "${fleet}", and there is no such fleet; expected one of ${listOf(names)}`]),
      ...(lack === undefined ? [] : [`${at}: ${lack}`]),
      ...(wallSeconds !== undefined && load.maxRunSeconds > wallSeconds
        ? [
            `${at}.wallSeconds is ${wallSeconds}, and its jobs run for up to ${load.maxRunSeconds} s; raise it to that`,
          ]
        : []),
    ];
  });
};

const unknown = (
  field: string,
  value: string | undefined,
  known: Iterable<string>,
  which = 'which no fleet of it uses',
): readonly string[] =>
  value === undefined || [...known].includes(value)
    ? []
    : [`${field} is "${value}", ${which}; expected one of ${listOf(known)}`];

const NO_QUEUE = 'and there is no such queue';
const NO_FLEET = 'and there is no such fleet';

/** A value is put for a queue or for a fleet, and at one of its own knobs; the value may be as wrong as can be. */
const settingMistakes = (
  at: string,
  { queue, fleet, knob }: Extract<Fault, { kind: 'setting' }>,
  names: { readonly queues: readonly string[]; readonly fleets: readonly string[] },
): readonly string[] => {
  if ((queue === undefined) === (fleet === undefined)) {
    return [`${at} names ${queue === undefined ? 'neither' : 'both'}; expected queue or fleet`];
  }
  const of = queue === undefined ? 'fleet' : 'queue';
  const knobs = of === 'queue' ? QUEUE_KNOBS : FLEET_KNOBS;
  const other = of === 'queue' ? FLEET_KNOBS : QUEUE_KNOBS;
  const owner = [
    ...unknown(`${at}.queue`, queue, names.queues, NO_QUEUE),
    ...unknown(`${at}.fleet`, fleet, names.fleets, NO_FLEET),
  ];
  if (Object.hasOwn(knobs, knob)) return owner;
  const mend = Object.hasOwn(other, knob)
    ? `name a ${of === 'queue' ? 'fleet' : 'queue'} instead`
    : `expected one of ${listOf(Object.keys(knobs))}`;
  return [...owner, `${at}.knob is "${knob}", which is no knob of a ${of}; ${mend}`];
};

/** What is wrong with the faults of a scenario: those that could never hit anything. */
export const faultMistakes = (scenario: Scenario): readonly string[] => {
  const flavours = fleetsOf(scenario).flatMap((fleet) => fleet.flavours.map(({ name }) => name));
  const zones = PLACEMENTS.map(({ zone }) => zone);
  const names = {
    queues: scenario.queues.map(({ name }) => name),
    fleets: fleetNamesOf(scenario),
  };
  return scenario.faults.flatMap((fault, index) => {
    const at = `faults[${index}]`;
    switch (fault.kind) {
      case 'orphan':
        return unknown(`${at}.flavour`, fault.flavour, flavours);
      case 'template-spoilt':
        return unknown(`${at}.queue`, fault.queue, names.queues, NO_QUEUE);
      case 'setting':
        return settingMistakes(at, fault, names);
      case 'end-refused':
        return fault.code === 'OperationNotPermitted' && !fault.names
          ? [`${at}.names is false; expected true, for EC2 names an instance that is protected`]
          : [];
      case 'no-capacity':
      case 'fleet-refused':
        return [
          ...unknown(`${at}.flavour`, fault.flavour, flavours),
          ...unknown(`${at}.zone`, fault.zone, zones, 'where no worker of it may be put'),
        ];
      default:
        return [];
    }
  });
};
