import type { PlannedLaunch } from './decisions.ts';
import type { Waiting } from './demand.ts';
import { clientTokenOf, launchIdOf, TAG } from './names.ts';
import { chooseOffers, type OfferClass, type Site } from './offers.ts';
import { fill, widestFirst } from './packing.ts';
import { howManyFit, minus } from './resources.ts';
import type { QueueSettings } from './settings.ts';

/** What a queue may still launch. */
export interface Allowance {
  readonly workers: number;
  readonly cores: number;
}

/** The stage: its name, the template its workers are launched from, and where they may be put. */
export interface Stage extends Site {
  readonly stage: string;
  readonly template: { readonly id: string; readonly version: string };
}

interface Wanted {
  readonly offers: OfferClass;
  readonly count: number;
}

interface Wish {
  readonly wanted: readonly Wanted[];
  readonly why: readonly string[];
}

const names = (offers: OfferClass): string =>
  [...new Set(offers.offers.map(({ flavour }) => flavour))].join('/') + ` ${offers.market}`;

const shapeText = (waiting: Waiting): string =>
  `${waiting.count} pilots of ${waiting.shape.cpus} cores and ${waiting.shape.memoryMb} MB`;

/** Workers for the pilots that fit nowhere: widest first, what is left over on new workers filled by narrower ones. */
const wish = (
  residual: readonly Waiting[],
  settings: QueueSettings,
  stage: Stage,
  cooling: ReadonlySet<string>,
): Wish => {
  const wanted: Wanted[] = [];
  const why: string[] = [];
  let leftOver: Parameters<typeof fill>[1] = [];
  for (const waiting of [...residual].sort(widestFirst)) {
    const filled = fill(waiting, leftOver);
    leftOver = filled.bins;
    const count = waiting.count - filled.placed;
    if (count === 0) continue;
    const offers = chooseOffers(waiting.shape, settings, stage, cooling);
    if (offers === 'too-small') {
      why.push(`${shapeText(waiting)} fit on none of the queue's flavours`);
    } else if (offers === 'all-cooling') {
      why.push(`every offer for ${shapeText(waiting)} was refused lately`);
    } else {
      const each = howManyFit(waiting.shape, offers.room);
      const workers = Math.ceil(count / each);
      wanted.push({ offers, count: workers });
      const used = count - (workers - 1) * each;
      leftOver = [...leftOver, { room: minus(offers.room, waiting.shape, used), count: 1 }];
    }
  }
  return { wanted, why };
};

const request = (
  { offers, count }: Wanted,
  settings: QueueSettings,
  stage: Stage,
  at: number,
  index: number,
): PlannedLaunch => {
  const launchId = launchIdOf(settings.name, at, index);
  return {
    offers: offers.room,
    request: {
      launchId,
      queue: settings.name,
      clientToken: clientTokenOf(stage.stage, launchId),
      template: stage.template,
      market: offers.market,
      count,
      overrides: offers.offers.map(({ flavour, subnetId, zone }) => ({ flavour, subnetId, zone })),
      tags: {
        [TAG.stage]: stage.stage,
        [TAG.queue]: settings.name,
        [TAG.launch]: launchId,
        [TAG.lingerSeconds]: String(settings.lingerSeconds),
        [TAG.maxLifeSeconds]: String(settings.maxLifeSeconds),
      },
    },
  };
};

/** Cuts the wish to what is allowed: first come, first served, never a worker more. */
const grant = (wanted: readonly Wanted[], allowance: Allowance): { granted: Wanted[]; refused: number } => {
  let { workers, cores } = allowance;
  const granted: Wanted[] = [];
  let refused = 0;
  for (const { offers, count } of wanted) {
    const most = Math.max(0, Math.min(workers, Math.floor(cores / offers.room.cpus)));
    const taken = Math.min(count, most);
    if (taken > 0) granted.push({ offers, count: taken });
    refused += count - taken;
    workers -= taken;
    cores -= taken * offers.room.cpus;
  }
  return { granted, refused };
};

/**
 * The launches for the pilots that fit on no worker, joined or booting: within the queue's caps, each frozen with its
 * token and tags.
 */
export const planLaunches = (
  residual: readonly Waiting[],
  settings: QueueSettings,
  stage: Stage,
  cooling: ReadonlySet<string>,
  allowance: Allowance,
  at: number,
): { readonly launches: readonly PlannedLaunch[]; readonly why: readonly string[] } => {
  const { wanted, why } = wish(residual, settings, stage, cooling);
  const perTick = Math.min(allowance.workers, settings.maxLaunchPerTick);
  const { granted, refused } = grant(wanted, { ...allowance, workers: perTick });
  const launches = granted.map((of, index) => request(of, settings, stage, at, index));
  const reasons = [
    ...granted.map(({ offers, count }) => `launch ${count} of ${names(offers)}`),
    ...(refused > 0
      ? [`${refused} more are kept back by max-workers, max-cores or max-launch-per-tick`]
      : []),
    ...why,
  ];
  return { launches, why: reasons };
};
