import type { Reason } from '../model/reason.ts';
import { asleepSince, isComing, type WorkerState } from '../model/worker.ts';

/**
 * What can happen to a worker. `seen` and `unseen` come from the pool's view, `gone` from EC2, all others from aerie's
 * own actions and what came of them: `ended-asked` when EC2 has taken a termination, `untaken` when it still runs long
 * after, `stopping` and `stopped` when EC2 shows it losing and without power, `started` when it shows one with power that slept, `woken` when aerie
 * starts it, `unwoken` when that was refused, was not even asked (`unasked`; `isResized`: it was to have another type), or it has
 * no power a while after (`failed`), `counted` when the breaker knows of a failed boot, `refused` when a cloud had accepted it and
 * then found no room: it never ran. They may come twice and out of order. `again`: the drain had
 * not taken hold, and is ordered once more.
 */
export type WorkerEvent =
  | { readonly kind: 'seen'; readonly joinedAt: number; readonly at: number }
  | { readonly kind: 'unseen'; readonly at: number }
  | {
      readonly kind: 'drained';
      readonly at: number;
      readonly cause: Reason;
      readonly surplus?: true;
      readonly undated?: true;
      readonly again?: true;
    }
  | { readonly kind: 'dated'; readonly at: number }
  | { readonly kind: 'undrained'; readonly at: number; readonly joinedAt: number }
  | { readonly kind: 'end-decided'; readonly at: number; readonly cause: Reason }
  | { readonly kind: 'ended-asked'; readonly at: number; readonly cause: Reason }
  | { readonly kind: 'untaken'; readonly at: number }
  | { readonly kind: 'stopping'; readonly at: number }
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'started'; readonly at: number }
  | { readonly kind: 'woken'; readonly at: number }
  | {
      readonly kind: 'unwoken';
      readonly at: number;
      readonly failed?: true;
      readonly unasked?: true;
      readonly isResized?: true;
    }
  | { readonly kind: 'gone'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number }
  | { readonly kind: 'counted'; readonly at: number };

/** What can happen to a launch, whose workers have no names yet. */
type LaunchEvent = 'asked' | 'withdrawn' | 'launched';

/** Where a worker can stand, from the intent to launch it to its end. */
export type LifeState = 'intended' | 'requested' | WorkerState['kind'] | 'gone';

export type LifeEvent = LaunchEvent | WorkerEvent['kind'];

/** First decided and written down, then asked of EC2: a termination that nobody else may undo. */
const END = { 'end-decided': 'retiring', 'ended-asked': 'retiring' } as const;

const STOP = { stopping: 'asleep', stopped: 'asleep' } as const;

/**
 * The whole life of a worker: in which state what leads where. What is not in the table changes nothing. Nothing leads
 * back to booting, and out of retiring there is only the end, or the sleep of one that is never woken.
 */
export const LIFE = {
  /** In the ledger; EC2 knows nothing of it. */
  intended: { asked: 'requested', withdrawn: 'gone' },
  /** EC2 may have been asked, and may have launched it. */
  requested: { launched: 'booting', refused: 'gone' },
  booting: { seen: 'joined', drained: 'draining', ...END, refused: 'gone', gone: 'failed' },
  joined: { unseen: 'missing', drained: 'draining', ...STOP, ...END, gone: 'gone' },
  missing: { seen: 'joined', drained: 'draining', ...STOP, ...END, gone: 'gone' },
  draining: {
    seen: 'draining',
    drained: 'draining',
    dated: 'draining',
    undrained: 'joined',
    ...STOP,
    ...END,
    gone: 'gone',
  },
  asleep: { seen: 'joined', stopped: 'asleep', started: 'waking', woken: 'waking', ...END, gone: 'gone' },
  waking: { seen: 'joined', unwoken: 'asleep', drained: 'draining', ...END, gone: 'gone' },
  retiring: { drained: 'retiring', 'ended-asked': 'retiring', untaken: 'retiring', ...STOP, gone: 'gone' },
  /** It has ended without having joined; the breaker has to count it. */
  failed: { counted: 'gone' },
  gone: {},
} as const satisfies { readonly [S in LifeState]: Partial<Readonly<Record<LifeEvent, LifeState>>> };

/** Where an event leads from a state; undefined if it changes nothing. */
export const leadsTo = (from: LifeState, event: LifeEvent): LifeState | undefined => {
  const row: Partial<Readonly<Record<LifeEvent, LifeState>>> = LIFE[from];
  return row[event];
};

/** A view from before the worker joined cannot say that it has left, nor an ad from before it slept that it is awake. */
const isOutdated = (state: WorkerState, event: WorkerEvent): boolean => {
  if (event.kind === 'unseen') return state.kind === 'joined' && event.at <= state.joinedAt;
  if (event.kind !== 'seen') return false;
  return (state.kind === 'asleep' || state.kind === 'waking') && event.joinedAt <= state.since;
};

