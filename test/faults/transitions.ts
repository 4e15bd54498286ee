import * as z from 'zod';
import { fixedIn } from '../../adapters/ledger/worker-item.ts';
import type { ReasonKind } from '../../core/model/reason.ts';
import { LIFE } from '../../core/write/life.ts';
import type { Item } from './expressions.ts';
import type { Tally } from './tally.ts';

/**
 * A joined worker is only ended without a drain if somebody has stopped its instance, and not the machine itself: the twin's
 * EC2 takes no such order. One that wakes is only drained while its ad cannot be read; here all can.
 */
const NOT_HERE: readonly string[] = ['joined → retiring', 'waking → draining'];

/** Steps that are none of the table, and causes of a drain that core/decide/workers/rules/roll.ts asks for. */
const OTHER_STEPS = {
  drift: 'drained for drift',
  marked: 'marked as protected',
  unmarked: 'no more protected',
} as const;
const DRIFTED: ReadonlySet<string | undefined> = new Set<ReasonKind>(['template-replaced']);

/** Each step that core's table of a worker's life has, by name: `booting → joined`. A repeat of a state is none. */
export const TRANSITIONS: readonly string[] = Object.entries(LIFE)
  .flatMap(([from, row]) =>
    [...new Set<string>(Object.values(row))].filter((to) => to !== from).map((to) => `${from} → ${to}`),
  )
  .filter((name) => !NOT_HERE.includes(name))
  .concat(Object.values(OTHER_STEPS));

const worker = z.object({
  state: z.object({ kind: z.string(), cause: z.string().optional() }),
  /** The launch that it is of stands in the text of what never changes. */
  fixed: z.string().transform((text) => fixedIn(text)?.launchId ?? ''),
  isProtected: z.boolean().default(false),
});
const launch = z.object({ request: z.object({ launchId: z.string() }), intendedBy: z.number().optional() });

type Change = { readonly sk: string; readonly before: Item | undefined; readonly after: Item | undefined };

/** Counts the steps of workers' lives as the ledger's records take them. */
export const stepCounter = (tally: Tally) => {
  const launched = new Set<string>();
  const count = (from: string, to: string) => {
    if (from !== to) tally.add(`${from} → ${to}`);
  };
  const ofWorker = (before: Item | undefined, after: Item | undefined) => {
    const [was, is] = [worker.safeParse(before).data, worker.safeParse(after).data];
    if (is !== undefined) launched.add(is.fixed);
    if (was === undefined && is === undefined) return;
    // A worker that is written down comes from a launch that was asked for; how it is adopted is told elsewhere.
    count(was?.state.kind ?? 'requested', is?.state.kind ?? 'gone');
    if (was === undefined || is === undefined) return;
    const isDrained = is.state.kind === 'draining' && was.state.kind !== 'draining';
    if (isDrained && DRIFTED.has(is.state.cause)) tally.add(OTHER_STEPS.drift);
    if (was.isProtected !== is.isProtected) {
      tally.add(is.isProtected ? OTHER_STEPS.marked : OTHER_STEPS.unmarked);
    }
  };
  const ofLaunch = (before: Item | undefined, after: Item | undefined) => {
    const [was, is] = [launch.safeParse(before).data, launch.safeParse(after).data];
    const stage = (one: typeof was) => (one?.intendedBy === undefined ? 'requested' : 'intended');
    if (was !== undefined && is !== undefined) count(stage(was), stage(is));
    // Its workers are written down first: a launch that goes without any was refused.
    if (was === undefined || is !== undefined) return;
    if (stage(was) === 'intended' || !launched.has(was.request.launchId)) count(stage(was), 'gone');
  };
  return ({ sk, before, after }: Change): void => {
    if (sk.startsWith('worker#')) ofWorker(before, after);
    if (sk.startsWith('launch#')) ofLaunch(before, after);
  };
};
