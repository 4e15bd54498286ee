import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { offered } from '../../../core/model/flavours.ts';
import { TAG } from '../../../core/model/names.ts';
import type { Resources } from '../../../core/model/resources.ts';
import type { FleetSettings } from '../../../core/settings/fleet-settings.ts';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import type { Pilot } from '../../../twin/pool/model.ts';
import { PLACEMENTS } from '../../../twin/scenario/placements.ts';
import { STAGE } from '../../../twin/stage/parameters.ts';
import { FORMER_TEMPLATE, WORKER_DISK_MB, type World } from '../../../twin/stage/world.ts';
import type { Table } from '../../faults/table.ts';

/**
 * Items of a ledger, one of each kind, as version 2 has written them: the last one before there were fleets. What follows takes
 * them as they are, and puts names, moments and states of its own into them.
 */
const ITEMS = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'before-fleets.json'), 'utf8')));

type Fields = Readonly<Record<string, unknown>>;

const writtenAs = (name: string, changed: Fields): Fields => {
  const item = ITEMS[name];
  const alien = Object.keys(changed).filter((field) => item === undefined || !(field in item));
  if (alien.length > 0) throw new Error(`version 2 wrote no ${alien.join(', ')} into its ${name}`);
  return { ...item, ...changed };
};

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
  readonly movedAt: number;
  readonly instances: readonly TwinInstance[];
  /** Pilots that ran at the move, and where. */
  readonly ran: ReadonlyMap<Pilot, string>;
  readonly waited: readonly Pilot[];
  /** What the queue's account says, dollars. */
  readonly booked: number;
  /** A worker that is over and not booked yet: what it has cost, dollars. */
  readonly over: number;
}

const pass = ({ clock }: World, seconds: number): void => {
  const until = clock.now + seconds;
  for (let next = clock.next(); next !== undefined && next <= until; next = clock.next()) clock.step();
  clock.advance(until);
};

/** For how long jobs come before anything is launched, and for how long workers join and pilots start. */
const [GATHERING_SECONDS, RUNNING_SECONDS] = [1_500, 900];
/** Pilots of every queue that are submitted right before the move. */
const LATE_PILOTS = 3;
/** The price of a core for an hour in the recorded items: it is the fleet's too. */
const DOLLARS_PER_CORE_HOUR = 0.05;
const BOOKED_DOLLARS = 12.5;
/** How long the worker that is over has lived. */
const OVER_SECONDS = 600;

