import type { Machine } from '../model/machine.ts';
import type { Policy } from '../model/policy.ts';
import { PEER_CORES } from './fit.ts';

const PERIOD_SECONDS = 30;
const THRESHOLD = 0.9;
/** Calls for one ready VM in a cycle: its status is asked for once a minute. */
const STATUS_CALLS = 0.5;

const usedCores = ({ cores, free, state }: Machine): number => (state === 'ready' ? cores - free : 0);

/** COBalD/TARDIS with its linear controller, utilisation and allocation 0.9, rate 1. It never looks at the queue. */
export const tardis = (size = PEER_CORES): Policy => ({
  name: 'COBalD/TARDIS linear',
  assumed: 'the values of its example; it reads the true state, not the view',
  periodSeconds: PERIOD_SECONDS,
  registerTimeoutSeconds: 0,
  start(hands) {
    let demand = 1;
    return {
      cycle() {
        const drones = [...hands.machines].filter(({ state }) => state === 'ready' || state === 'booting');
        const ready = drones.filter(({ state }) => state === 'ready');
        const used = ready.reduce((sum, drone) => sum + usedCores(drone) / drone.cores, 0);
        const utilisation = ready.length === 0 ? 1 : used / ready.length;
        if (utilisation < THRESHOLD) demand -= PERIOD_SECONDS;
        else if (utilisation > THRESHOLD) demand += PERIOD_SECONDS;
        demand = Math.max(1, demand);
        const total = drones.reduce((n, { cores }) => n + cores, 0);
        const supply = ready.reduce((n, { cores }) => n + cores, 0);
        if (supply > demand) {
          let excess = total - demand;
          for (const drone of drones.sort((a, b) => usedCores(a) - usedCores(b))) {
            if (drone.cores > excess) continue;
            excess -= drone.cores;
            hands.terminate([drone]);
            hands.calls(1);
          }
        } else {
          const wanted = Math.ceil((demand - total) / size);
          if (wanted > 0) hands.calls(hands.launch(size, wanted).length);
        }
        hands.calls(STATUS_CALLS * ready.length);
      },
    };
  },
});
