import type { Policy } from '../model/policy.ts';
import { describeCalls, idleFor, PEER_CORES, queuedCores } from './fit.ts';

const THRESHOLD_JOBS = 10;
const HOLD_SECONDS = 100;
const DEPLOY_SECONDS = 600;
const IDLE_SECONDS = 3600;
const POLL_SECONDS = 45;

/** elastiq: jobs beyond those that launched VMs are alleged to take have to wait 100 s before VMs are launched. */
export const elastiq = (size = PEER_CORES): Policy => ({
  name: 'elastiq',
  assumed: 'the values of its sample file',
  periodSeconds: 15,
  registerTimeoutSeconds: DEPLOY_SECONDS,
  start(hands) {
    let alleged: number[] = [];
    let since: number | undefined;
    let polledAt = Number.NEGATIVE_INFINITY;
    return {
      cycle() {
        const { now } = hands;
        alleged = alleged.filter((at) => now - at < DEPLOY_SECONDS);
        const waiting = queuedCores(hands, hands.view()) - alleged.length * size;
        if (waiting < THRESHOLD_JOBS) since = undefined;
        else if (since === undefined) since = now;
        else if (now - since > HOLD_SECONDS) {
          const launched = hands.launch(size, Math.ceil(waiting / size)).length;
          alleged.push(...Array.from({ length: launched }, () => now));
          hands.calls(launched);
          since = undefined;
        }
        if (now - polledAt < POLL_SECONDS) return;
        polledAt = now;
        const idle = idleFor(hands, IDLE_SECONDS);
        hands.terminate(idle);
        alleged = alleged.slice(idle.length);
        hands.calls(idle.length + describeCalls(hands));
      },
    };
  },
});