/** Makes a stage in the midst of its load: its world, and its ledger as version 2 has written it. */
export const stageBefore = (
  world: World,
  book: Table,
  queues: readonly FormerQueue[],
  settings: FleetSettings,
): Former => {
  const { clock, ec2, pool } = world;
  const [{ subnetId, zone }] = PLACEMENTS;
  const put = (name: string, changed: Fields) =>
    void book.carryOut('PutItemCommand', { Item: writtenAs(name, changed) });
  const flavourOf = (name: string) => {
    const flavour = settings.flavours.find((of) => of.name === name);
    if (flavour === undefined) throw new Error(`the fleet has no ${name}`);
    return flavour;
  };
  const dollarsPerHour = (name: string) => DOLLARS_PER_CORE_HOUR * flavourOf(name).cpus;
  let launches = 0;
  /** A launch as it was asked for; it is carried out unless its call was lost on its way. */
  const launch = ({ queue, flavour }: FormerQueue, count: number, isLost = false) => {
    launches += 1;
    const launchId = `${queue}.${clock.now}.${launches}`;
    const request = {
      ...{ launchId, queue, clientToken: `aerie-${launches}`, template: FORMER_TEMPLATE },
      ...{ market: 'on-demand', count, overrides: [{ flavour, subnetId, zone }] },
      tags: {
        [TAG.stage]: STAGE,
        [TAG.queue]: queue,
        [TAG.launch]: launchId,
        [TAG.lingerSeconds]: '180',
        [TAG.maxLifeSeconds]: '604800',
      },
    };
    if (!isLost) {
      ec2.calls.createFleet({
        clientToken: request.clientToken,
        overrides: [
          { templateId: FORMER_TEMPLATE.id, templateVersion: FORMER_TEMPLATE.version, flavour, subnetId },
        ],
        target: { spot: 0, 'on-demand': count },
        strategy: { spot: 'price-capacity-optimized', 'on-demand': 'lowest-price' },
        tagSpecifications: [
          {
            resourceType: 'instance',
            tags: Object.entries(request.tags).map(([key, value]) => ({ key, value })),
          },
        ],
      });
    }
    return { sk: `launch#${launchId}`, request, createdAt: clock.now, unansweredAt: clock.now };
  };
  const open = (of: FormerQueue, written: ReturnType<typeof launch>) =>
    put('launch', {
      ...written,
      offers: offered(flavourOf(of.flavour), WORKER_DISK_MB),
      prices: { [of.flavour]: dollarsPerHour(of.flavour) },
    });

  const submit = ({ queue, shape }: FormerQueue, count: number) => {
    const requestId = `${queue}.${clock.now}`;
    pool.submit({ requestId, queue, count, shape });
    return { requestId, queue, count, shape, viewedAt: clock.now, at: clock.now };
  };

  pass(world, GATHERING_SECONDS);
  for (const of of queues) {
    launch(of, of.workers);
    submit(of, of.pilots);
  }
  pass(world, RUNNING_SECONDS);

  const [first, second] = queues;
  if (first === undefined || second === undefined) throw new Error('two queues at least');
  const known = [...ec2.live];
  launch(second, 1);
  const booting = [...ec2.live].filter((instance) => !known.includes(instance));
  // EC2 has carried out the one, and its answer was lost; the other has never reached it.
  open(first, launch(first, 2));
  open(second, launch(second, 1, true));

  const { now } = clock;
  const isDrained = known.find(({ instanceId }) => (pool.slots.get(instanceId)?.running.size ?? 0) > 0);
  if (isDrained === undefined) throw new Error('no worker is busy');
  pool.setDraining(isDrained.instanceId, true);
  for (const [n, instance] of [...known, ...booting].entries()) {
    const { instanceId, launchedAt, tags, offer } = instance;
    const slot = pool.slots.get(instanceId);
    const offers = offered(flavourOf(offer.flavour), WORKER_DISK_MB);
    const launchId = tags[TAG.launch] ?? '';
    const state = slot === undefined ? { kind: 'booting' } : { kind: 'joined', joinedAt: slot.joinedAt };
    const cost = { dollarsPerHour: dollarsPerHour(offer.flavour), endsBy: launchedAt + 604_800 };
    const whole = { sk: `worker#${instanceId}`, queue: tags[TAG.queue], cost };
    const { cpus, memoryMb, diskMb, gpus } = offers;
    const fixed = JSON.stringify([
      launchId,
      [offer.flavour, offer.zone, offer.market],
      [cpus, memoryMb, diskMb, gpus],
      launchedAt,
      [FORMER_TEMPLATE.id, FORMER_TEMPLATE.version],
    ]);
    if (instance === isDrained) {
      const { state: drained } = z.object({ state: z.record(z.string(), z.unknown()) }).parse(ITEMS.draining);
      put('draining', { ...whole, fixed, state: { ...drained, since: now - 60 } });
    } else if (n % 3 === 0) {
      // Version 1 wrote each field by itself.
      const { fixed: _, ...item } = writtenAs('worker', { ...whole, state, v: 1 });
      book.carryOut('PutItemCommand', {
        Item: { ...item, instanceId, launchId, offer, offers, launchedAt, template: FORMER_TEMPLATE },
      });
    } else put('worker', { ...whole, fixed, state });
  }

  const month = new Date(now * 1000).toISOString().slice(0, 7);
  const overAt = now - OVER_SECONDS;
  const gone = (id: string) => {
    const fixed = JSON.stringify([
      `${first.queue}.${overAt}.0`,
      [first.flavour, zone, 'on-demand'],
      [2, 7500, 90_000, 0],
      overAt,
      null,
    ]);
    put('over', { sk: `worker#${id}`, queue: first.queue, fixed, endedAt: now });
  };
  const [booked, unbooked] = ['i-0000000000000002', 'i-0000000000000005'];
  for (const id of [booked, unbooked]) gone(id);
  put('account', {
    ...{ sk: `account#${first.queue}`, queue: first.queue },
    ...{ dollars: { [month]: BOOKED_DOLLARS }, booked: [booked] },
  });
  put('boots', {
    boots: known.map(({ instanceId, launchedAt }) => ({ instanceId, launchedAt, joined: true })).slice(-10),
    expiresAt: now + 7_776_000,
  });
  put('joins', { launchedAt: now - RUNNING_SECONDS, expiresAt: now + 1_209_600 });
  put('cooling', { until: now + 600, expiresAt: now + 600 });
  put('pace', { notBefore: now });
  put('mark', { firstSeenAt: now - 600 });
  for (const name of ['workers', 'pilots']) {
    put('lease', { sk: name, name, at: now, viewedAt: now, fence: 134, until: now, pandaRunning: 10 });
  }
  for (const of of queues) {
    const { queue, pilots, settings: good } = of;
    const recent = [submit(of, LATE_PILOTS)];
    put('submissions', { sk: `queue#${queue}`, queue, pilotsEver: pilots + LATE_PILOTS, recent });
    put('settings', { sk: `queue#${queue}`, queue, readAt: now, good });
  }
  put('read', { completeAt: now, readAt: now });

  const pilots = [...pool.pilots.values()];
  return {
    movedAt: now,
    instances: [...ec2.instances.values()],
    ran: new Map(
      pilots.flatMap((pilot) =>
        pilot.life.kind === 'running' ? [[pilot, pilot.life.instanceId] as const] : [],
      ),
    ),
    waited: pilots.filter(({ life }) => life.kind === 'idle'),
    booked: BOOKED_DOLLARS,
    over: (dollarsPerHour(first.flavour) * OVER_SECONDS) / 3600,
  };
};
