import { ownerKey } from '../../core/settings/settings-record.ts';
import { each } from '../stage/parallel.ts';
import { sinceOf } from '../verbs/workers.ts';
import { eventsOf, outcomesOf } from './events.ts';
import type { Seen } from './recorder.ts';
import { fleetRow, queueRow } from './rows.ts';
import { type Steps, stepsOf } from './series.ts';
import type { Event, Head, Machine, View } from './view.ts';

/** The newest ones; who wants more asks `aerie history` and `aerie holds`. */
const MOST_EVENTS = 150;

/** A fact is old after three turns of the function that sees it, seconds. */
const OLD_SECONDS = { pilots: 180, workers: 180, settings: 900 } as const;

const factsOf = ({ status: { facts } }: Seen): Head['facts'] => {
  const fact = (name: keyof typeof OLD_SECONDS, ageSeconds: number | null) => ({
    name,
    ageSeconds,
    isOld: ageSeconds === null || ageSeconds > OLD_SECONDS[name],
  });
  const { pilots, workers, settingsAgeSeconds } = facts;
  return [
    ...(pilots === null ? [] : [fact('pilots', pilots.ageSeconds)]),
    fact('workers', workers?.ageSeconds ?? null),
    ...(workers === null
      ? []
      : [{ name: 'pool', ageSeconds: workers.ageSeconds + workers.poolAgeSeconds, isOld: false }]),
    fact('settings', settingsAgeSeconds),
  ];
};

const healthOf = ({ status: { alarms, queues, fleets } }: Seen): Head['health'] => {
  const holds = [...queues, ...fleets].filter(({ last }) => last?.kind === 'hold').length;
  const words = [
    ...(alarms.length === 0 ? [] : [`${alarms.length} alarm${alarms.length === 1 ? '' : 's'} on`]),
    ...(holds === 0 ? [] : [`${holds} hold${holds === 1 ? 's' : ''}`]),
  ];
  const tone = alarms.length > 0 ? 'alarm' : holds > 0 ? 'hold' : 'well';
  return { word: words.length === 0 ? 'well' : words.join(', '), tone };
};

const alarmEvents = ({ status: { alarms } }: Seen): readonly Event[] =>
  alarms.map(({ name, since, urgency }) => ({
    kind: 'alarm',
    of: name,
    from: Date.parse(since) / 1000,
    times: 1,
    what: 'alarm',
    why: urgency === null ? 'see its runbook' : `urgency: ${urgency}`,
  }));

/** Equal events of one look have equal keys at the next one. */
const keyOf = ({ kind, of, from }: Event): string => `${from} ${of} ${kind}`;

const eventsIn = (seen: Seen, { from }: Steps): View['events'] => {
  const { status, decisions, lives } = seen;
  const workers = lives.map(({ record }) => record);
  const owners = [
    ...status.queues.map(({ queue: name }) => ({ of: 'queue', name }) as const),
    ...status.fleets.map(({ fleet: name }) => ({ of: 'fleet', name }) as const),
  ];
  const all = owners.flatMap((owner) =>
    eventsOf(
      owner,
      decisions.get(ownerKey(owner)) ?? [],
      owner.of === 'fleet' ? outcomesOf(owner.name, workers) : new Map(),
    ),
  );
  const lately = [...all, ...alarmEvents(seen)].filter(({ to }) => to === undefined || to >= from);
  const newest = lately.sort((a, b) => b.from - a.from).slice(0, MOST_EVENTS);
  return Object.fromEntries(newest.map((event) => [keyOf(event), event]));
};

/** Those that EC2 has, with or without power. */
const machinesOf = ({ lives }: Seen): View['machines'] =>
  Object.fromEntries(
    lives
      .filter(({ goneAt }) => goneAt === undefined)
      .map(({ record }): [string, Machine] => [
        record.instanceId,
        [
          ...([record.fleet, record.offer.flavour, record.offer.zone, record.offer.market] as const),
          ...([record.state.kind, Math.round(sinceOf(record))] as const),
        ],
      ]),
  );

/** What the page shows of a stage that was seen, over the last so many seconds. */
export const stageView = async (seen: Seen, rangeSeconds: number): Promise<View> => {
  const { sight, status } = seen;
  const steps = stepsOf(sight.now, rangeSeconds);
  const [queues, fleets] = await Promise.all([
    each(status.queues, (row) => queueRow(seen, row, steps)),
    each(status.fleets, (row) => fleetRow(seen, row, steps)),
  ]);
  const byName = <R extends { readonly name: string }>(rows: readonly R[]): Readonly<Record<string, R>> =>
    Object.fromEntries(rows.map((row) => [row.name, row]));
  return {
    head: {
      head: {
        stage: status.stage,
        at: sight.now,
        from: steps.from,
        stepSeconds: steps.stepSeconds,
        health: healthOf(seen),
        facts: factsOf(seen),
        alarms: status.alarms.map(({ since, ...alarm }) => ({ ...alarm, since: Date.parse(since) / 1000 })),
      },
    },
    queues: byName(queues),
    fleets: byName(fleets),
    machines: machinesOf(seen),
    events: eventsIn(seen, steps),
  };
};
