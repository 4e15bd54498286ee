import * as z from 'zod';
import { plannedLaunch } from './launch.ts';
import type { Parsed } from './parsed.ts';
import { reason } from './reason.ts';
import { resources } from './resources.ts';
import { plannedWake } from './wake.ts';

/** The reasons, in the order in which they arose. */
const why = z.array(reason);

/** Why a worker is taken out of service, or is not. */
const cause = reason;

/** What every decision says of itself. */
const told = {
  /** The tick's moment, seconds since 1970. */
  at: z.number(),
  why,
  /** The counts it rests on, by name: they become its metrics. Empty where they are not known. */
  counts: z.record(z.string(), z.number()),
};

const ofQueue = { queue: z.string(), ...told };

const ofFleet = { fleet: z.string(), ...told };

const pilotDecision = z.discriminatedUnion('kind', [
  z.object({
    ...ofQueue,
    kind: z.literal('submit'),
    requestId: z.string(),
    count: z.number(),
    shape: resources,
    /** What rides on each of them: whose workers take them, and how long one may run. Absent: from before this was kept. */
    fleet: z.string().exactOptional(),
    wallSeconds: z.number().exactOptional(),
    /** The pool's own clock when it was looked at; a view no newer than that cannot know these pilots. */
    viewedAt: z.number(),
    /** One pilot, to see whether it shows in a view: those before it did not. */
    canary: z.literal(true).exactOptional(),
  }),
  /** `leave`: idle pilots that must stay, so that carrying this out twice removes no more than once. */
  z.object({
    ...ofQueue,
    kind: z.literal('remove'),
    count: z.number(),
    leave: z.number(),
    fleet: z.string().exactOptional(),
  }),
  z.object({ ...ofQueue, kind: z.literal('rest') }),
  z.object({ ...ofQueue, kind: z.literal('hold') }),
]);

/** What a tick decides for one queue of pilots. */
export type PilotDecision = Parsed<typeof pilotDecision>;

export type PlannedLaunch = Parsed<typeof plannedLaunch>;

/** One step of taking a worker out of service, or of taking a drain back. */
const retirement = z.object({
  instanceId: z.string(),
  step: z.enum(['drain', 'terminate', 'undrain']),
  cause,
  /** A drain that is taken back when the worker is needed again. */
  surplus: z.literal(true).exactOptional(),
  /** A drain that did not take hold, or an end that EC2 refused, and that is ordered once more. */
  again: z.literal(true).exactOptional(),
  /** The view did not show it: it is looked for once more before it is ended. */
  unseen: z.literal(true).exactOptional(),
  /** The view showed it drained and empty, which is why it is ended. */
  empty: z.literal(true).exactOptional(),
});

export type Retirement = Parsed<typeof retirement>;

/** Whom retirements concern. */
export const leavingBy = (retirements: readonly Retirement[]): ReadonlySet<string> =>
  new Set(retirements.map(({ instanceId }) => instanceId));

const workerDecision = z.discriminatedUnion('kind', [
  z.object({
    ...ofFleet,
    kind: z.literal('act'),
    launches: z.array(plannedLaunch),
    retirements: z.array(retirement),
    /** Sleepers that are woken; absent: none. */
    wakes: z.array(plannedWake).exactOptional(),
    /** Workers whose power-off becomes a stop, by instance; absent: none. */
    mayStop: z.array(z.string()).exactOptional(),
  }),
  z.object({ ...ofFleet, kind: z.literal('rest') }),
  z.object({ ...ofFleet, kind: z.literal('hold') }),
]);

/** What a tick decides for the workers of one fleet. */
export type WorkerDecision = Parsed<typeof workerDecision>;

/** A decision as it is written down. */
export const decision = z.union([
  z.intersection(z.object({ of: z.literal('pilots') }), pilotDecision),
  z.intersection(z.object({ of: z.literal('workers') }), workerDecision),
]);

export type Decision =
  | ({ readonly of: 'pilots' } & PilotDecision)
  | ({ readonly of: 'workers' } & WorkerDecision);

/** Whose decision it is: a queue's or a fleet's. */
export const whose = (decision: Decision): string =>
  decision.of === 'pilots' ? decision.queue : decision.fleet;
