import { parseQueueSettings } from '../../core/settings/settings.ts';
import { PLACEMENTS } from './placements.ts';
import type { Scenario } from './schema.ts';

const settingsMistakes = ({ queues }: Scenario): readonly string[] =>
  queues.flatMap(({ name, load, settings }) => {
    const read = parseQueueSettings(name, settings);
    if (!read.ok) return read.problems.map(({ knob, why }) => `queue ${name}: ${knob} ${why}`);
    const { cpus } = read.settings;
    return load.cores <= cpus
      ? []
      : [
          `queue ${name}: its jobs have ${load.cores} cores and its pilots ${cpus}; set cpus to ${load.cores} or more, or take narrower jobs`,
        ];
  });

/** What is wrong with the queues of a scenario, their load aside. */
export const queueMistakes = (scenario: Scenario): readonly string[] => {
  const names = scenario.queues.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...settingsMistakes(scenario),
    ...[...twice].map((name) => `there are two queues named ${name}; rename one`),
  ];
};

/** What is wrong with the plain jobs of a scenario, their load aside. */
export const jobMistakes = ({ queues, jobs }: Scenario): readonly string[] =>
  jobs.flatMap(({ user, load, wallSeconds }, index) => {
    const isQueue = queues.some(({ name }) => name === user);
    const isLonger = wallSeconds !== undefined && load.maxRunSeconds > wallSeconds;
    return [
      ...(isQueue
        ? [`jobs[${index}].user is "${user}", which is a queue's name, so both would share as one; rename it`]
        : []),
      ...(isLonger
        ? [
            `jobs[${index}].wallSeconds is ${wallSeconds}, and its jobs run for up to ${load.maxRunSeconds} s; raise it to that`,
          ]
        : []),
    ];
  });

const unknown = (field: string, value: string | undefined, known: Iterable<string>): readonly string[] => {
  const all = [...new Set(known)];
  return value === undefined || all.includes(value)
    ? []
    : [`${field} is "${value}", which no queue of it uses; expected one of ${all.join(', ')}`];
};

/** What is wrong with the faults of a scenario: those that could never hit anything. */
export const faultMistakes = ({ queues, faults }: Scenario): readonly string[] => {
  const flavours = queues.flatMap(({ name, settings }) => {
    const read = parseQueueSettings(name, settings);
    return read.ok ? read.settings.flavours.map((flavour) => flavour.name) : [];
  });
  const zones = PLACEMENTS.map(({ zone }) => zone);
  return faults.flatMap((fault, index) => {
    if (fault.kind === 'orphan') return unknown(`faults[${index}].flavour`, fault.flavour, flavours);
    if (fault.kind === 'template-spoilt') {
      return unknown(
        `faults[${index}].queue`,
        fault.queue,
        queues.map(({ name }) => name),
      );
    }
    if (fault.kind === 'end-refused' && fault.code === 'OperationNotPermitted' && !fault.names) {
      return [`faults[${index}].names is false; expected true, for EC2 names an instance that is protected`];
    }
    if (fault.kind !== 'no-capacity' && fault.kind !== 'fleet-refused') return [];
    const ofFlavour = unknown(`faults[${index}].flavour`, fault.flavour, flavours);
    return [...ofFlavour, ...unknown(`faults[${index}].zone`, fault.zone, zones)];
  });
};
