import type { PoolView } from '../../core/model/pool.ts';
import type { TemplateQueue } from './orders.ts';
import { viewer } from './view.ts';
import type { PoolWorld } from './world.ts';

/** How the endpoint answers: as it should, or with a fault. */
type EndpointMode =
  | 'ok'
  /** Nobody listens. */
  | 'down'
  /** The same old view again and again. */
  | 'stale'
  /** Each view as it was five minutes before. */
  | 'late'
  /** condor_status failed: the workers are not known. */
  | 'partial';

/** How old a late view is: the benchmark's measure. */
const LATE_SECONDS = 300;

/** The views of an endpoint that can be made to answer wrongly. */
export interface TurnableViews {
  readonly isDown: boolean;
  view(): PoolView;
  turn(mode: EndpointMode): void;
}

/** Makes the views that an endpoint shows of the simulated pool. */
export const turnableViews = (world: PoolWorld, queues: readonly TemplateQueue[]): TurnableViews => {
  const look = viewer(world, queues);
  let mode: EndpointMode = 'ok';
  let frozen: PoolView | undefined;

  const earlier: PoolView[] = [];
  /** The newest view from so long ago, or the oldest there is. */
  const late = (now: PoolView): PoolView => {
    earlier.push(now);
    while ((earlier[1]?.observedAt ?? Number.POSITIVE_INFINITY) <= now.observedAt - LATE_SECONDS)
      earlier.shift();
    return earlier[0] ?? now;
  };
  return {
    get isDown() {
      return mode === 'down';
    },
    view() {
      if (mode === 'stale') {
        frozen ??= look();
        return frozen;
      }
      const now = look();
      if (mode === 'late') return late(now);
      return mode === 'partial'
        ? { ...now, workers: { complete: false, why: 'condor_status: communication error', workers: [] } }
        : now;
    },
    turn(next) {
      mode = next;
      frozen = undefined;
      earlier.splice(0);
    },
  };
};
