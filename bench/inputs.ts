import { randomBytes } from 'node:crypto';
import { packed } from '../adapters/ledger/inputs.ts';
import { inputsOf } from '../core/replay/inputs.ts';
import { HOURS_IN_MONTH } from '../core/settings/place.ts';
import { SERVICE_PRICES } from '../lib/costs/service-prices.ts';
import { type Crowd, crowdedWorld } from './aerie/crowd.ts';

/**
 * What it takes to keep what a workers tick decided on: bytes of the item, CPU, and the price of a month in which each tick
 * keeps it, which is the most.
 */
const SIZES: readonly Crowd[] = [
  { queues: 10, workers: 100 },
  { queues: 1, workers: 10_000 },
];
const ROUNDS = 7;
const TICK_SECONDS = 20;
const KEPT_DAYS = 3;
const UNIT_BYTES = 1024;
const GB = 1e9;
/** DynamoDB's standard table, and its backups by the second, us-east-1, 2026-11. */
const GB_MONTH_DOLLARS = 0.25 + 0.2;

/** Moments and ids as they are in life: no two alike. */
const lifelike = (crowd: Crowd): ReturnType<typeof crowdedWorld> => {
  const world = crowdedWorld(crowd);
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const own = ids.get(id) ?? `i-${randomBytes(9).toString('hex').slice(0, 17)}`;
    ids.set(id, own);
    return own;
  };
  const later = (at: number): number => at + Math.floor(5000 * Math.random());
  const workers = world.ledger.workers.map((worker) => {
    const launchedAt = later(worker.launchedAt);
    return {
      ...{ ...worker, instanceId: idOf(worker.instanceId), launchedAt },
      template: { id: 'lt-0123456789abcdef0', version: '3' },
      cost: { dollarsPerHour: 0.096, endsBy: launchedAt + 90_000 },
      ...(worker.state.kind === 'joined'
        ? { state: { kind: 'joined', joinedAt: later(launchedAt) } as const }
        : {}),
    };
  });
  const ads = world.view.workers.workers.map((ad) => ({
    ...{ ...ad, instanceId: idOf(ad.instanceId), joinedAt: later(ad.joinedAt) },
    lastHeardAt: ad.lastHeardAt - Math.floor(300 * Math.random()),
    endsAt: later(ad.joinedAt) + 86_400,
  }));
  const view = { ...world.view, workers: { ...world.view.workers, workers: ads } };
  return {
    ...{ ...world, view, pool: { kind: 'known', observedAt: view.observedAt, value: view } },
    ledger: { ...world.ledger, workers },
  };
};

const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

for (const crowd of SIZES) {
  const { view: _, ledger, stage, ...seen } = lifelike(crowd);
  const records = seen.queues.map((of) => ({
    ...({ of: 'queue', name: of.ok ? of.settings.name : of.name, readAt: seen.now } as const),
    good: { state: 'active', chain: 'Ready(), Scale(0.5), MaxPerCycle(50)' },
  }));
  const basis = { completeAt: seen.now, records };
  const inputs = inputsOf('workers', { ...seen, basis }, undefined, { of: 'workers', ledger, stage });
  if (inputs === undefined) throw new Error('the world has settings without a basis');
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    bytes = (await packed(inputs)).byteLength;
    times.push(cpuMs(process.cpuUsage(before)));
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  const ticks = (HOURS_IN_MONTH * 3600) / TICK_SECONDS;
  const written = ticks * Math.ceil(bytes / UNIT_BYTES) * SERVICE_PRICES.writeUnit.dollars;
  const stored = ((KEPT_DAYS * 86_400) / TICK_SECONDS) * (bytes / GB) * GB_MONTH_DOLLARS;
  console.log(
    `${crowd.queues} queues, ${crowd.workers} workers: ${(bytes / 1000).toFixed(1)} kB (JSON ${(JSON.stringify(inputs).length / 1000).toFixed(0)} kB), CPU ${median.toFixed(1)} ms; at the most $${written.toFixed(2)} a month to write and $${stored.toFixed(2)} to keep`,
  );
}
