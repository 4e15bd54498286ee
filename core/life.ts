import type { WorkerState } from './records.ts';

/**
 * What can happen to a worker. `seen` and `unseen` come from the pool's view, `drained` and `ended-asked` from aerie's
 * own actions, `gone` from EC2; they may come twice and out of order.
 */
export type WorkerEvent =
  | { readonly kind: 'seen'; readonly joinedAt: number; readonly at: number }
  | { readonly kind: 'unseen'; readonly at: number }
  | { readonly kind: 'drained'; readonly at: number; readonly cause: string }
  | { readonly kind: 'ended-asked'; readonly at: number; readonly cause: string }
  | { readonly kind: 'gone' };

type Move<K extends WorkerEvent['kind']> = (
  state: WorkerState,
  event: Extract<WorkerEvent, { kind: K }>,
) => WorkerState | 'gone';

type Row = { readonly [K in WorkerEvent['kind']]: Move<K> };

const stay = (state: WorkerState): WorkerState => state;
const joined: Move<'seen'> = (_, { joinedAt }) => ({ kind: 'joined', joinedAt });
const draining: Move<'drained'> = (_, { at, cause }) => ({ kind: 'draining', since: at, cause });
const retiring: Move<'ended-asked'> = (_, { at, cause }) => ({ kind: 'retiring', since: at, cause });
const gone = (): 'gone' => 'gone';

/** The whole life of a worker: in which state what event leads where. Nothing leads back to booting. */
const LIFE: { readonly [S in WorkerState['kind']]: Row } = {
  booting: { seen: joined, unseen: stay, drained: draining, 'ended-asked': retiring, gone },
  joined: {
    seen: stay,
    unseen: (state, { at }) =>
      state.kind === 'joined' ? { kind: 'missing', joinedAt: state.joinedAt, since: at } : state,
    drained: draining,
    'ended-asked': retiring,
    gone,
  },
  missing: { seen: joined, unseen: stay, drained: draining, 'ended-asked': retiring, gone },
  draining: { seen: stay, unseen: stay, drained: stay, 'ended-asked': retiring, gone },
  retiring: { seen: stay, unseen: stay, drained: stay, 'ended-asked': stay, gone },
};

/** The state that an event leads to; the same object if it changes nothing. */
export const next = (state: WorkerState, event: WorkerEvent): WorkerState | 'gone' => {
  const row = LIFE[state.kind];
  switch (event.kind) {
    case 'seen':
      return row.seen(state, event);
    case 'unseen':
      return row.unseen(state, event);
    case 'drained':
      return row.drained(state, event);
    case 'ended-asked':
      return row['ended-asked'](state, event);
    case 'gone':
      return row.gone(state, event);
    default:
      return event satisfies never;
  }
};
