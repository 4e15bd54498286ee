import { DEFAULT_FLEET, queueName } from '../../core/model/pool.ts';
import { readConfig } from '../../lib/stage/config.ts';
import type { Draft } from './draft.ts';

type Knobs = Readonly<Record<string, string>>;

/** A queue or a fleet as it stands in the block. */
export interface Owner {
  readonly kind: 'queue' | 'fleet';
  readonly name: string;
  readonly knobs: Knobs;
  /** Of a fleet: what its machines have of their own. */
  readonly workerDiskGb?: number;
  readonly sections: readonly string[];
}

/** The same host as in the example stage of cdk.json: a deploy refuses it until the site's own stands there. */
const EXAMPLE = 'cm.example.org';

/** What no file of AutoPyFactory says. */
const STAGE = {
  pandaUrl: 'https://pandaserver.cern.ch:25443/api/v1',
  endpointUrl: `https://${EXAMPLE}:9619`,
  image: '/aws/service/debian/release/13/latest/amd64',
  rootDevice: '/dev/xvda',
  worker: { os: 'debian', pool: EXAMPLE, centralManager: EXAMPLE },
} as const;

const MOST_NAME = 64;

/** A name that a queue or a fleet may have. */
const nameFrom = (text: string): string => {
  const name = text
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MOST_NAME);
  return queueName.safeParse(name).success ? name : 'queue';
};

/** A queue that nobody has looked at submits nothing. */
const stateOf = (draft: Draft): string => (draft.isOn && draft.doubts.length === 0 ? 'active' : 'paused');

export const ownersOf = ([first, ...others]: readonly Draft[]): readonly Owner[] => {
  if (first === undefined || first.refusal !== undefined) return [];
  const { section, queue, fleet } = first;
  const sections = [first, ...others].map((draft) => draft.section.name);
  const name = nameFrom(others.length > 0 ? (queue?.site ?? section.name) : section.name);
  const ofFleet: readonly Owner[] =
    fleet === undefined
      ? []
      : [
          {
            kind: 'fleet',
            name,
            sections,
            knobs: { state: first.isOn ? 'active' : 'paused', ...fleet.knobs },
          },
        ];
  if (queue === undefined) return ofFleet;
  const knobs = {
    state: stateOf(first),
    ...(fleet === undefined ? {} : { fleet: name }),
    ...(queue.site === name ? {} : { siteid: queue.site }),
    ...(queue.chain === undefined ? {} : { chain: queue.chain }),
    ...queue.knobs,
  };
  return [...ofFleet, { kind: 'queue', name, sections, knobs }];
};

/** Numbers as cdk.json has them; a site may be called 42. */
const numbered = (knobs: Knobs): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(knobs).map(([knob, value]) => [
      knob,
      knob !== 'siteid' && /^\d+$/.test(value) ? Number(value) : value,
    ]),
  );

export const blockOf = (owners: readonly Owner[]): Readonly<Record<string, unknown>> => {
  const of = (kind: Owner['kind']) =>
    Object.fromEntries(
      owners
        .filter((owner) => owner.kind === kind)
        .map(({ name, knobs, workerDiskGb }) => [
          name,
          { ...numbered(knobs), ...(workerDiskGb === undefined ? {} : { workerDiskGb }) },
        ]),
    );
  const { pandaUrl, ...stage } = STAGE;
  const queues = of('queue');
  const fleets = of('fleet');
  const hasQueues = Object.keys(queues).length > 0;
  return {
    ...(hasQueues ? { pandaUrl } : {}),
    ...stage,
    fleets:
      Object.keys(fleets).length > 0 || hasQueues
        ? { [DEFAULT_FLEET]: { 'max-workers': 20 }, ...fleets }
        : {},
    ...(hasQueues ? { queues } : {}),
  };
};

/** What a stage of these alone would be refused for. */
export const mistakesOf = (owners: readonly Owner[]): readonly string[] => {
  const read = readConfig({ stages: { site: blockOf(owners) } }, 'site');
  return read.ok ? [] : read.mistakes;
};