/** Ordered again, a drain counts anew. One for good makes one of a surplus one; all else about it is no news. */
const drainedAgain = (
  state: Extract<WorkerState, { kind: 'draining' | 'retiring' }>,
  { at, cause, surplus, again }: Extract<WorkerEvent, { kind: 'drained' }>,
): WorkerState => {
  if (again !== undefined) {
    const counts = state.kind === 'draining' || state.pending === true;
    return counts && at > state.since ? { ...state, since: at } : state;
  }
  if (state.kind === 'retiring') return state;
  if (state.surplus === undefined || surplus !== undefined) return state;
  const { surplus: _, ...rest } = state;
  return { ...rest, cause };
};

const seenDraining = (state: Extract<WorkerState, { kind: 'draining' }>): WorkerState => {
  if (state.unjoined === undefined) return state;
  const { unjoined: _, ...rest } = state;
  return rest;
};

const dated = (state: Extract<WorkerState, { kind: 'draining' }>, at: number): WorkerState => {
  if (state.undated === undefined) return state;
  const { undated: _, ...rest } = state;
  return { ...rest, since: at };
};

const stillAsleep = (state: WorkerState): { readonly asleepSince?: number } => {
  const since = asleepSince(state);
  return since === undefined ? {} : { asleepSince: since };
};

const retiringAfter = (
  state: WorkerState,
  event: Extract<WorkerEvent, { kind: 'end-decided' | 'ended-asked' | 'untaken' }>,
): WorkerState => {
  const isPending = state.kind === 'retiring' && state.pending === true;
  switch (event.kind) {
    case 'end-decided':
      return {
        ...{ kind: 'retiring', since: event.at, cause: event.cause, pending: true },
        ...stillAsleep(state),
      };
    case 'ended-asked':
      if (state.kind === 'retiring' && !isPending) return state;
      return {
        kind: 'retiring',
        since: event.at,
        cause: state.kind === 'retiring' ? state.cause : event.cause,
        ...stillAsleep(state),
      };
    case 'untaken':
      return state.kind === 'retiring' && !isPending ? { ...state, since: event.at, pending: true } : state;
    default:
      return event satisfies never;
  }
};

/** One that was leaving for good when it lost its power is not woken. */
const asleepAfter = (
  state: WorkerState,
  event: Extract<WorkerEvent, { kind: 'stopping' | 'stopped' | 'unwoken' }>,
): WorkerState => {
  const { kind, at } = event;
  if (state.kind === 'asleep') {
    const { stopping, ...rest } = state;
    return stopping === undefined ? state : rest;
  }
  if (state.kind === 'waking') {
    const { failed, unasked, isResized } = event.kind === 'unwoken' ? event : {};
    const failures = (state.failures ?? 0) + (failed === true ? 1 : 0);
    return {
      ...{ kind: 'asleep', since: state.since },
      ...(unasked === true ? {} : { refusedAt: at }),
      ...(failures > 0 ? { failures } : {}),
      ...(isResized === true ? { isTypeUnknown: true } : {}),
    };
  }
  const leaves = state.kind === 'retiring' || (state.kind === 'draining' && state.surplus === undefined);
  return {
    kind: 'asleep',
    since: asleepSince(state) ?? at,
    ...(kind === 'stopping' ? { stopping: true } : {}),
    ...(leaves ? { cause: state.cause } : {}),
  };
};

/** The state that an event leads to; the same object if it changes nothing. */
export const next = (state: WorkerState, event: WorkerEvent): WorkerState | 'gone' => {
  const to = leadsTo(state.kind, event.kind);
  if (to === undefined || isOutdated(state, event)) return state;
  switch (event.kind) {
    case 'seen':
      return state.kind === 'draining' ? seenDraining(state) : { kind: 'joined', joinedAt: event.joinedAt };
    case 'dated':
      return state.kind === 'draining' ? dated(state, event.at) : state;
    case 'undrained':
      return { kind: 'joined', joinedAt: event.joinedAt, undrainedAt: event.at };
    case 'unseen':
      return state.kind === 'joined' ? { kind: 'missing', joinedAt: state.joinedAt, since: event.at } : state;
    case 'drained': {
      if (state.kind === 'draining' || state.kind === 'retiring') return drainedAgain(state, event);
      const { at, cause, surplus } = event;
      return {
        kind: 'draining',
        since: at,
        cause,
        ...(surplus === undefined ? {} : { surplus }),
        ...(isComing(state) ? { unjoined: true } : {}),
        ...(event.undated === undefined ? {} : { undated: true }),
      };
    }
    case 'end-decided':
    case 'ended-asked':
    case 'untaken':
      return retiringAfter(state, event);
    case 'stopping':
    case 'stopped':
    case 'unwoken':
      return asleepAfter(state, event);
    case 'started':
    case 'woken':
      return {
        ...{ kind: 'waking', since: event.at },
        ...(state.kind === 'asleep' && state.failures !== undefined ? { failures: state.failures } : {}),
      };
    case 'gone':
      return to === 'failed'
        ? { kind: 'failed', at: event.at, cause: { kind: 'ended-before-joining' } }
        : 'gone';
    case 'counted':
    case 'refused':
      return 'gone';
    default:
      return event satisfies never;
  }
};
