import * as z from 'zod';
import { template } from './templates.ts';

const count = z.number();
const dollars = z.number();
const market = z.enum(['spot', 'on-demand']);

/** Pilots of one shape that a launch is wanted for. */
const pilots = { pilots: count, cpus: z.number(), memoryMb: z.number() };

const lack = z.object({ knob: z.string(), why: z.string() });

/** Why workers of a fleet are launched, or are not. */
export const launchReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fleet-paused') }),
  /**
   * It decides and does nothing: what it would do now. `dollarsPerHour`: what it would start, each as dear as any of its
   * offers; absent: a price is not known, or it would start nothing. `isListed`: at AWS's list prices on demand.
   */
  z.object({
    kind: z.literal('fleet-in-shadow'),
    launches: z
      .array(z.object({ workers: count, flavours: z.array(z.string()).readonly(), market }))
      .readonly(),
    wake: count,
    letSleep: count,
    undrain: count,
    drain: count,
    terminate: count,
    dollarsPerHour: dollars.exactOptional(),
    isListed: z.literal(true).exactOptional(),
  }),
  /** `plainJobs`: jobs that are no pilots. */
  z.object({
    kind: z.literal('jobs-waiting'),
    pilots: count,
    plainJobs: count,
    onJoined: count,
    onBooting: count,
  }),
  /** Of the waiting ones: they have no job behind them, and the chain asks for them all the same. */
  z.object({ kind: z.literal('pilots-asked-for'), pilots: count }),
  z.object({ kind: z.literal('jobs-landing'), jobs: count, unplaced: count }),
  /** The site says nothing of landings. */
  z.object({ kind: z.literal('landings-untold') }),
  /** `unreadable`: so many cannot be read, and the others count. */
  z.object({
    kind: z.literal('landings-incomplete'),
    words: z.string().exactOptional(),
    unreadable: z.number().exactOptional(),
  }),
  /** `trialOffers`: only so many offers are asked for, because EC2 refuses one of more and does not say which. */
  z.object({
    kind: z.literal('launch'),
    workers: count,
    flavours: z.array(z.string()).readonly(),
    market,
    trialOffers: count.exactOptional(),
  }),
  /** Sleepers that are started again, in place of launches. */
  z.object({ kind: z.literal('wake'), workers: count, flavours: z.array(z.string()).readonly() }),
  /** `canary`: by their types one would hold them; the workers that were seen do not, and one more is tried. */
  z.object({
    kind: z.literal('fits-no-flavour'),
    ...pilots,
    lack: lack.exactOptional(),
    canary: z.literal(true).exactOptional(),
  }),
  /** They may run for longer than a worker lives, which takes none of them then. */
  z.object({
    kind: z.literal('jobs-outlast-workers'),
    ...pilots,
    wallSeconds: z.number(),
    maxLifeSeconds: z.number(),
  }),
  z.object({ kind: z.literal('offers-cooling'), ...pilots }),
  z.object({ kind: z.literal('offers-unsupported'), ...pilots }),
  z.object({ kind: z.literal('capped-by-fleet'), workers: count }),
  /** `min-workers`, and how many of them are not there. */
  z.object({ kind: z.literal('workers-kept'), workers: count, missing: count }),
  /** Jobs that lost a spot machine: their next one is on demand. */
  z.object({ kind: z.literal('jobs-restarting'), jobs: count }),
  /** The last `workers` that were launched for such jobs stayed empty while they waited; `canary`: one more is tried. */
  z.object({
    kind: z.literal('workers-unclaimed'),
    workers: count,
    jobs: z.string(),
    canary: z.literal(true).exactOptional(),
  }),
  z.object({ kind: z.literal('capped-by-budget'), workers: count }),
  z.object({ kind: z.literal('hour-budget'), dollars, limitDollars: dollars }),
  z.object({ kind: z.literal('month-budget'), month: z.string(), dollars, limitDollars: dollars }),
  /** None of the newest template has joined lately; `canary`: one is tried. */
  z.object({
    kind: z.literal('older-template'),
    template: template,
    newest: template,
    canary: z.literal(true).exactOptional(),
  }),
  /** `instead`: what workers are launched from; absent: none is launched. */
  z.object({
    kind: z.literal('image-unknown'),
    instead: template.exactOptional(),
    words: z.string(),
  }),
  z.object({ kind: z.literal('launches-throttled'), leftSeconds: z.number() }),
  z.object({ kind: z.literal('launches-paced'), mostWorkers: count }),
  /** `breaker`: the kind of boots that it watches; `orMore`: as many failures as are remembered. */
  z.object({
    kind: z.literal('breaker-open'),
    breaker: z.string(),
    failures: count,
    orMore: z.literal(true).exactOptional(),
    canary: z.enum(['launched', 'on-its-way']),
  }),
  z.object({ kind: z.literal('offers-left-out'), offers: count }),
  /** Workers that EC2 says have ended before they joined; `instanceId`: the one, if it is one. */
  z.object({
    kind: z.literal('boots-ended'),
    workers: count,
    instanceId: z.string().exactOptional(),
    reason: z.object({ code: z.string(), message: z.string() }),
  }),
]);

export type LaunchReason = z.infer<typeof launchReason>;
