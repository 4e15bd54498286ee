import type { PoolView } from '../../core/model/pool.ts';
import { known, type Snapshot, unknown } from '../../core/model/snapshot.ts';
import { stream } from '../../twin/clock/random.ts';
import { viewer } from '../../twin/pool/view.ts';
import type { Invocation } from './gate.ts';
import { MOST_LATE_SECONDS } from './script.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';

/**
 * A view older than the oldest that may be acted on is no fact. A tick counts from its own moment: its event may come
 * `MOST_LATE_SECONDS` after that, and the tick then asks for up to a minute.
 */
const TOO_OLD_SECONDS = 360 + MOST_LATE_SECONDS + 60;
/** Clocks this far apart cannot be told from slow answers. */
const BORNE_SKEW_SECONDS = 60;

const shifted = (view: PoolView, by: number): PoolView => ({
  ...view,
  observedAt: view.observedAt + by,
  collectorStartedAt: view.collectorStartedAt + by,
  workers: {
    ...view.workers,
    workers: view.workers.workers.map((worker) => ({
      ...worker,
      joinedAt: worker.joinedAt + by,
      lastHeardAt: worker.lastHeardAt + by,
      idleSince: worker.idleSince === null ? null : worker.idleSince + by,
    })),
  },
});

const without = (view: PoolView, kept: (index: number) => boolean): PoolView => ({
  ...view,
  workers: { ...view.workers, workers: view.workers.workers.filter((_, index) => kept(index)) },
});

/** What is shown of the pool: the truth, or what the weather makes of it. One for all handlers: they ask one endpoint. */
export const poolViews = ({ clock, pool }: Truth, seed: number, weather: Weather) => {
  const look = viewer(pool);
  let last: PoolView | undefined;
  let frozen: { readonly since: number; readonly view: PoolView } | undefined;
  const frozenSince = (since: number | undefined): PoolView => {
    if (since === undefined || frozen?.since === since) return frozen?.view ?? look();
    frozen = { since, view: last ?? look() };
    return frozen.view;
  };
  /**
   * A lie ends with the collector that it is about, and begins anew. Otherwise nothing aerie can ask would say that the
   * collector is young: the view hides it, and a drain just does not find workers that it has not heard of again.
   */
  const oldSince = (since: number | undefined): PoolView => {
    const view = frozenSince(since);
    if (view.collectorStartedAt === pool.collectorStartedAt || since === undefined) return view;
    frozen = { since, view: look() };
    return frozen.view;
  };
  const skew = (since: number | undefined): number => 30 + 400 * stream(seed, 'skew', since ?? 0)();

  return (invocation: Invocation): Snapshot<PoolView> => {
    const doubt = (why: string) => void invocation.doubts.add(why);
    if (weather.is('endpoint down')) {
      doubt('the pool is unknown');
      return unknown('the endpoint is down');
    }
    if (weather.is('view old and dated new')) {
      const view = oldSince(weather.since('view old and dated new'));
      return known({ ...view, observedAt: clock.now }, clock.now);
    }
    if (weather.is('view stale')) {
      const view = frozenSince(weather.since('view stale'));
      if (clock.now - view.observedAt > TOO_OLD_SECONDS) doubt('the view is old');
      return known(view, view.observedAt);
    }
    last = look();
    if (weather.is('view partial')) {
      doubt('the view is partial');
      const workers = { complete: false, why: 'condor_status: communication error', workers: [] };
      return known({ ...last, workers }, last.observedAt);
    }
    if (weather.is('view without workers'))
      return known(
        without(last, () => false),
        last.observedAt,
      );
    if (weather.is('view without half of the workers')) {
      return known(
        without(last, (index) => index % 2 === 0),
        last.observedAt,
      );
    }
    if (weather.is("pool's clock ahead")) {
      const by = skew(weather.since("pool's clock ahead"));
      if (by > 2 * BORNE_SKEW_SECONDS) doubt('a clock is ahead');
      return known(shifted(last, by), last.observedAt + by);
    }
    if (weather.is("pool's clock behind")) {
      const by = skew(weather.since("pool's clock behind"));
      return known(shifted(last, -by), last.observedAt - by);
    }
    return known(last, last.observedAt);
  };
};
