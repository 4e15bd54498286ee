import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Flavour, offered } from '../../../core/model/flavours.ts';
import { TAG } from '../../../core/model/names.ts';
import type { Resources } from '../../../core/model/resources.ts';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import { WORKER_DISK_MB } from '../../../twin/scenario/place.ts';
import { FORMER_TEMPLATE } from '../../../twin/stage/world.ts';
import type { Table } from '../../faults/table.ts';

type Fields = Readonly<Record<string, unknown>>;

const fields = z.record(z.string(), z.unknown());

/**
 * Items of a ledger, one of each kind, as version 2 has written them: the last one before there were fleets. Here they get names,
 * moments and states of a run, and no field that they have not.
 */
const ITEMS = z
  .record(z.string(), fields)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'before-fleets.json'), 'utf8')));

const writtenAs = (name: string, changed: Fields): Fields => {
  const item = ITEMS[name];
  const alien = Object.keys(changed).filter((field) => item === undefined || !(field in item));
  if (alien.length > 0) throw new Error(`version 2 wrote no ${alien.join(', ')} into its ${name}`);
  return { ...item, ...changed };
};

/** The price of a core for an hour in the recorded items: it is the fleet's too. */
const DOLLARS_PER_CORE_HOUR = 0.05;
const BOOKED_DOLLARS = 12.5;
/** How long workers that are over have lived: each cost several dollars. */
const OVER_SECONDS = 216_000;
const LIFE_SECONDS = 604_800;

/** A launch as it was asked for. */
export interface FormerLaunch {
  readonly launchId: string;
  readonly queue: string;
  readonly count: number;
  readonly flavour: Flavour;
  readonly [more: string]: unknown;
}

/** Pilots that were submitted with one request. */
export interface FormerSubmission {
  readonly requestId: string;
  readonly queue: string;
  readonly count: number;
  readonly shape: Resources;
}

/** How a worker stands at the move; `joinedAt`: absent of one that boots. */
interface Standing {
  readonly flavour: Flavour;
  readonly joinedAt: number | undefined;
  readonly isDraining?: boolean;
}

const dollarsPerHour = ({ cpus }: Flavour): number => DOLLARS_PER_CORE_HOUR * cpus;

/** Writes items into a table as version 2 has, at a moment. */
export const ledgerBefore = (book: Table, now: number) => {
  const put = (name: string, changed: Fields) =>
    void book.carryOut('PutItemCommand', { Item: writtenAs(name, changed) });
  return {
    /** One whose outcome is not written down. */
    openLaunch({ flavour, ...request }: FormerLaunch) {
      put('launch', {
        ...{ sk: `launch#${request.launchId}`, request, createdAt: now, unansweredAt: now },
        offers: offered(flavour, WORKER_DISK_MB),
        prices: { [flavour.name]: dollarsPerHour(flavour) },
      });
    },

    /** `asOne`: version 1 wrote each field by itself. */
    worker(
      { instanceId, launchedAt, tags, offer }: TwinInstance,
      { flavour, joinedAt, isDraining = false }: Standing,
      asOne: boolean,
    ) {
      const launchId = tags[TAG.launch] ?? '';
      const offers = offered(flavour, WORKER_DISK_MB);
      const cost = { dollarsPerHour: dollarsPerHour(flavour), endsBy: launchedAt + LIFE_SECONDS };
      const whole = { sk: `worker#${instanceId}`, queue: tags[TAG.queue], cost };
      const state = joinedAt === undefined ? { kind: 'booting' } : { kind: 'joined', joinedAt };
      if (asOne) {
        const { fixed: _, ...item } = writtenAs('worker', { ...whole, state, v: 1 });
        const spread = { instanceId, launchId, offer, offers, launchedAt, template: FORMER_TEMPLATE };
        book.carryOut('PutItemCommand', { Item: { ...item, ...spread } });
        return;
      }
      const fixed = JSON.stringify([
        launchId,
        [offer.flavour, offer.zone, offer.market],
        [offers.cpus, offers.memoryMb, offers.diskMb, offers.gpus],
        launchedAt,
        [FORMER_TEMPLATE.id, FORMER_TEMPLATE.version],
      ]);
      if (!isDraining) return put('worker', { ...whole, fixed, state });
      put('draining', {
        ...whole,
        ...{ fixed, state: { ...fields.parse(ITEMS.draining?.state), since: now - 60 } },
      });
    },

    /** The account of a queue, and two of its workers that are over: one is in it. Answers what is, and the other's dollars. */
    money(queue: string, flavour: Flavour) {
      const at = now - OVER_SECONDS;
      const fixed = JSON.stringify([
        `${queue}.${at}.0`,
        [flavour.name, 'us-east-1a', 'on-demand'],
        [flavour.cpus, flavour.memoryMb, WORKER_DISK_MB, 0],
        at,
        null,
      ]);
      const cost = { dollarsPerHour: dollarsPerHour(flavour), endsBy: at + LIFE_SECONDS };
      const [booked, unbooked] = ['i-0000000000000002', 'i-0000000000000005'];
      for (const id of [booked, unbooked])
        put('over', { sk: `worker#${id}`, queue, cost, fixed, endedAt: now });
      const month = new Date(now * 1000).toISOString().slice(0, 7);
      put('account', {
        ...{ sk: `account#${queue}`, queue, dollars: { [month]: BOOKED_DOLLARS }, booked: [booked] },
      });
      return { booked: BOOKED_DOLLARS, over: (dollarsPerHour(flavour) * OVER_SECONDS) / 3600 };
    },

    /** What is remembered of EC2, of boots and of the ticks. */
    memory(joined: readonly TwinInstance[]) {
      const boots = joined.map(({ instanceId, launchedAt }) => ({ instanceId, launchedAt, joined: true }));
      put('boots', { boots: boots.slice(-10), expiresAt: now + 7_776_000 });
      put('joins', { launchedAt: boots.at(-1)?.launchedAt, expiresAt: now + 1_209_600 });
      put('cooling', { until: now + 600, expiresAt: now + 600 });
      put('pace', { notBefore: now });
      put('mark', { firstSeenAt: now - 600 });
      for (const name of ['workers', 'pilots']) {
        put('lease', { sk: name, name, at: now, viewedAt: now, fence: 134, until: now, pandaRunning: 10 });
      }
    },

    queue(of: FormerSubmission, pilotsEver: number, good: Fields) {
      const { queue } = of;
      const recent = [{ ...of, viewedAt: now, at: now }];
      put('submissions', { sk: `queue#${queue}`, queue, pilotsEver, recent });
      put('settings', { sk: `queue#${queue}`, queue, readAt: now, good });
      put('read', { completeAt: now, readAt: now });
    },
  };
};
