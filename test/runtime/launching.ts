import { pilots, poolView, queue } from '../core/worlds.ts';
import type { Outside, outside } from './ports.ts';

export const MINUTE = 60;

/** A queue with five idle pilots and jobs for them: three small workers. */
export const GROWING: Outside = {
  queues: [queue({}, 'A')],
  jobs: { A: { SCORE: { managed: { activated: 5 } } } },
  view: poolView([pilots({ idle: 5 }, { queue: 'A' })]),
};

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
