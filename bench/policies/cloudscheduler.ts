import type { Policy } from '../model/policy.ts';
import { describeCalls, idleFor, PEER_CORES, queuedCores } from './fit.ts';

const MOST_PER_LOOP = 5;
const MOST_STARTING = 50;
const IDLE_THROTTLE = 10;
const KEEP_ALIVE_SECONDS = 600;
const POLL_SECONDS = 30;

/** cloudscheduler v2: what all jobs ask for less what all VMs offer, five VMs a loop. Totals, not shapes. */
export const cloudscheduler = (size = PEER_CORES): Policy => ({
  name: 'cloudscheduler v2',
  assumed: 'keep_alive 600 s; new_VMs_throttle 50 (upstream 5, which is slower)',
  periodSeconds: 10,
  registerTimeoutSeconds: 900,
  start: (hands) => ({
    cycle() {
      const view = hands.view();
      const supply = [...hands.machines].reduce(
        (n, { state, cores }) => n + (state === 'draining' ? 0 : cores),
        0,
      );
      const short = queuedCores(hands, view) + view.busyCores - supply;
      const running = view.ready - view.idle;
      const mayIdle = Math.max(IDLE_THROTTLE, Math.floor(running / 10));
      if (short > 0 && view.idle < mayIdle && hands.booting.size < MOST_STARTING) {
        hands.launch(size, Math.min(MOST_PER_LOOP, Math.ceil(short / size)));
        hands.calls(1);
      }
      const idle = idleFor(hands, KEEP_ALIVE_SECONDS);
      hands.terminate(idle);
      hands.calls(idle.length);
      if (hands.now % POLL_SECONDS < 10) hands.calls(describeCalls(hands));
    },
  }),
});
