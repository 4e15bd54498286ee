import type { Policy } from '../model/policy.ts';
import { idleFor, PEER_CORES } from './fit.ts';

const TOP_UP_SECONDS = 86_400;
const AGAIN_SECONDS = 3600;
const IDLE_SECONDS = 900;

/** condor_annex: a person asks for the machines of a busy day, each morning and when there are none. */
export const condorAnnex = (machines: number, size = PEER_CORES): Policy => ({
  name: 'condor_annex-like',
  assumed: 'a person who asks for the 95th percentile of the demand once a day',
  periodSeconds: 60,
  registerTimeoutSeconds: 0,
  start(hands) {
    let toppedAt = Number.NEGATIVE_INFINITY;
    let askedAt = Number.NEGATIVE_INFINITY;
    return {
      cycle() {
        const { now } = hands;
        const waiting = hands.view().queued.some((jobs) => jobs > 0);
        const daily = now - toppedAt >= TOP_UP_SECONDS;
        const empty = hands.machines.size === 0 && waiting && now - askedAt >= AGAIN_SECONDS;
        if (daily || empty) {
          if (daily) toppedAt = now;
          askedAt = now;
          hands.launch(size, Math.max(0, machines - hands.machines.size));
          hands.calls(1);
        }
        const idle = idleFor(hands, IDLE_SECONDS);
        hands.terminate(idle);
        hands.calls(idle.length > 0 ? 1 : 0);
      },
    };
  },
});

/** As many machines, all the time. */
export const fixedPool = (machines: number, size = PEER_CORES): Policy => ({
  name: 'fixed pool',
  assumed: 'sized for the 95th percentile of the demand, which nobody knows ahead',
  periodSeconds: 60,
  registerTimeoutSeconds: 0,
  start: (hands) => ({
    cycle() {
      if (hands.machines.size < machines) hands.launch(size, machines - hands.machines.size);
    },
  }),
});
