import { fleet, type Knobs, pilots, poolView, queue } from '../core/worlds.ts';
import type { Outside, outside } from './ports.ts';

export const MINUTE = 60;

/** Queues, each on a fleet of its own with the same name, with so many idle pilots and jobs for them. */
export const apart = (idle: Readonly<Record<string, number>>, knobs: Knobs = {}): Outside => {
  const names = Object.keys(idle);
  return {
    queues: names.map((name) => queue({ fleet: name }, name)),
    fleets: names.map((name) => fleet(knobs, name)),
    jobs: Object.fromEntries(
      Object.entries(idle).map(([name, activated]) => [name, { SCORE: { managed: { activated } } }]),
    ),
    view: poolView(
      Object.entries(idle).map(([name, n]) => pilots({ idle: n, fleet: name }, { queue: name })),
    ),
  };
};

/** A queue with five idle pilots and jobs for them: three small workers. */
export const GROWING: Outside = apart({ A: 5 });

export type World = ReturnType<typeof outside>;
export const view = ({ ports }: World) => ports.ledger.view();
export const idsOf = async (world: World) =>
  (await view(world)).workers.map(({ instanceId }) => instanceId).sort();
export const inEc2 = ({ ec2 }: World) => [...ec2.instances.keys()].sort();
export const THROTTLED = {
  kind: 'throttled',
  code: 'RequestLimitExceeded',
  why: 'RequestLimitExceeded',
} as const;
export const UNCLEAR = { kind: 'unclear', why: 'no reply' } as const;
