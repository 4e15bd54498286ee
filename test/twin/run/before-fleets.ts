import { TAG } from '../../../core/model/names.ts';
import type { Resources } from '../../../core/model/resources.ts';
import type { FleetSettings } from '../../../core/settings/fleet-settings.ts';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import type { Pilot } from '../../../twin/pool/model.ts';
import { PLACEMENTS } from '../../../twin/scenario/placements.ts';
import { STAGE } from '../../../twin/stage/parameters.ts';
import { FORMER_TEMPLATE, type World } from '../../../twin/stage/world.ts';
import type { Table } from '../../faults/table.ts';
import { type FormerLaunch, type FormerSubmission, ledgerBefore } from './ledger-before.ts';

/** A queue of before, with what it has launched and submitted. */
export interface FormerQueue {
  readonly queue: string;
  readonly flavour: string;
  readonly workers: number;
  readonly pilots: number;
  readonly shape: Resources;
  /** Its settings then, those of machines among them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What a stage of before has left behind. */
export interface Former {
  readonly instances: readonly TwinInstance[];
  /** Pilots that ran at the move, and where. */
  readonly ran: ReadonlyMap<Pilot, string>;
  readonly waited: readonly Pilot[];
  /** What the first queue's account says, dollars. */
  readonly booked: number;
  /** What a worker has cost that is over and not booked yet, dollars. */
  readonly over: number;
}

/** For how long jobs come before anything is launched, and for how long workers join and pilots start. */
const [GATHERING_SECONDS, RUNNING_SECONDS] = [1_500, 900];
/** Pilots of every queue that are submitted right before the move. */
const LATE_PILOTS = 3;

const pass = ({ clock }: World, seconds: number): void => {
  const until = clock.now + seconds;
  for (let next = clock.next(); next !== undefined && next <= until; next = clock.next()) clock.step();
  clock.advance(until);
};

const PLACE = PLACEMENTS[0];

/** What the functions of before asked EC2 and the endpoint for. */
const askedBefore = ({ clock, ec2, pool }: World, { flavours }: FleetSettings) => {
  let launches = 0;
  return {
    intent({ queue, flavour: name }: FormerQueue, count: number): FormerLaunch {
      launches += 1;
      const launchId = `${queue}.${clock.now}.${launches}`;
      const flavour = flavours.find((of) => of.name === name);
      if (flavour === undefined) throw new Error(`the fleet has no ${name}`);
      return {
        ...{ launchId, queue, clientToken: `aerie-${launches}`, template: FORMER_TEMPLATE },
        ...{ market: 'on-demand', count, flavour, overrides: [{ flavour: name, ...PLACE }] },
        tags: {
          [TAG.stage]: STAGE,
          [TAG.queue]: queue,
          [TAG.launch]: launchId,
          [TAG.lingerSeconds]: '180',
          [TAG.maxLifeSeconds]: '604800',
        },
      };
    },
    /** EC2 carries it out. */
    launch({ clientToken, count, flavour, tags }: FormerLaunch) {
      const override = { flavour: flavour.name, subnetId: PLACE.subnetId };
      const of = { templateId: FORMER_TEMPLATE.id, templateVersion: FORMER_TEMPLATE.version };
      const named = Object.entries(Object(tags)).map(([key, value]) => ({ key, value: String(value) }));
      ec2.calls.createFleet({
        clientToken: String(clientToken),
        overrides: [{ ...of, ...override }],
        target: { spot: 0, 'on-demand': count },
        strategy: { spot: 'price-capacity-optimized', 'on-demand': 'lowest-price' },
        tagSpecifications: [{ resourceType: 'instance', tags: named }],
      });
    },
    submit({ queue, shape }: FormerQueue, count: number): FormerSubmission {
      const submission = { requestId: `${queue}.${clock.now}`, queue, count, shape };
      pool.submit(submission);
      return submission;
    },
  };
};

/** Makes a stage in the midst of its load: its world, and its ledger as version 2 has written it. */
export const stageBefore = (
  world: World,
  book: Table,
  queues: readonly FormerQueue[],
  settings: FleetSettings,
): Former => {
  const { clock, ec2, pool } = world;
  const asked = askedBefore(world, settings);
  pass(world, GATHERING_SECONDS);
  for (const of of queues) {
    asked.launch(asked.intent(of, of.workers));
    asked.submit(of, of.pilots);
  }
  pass(world, RUNNING_SECONDS);

  const [first, second] = queues;
  if (first === undefined || second === undefined) throw new Error('two queues at least');
  const ledger = ledgerBefore(book, clock.now);
  const joined = [...ec2.live];
  asked.launch(asked.intent(second, 1));
  const known = [...ec2.live];
  // EC2 has carried out the one, and its answer was lost; the other has never reached it.
  const [unheard, lost] = [asked.intent(first, 2), asked.intent(second, 1)];
  asked.launch(unheard);
  for (const open of [unheard, lost]) ledger.openLaunch(open);

  const busy = joined.find(({ instanceId }) => (pool.slots.get(instanceId)?.running.size ?? 0) > 0);
  if (busy === undefined) throw new Error('no worker is busy');
  pool.setDraining(busy.instanceId, true);
  const flavourOf = (name: string) => asked.intent({ ...first, flavour: name }, 0).flavour;
  for (const [n, instance] of known.entries()) {
    const joinedAt = pool.slots.get(instance.instanceId)?.joinedAt;
    const isDraining = instance === busy;
    const standing = { flavour: flavourOf(instance.offer.flavour), joinedAt, isDraining };
    ledger.worker(instance, standing, n % 3 === 0 && !isDraining);
  }
  ledger.memory(joined);
  for (const of of queues) {
    ledger.queue(asked.submit(of, LATE_PILOTS), of.pilots + LATE_PILOTS, of.settings);
  }

  const pilots = [...pool.pilots.values()];
  return {
    instances: [...ec2.instances.values()],
    ran: new Map(
      pilots.flatMap((pilot) =>
        pilot.life.kind === 'running' ? [[pilot, pilot.life.instanceId] as const] : [],
      ),
    ),
    waited: pilots.filter(({ life }) => life.kind === 'idle'),
    ...ledger.money(first.queue, flavourOf(first.flavour)),
  };
};
