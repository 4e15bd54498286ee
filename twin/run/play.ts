import { type PaceOptions, pacer } from '../clock/pace.ts';
import type { Sandbox } from '../stage/sandbox.ts';
import type { Stage } from '../stage/stage.ts';
import { callMetrics, type Datum } from '../stage/watched.ts';
import type { Going } from './standstill.ts';

/** How a run has ended: as it should, cut short from outside, or given up, with the reason. */
export type Ending =
  | { readonly kind: 'over' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'given up'; readonly why: string };

export interface PlayOptions {
  /** Simulated seconds per real second; undefined: as fast as the machine allows. */
  readonly speed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Wraps what must not be stopped half-way: real time passes in it while simulated time stands still. */
  readonly whole?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
  /** What CloudWatch would have got. */
  readonly onMetric?: ((datum: Datum) => void) | undefined;
}

/** Where the run is now; asked after every tick. */
export interface Progress extends Going {
  readonly isOver: boolean;
}

const aborted = (signal: AbortSignal | undefined): Promise<undefined> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(undefined), { once: true }));

/** What is looked at after each step: how far it is, and why it should be given up. */
interface Watch {
  readonly progress: () => Progress;
  readonly giveUp: (going: Going) => string | undefined;
}

/** Lets simulated time pass until everything is over; it stands still while a function runs. */
export const play = async (
  { clock, invocations }: Stage,
  sandbox: Pick<Sandbox, 'invoke' | 'settle'>,
  { progress, giveUp }: Watch,
  {
    speed,
    hurriesFrom,
    signal,
    onMetric,
    whole = (work) => work(),
  }: PlayOptions & Pick<PaceOptions, 'hurriesFrom'>,
): Promise<Ending> => {
  const pace = pacer({ startsAt: clock.now, speed, hurriesFrom, signal });
  const cutShort = aborted(signal);
  for (let next = clock.next(); next !== undefined; next = clock.next()) {
    await pace(next);
    if (signal?.aborted === true) return { kind: 'aborted' };
    clock.step();
    await sandbox.settle();
    if (invocations.length === 0) continue;
    for (let call = invocations.shift(); call !== undefined; call = invocations.shift()) {
      const { name, event, done } = call;
      const outcome = await Promise.race([whole(() => sandbox.invoke(name, event)), cutShort]);
      if (outcome === undefined) return { kind: 'aborted' };
      onMetric?.(callMetrics(name, clock.now, !outcome.ok));
      done(outcome);
    }
    const now = progress();
    if (now.isOver) return { kind: 'over' };
    const why = giveUp(now);
    if (why !== undefined) return { kind: 'given up', why };
  }
  return { kind: 'over' };
};
