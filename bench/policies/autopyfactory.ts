import type { Policy } from '../model/policy.ts';
import { describeCalls, idleFor, PEER_CORES, pending, queuedCores } from './fit.ts';

const IDLE_SECONDS = 1200;
const MOST_PER_CYCLE = 50;
const MOST_PENDING = 100;

/**
 * AutoPyFactory with the chain of its AGIS defaults: `Ready, Scale(1/B), MaxPerCycle(50), MaxPending(100)`. A VM is
 * pending until EC2 calls it running; from then until it joins it is counted nowhere. With `inFlight`, every booting
 * VM counts, in jobs.
 */
export const autoPyFactory = (size = PEER_CORES, inFlight = false): Policy => ({
  name: inFlight ? 'AutoPyFactory, in-flight counted' : 'AutoPyFactory',
  assumed: 'its chain has no scale-down: idle exit after 1,200 s; EC2 pending for 40 s',
  periodSeconds: 120,
  registerTimeoutSeconds: 0,
  start: (hands) => ({
    cycle() {
      const waiting = inFlight ? hands.booting.size : pending(hands);
      const ready = Math.max(0, queuedCores(hands, hands.view()) - waiting * (inFlight ? size : 1));
      const wanted = Math.min(MOST_PER_CYCLE, Math.ceil(ready / size));
      const n = waiting > 0 ? Math.min(wanted, MOST_PENDING - waiting) : wanted;
      if (n > 0) hands.calls(hands.launch(size, n).length);
      const idle = idleFor(hands, IDLE_SECONDS);
      hands.terminate(idle);
      hands.calls(idle.length + describeCalls(hands));
    },
  }),
});
