import type { Hands, Policy } from '../model/policy.ts';
import { launchFor } from './candidate.ts';
import { describeCalls, idleFor, PEER_CORES, residual, roomsAhead } from './fit.ts';

const PERIOD_SECONDS = 10;
const TERMINATE_BATCH = 500;
const POLL_SECONDS = 60;

type Sizes = Parameters<typeof launchFor>[2];

const launchForResidual = (hands: Hands, sizes: Sizes) => {
  const view = hands.view();
  if (view.queued.every((jobs) => jobs === 0)) return;
  launchFor(hands, residual(hands, view.queued, roomsAhead(hands, view)), sizes);
};

const firstFit = (name: string, idleSeconds: number, sizes: Sizes, assumed?: string): Policy => ({
  name,
  ...(assumed === undefined ? {} : { assumed }),
  periodSeconds: PERIOD_SECONDS,
  registerTimeoutSeconds: 900,
  start: (hands) => ({
    cycle() {
      launchForResidual(hands, sizes);
      const idle = idleFor(hands, idleSeconds);
      hands.terminate(idle);
      hands.calls(Math.ceil(idle.length / TERMINATE_BATCH));
      if (hands.now % POLL_SECONDS < PERIOD_SECONDS) hands.calls(describeCalls(hands));
    },
  }),
});

/** Karpenter's first-fit-decreasing over existing and in-flight nodes, with its default of 15 s until an empty node goes. */
export const karpenterDefault = (size = PEER_CORES): Policy =>
  firstFit('Karpenter-like, idle 15 s', 15, { one: size });

/** The same with idle nodes kept for two cycles of the negotiator, which suits HTCondor. */
export const karpenter = (size = PEER_CORES): Policy =>
  firstFit('Karpenter-like, idle 120 s', 120, { one: size }, 'idle 120 s instead of its default of 15 s');

/** ParallelCluster's scale-down idle time of ten minutes, with the same packing. */
export const parallelCluster = (size = PEER_CORES): Policy =>
  firstFit('ParallelCluster-like', 600, { one: size }, 'the packing is that of the row above');

/** The same choosing a size for each width: the job's own, or a least one. */
export const karpenterWidths = (atLeast: number): Policy =>
  firstFit(
    `Karpenter-like, ${atLeast} cores or the job's`,
    120,
    { atLeast },
    'idle 120 s; it picks types by shape',
  );
