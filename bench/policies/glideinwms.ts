import type { Policy } from '../model/policy.ts';
import { describeCalls, idleFor, PEER_CORES, pending, queuedCores } from './fit.ts';

const MOST_IDLE = 100;
const MOST_REQUESTED = 100;
const RAMP_DOWN = 3;
const RESERVE = 5;
const CURB_IDLE = 5;
const MARGIN = 1.15;
const IDLE_SECONDS = 1200;

/** How many idle glideins the frontend asks an entry for. */
const minIdle = (queue: number, idle: number): number => {
  const effective = Math.max(queue - idle, 0);
  if (effective <= 0 || idle >= MOST_IDLE) return 0;
  const wanted =
    Math.floor(Math.floor(effective) / RAMP_DOWN) + Math.min(Math.floor(effective / RAMP_DOWN), RESERVE);
  const capped = Math.min(wanted, MOST_REQUESTED);
  return Math.floor(Math.max(1, idle >= CURB_IDLE ? capped / 2 : capped));
};

/** The GlideinWMS frontend and factory, with the defaults of their templates; one glidein is one VM. */
export const glideinWms = (size = PEER_CORES): Policy => ({
  name: 'GlideinWMS',
  assumed: 'jobs idle for over 600 s taken as many as all idle ones; EC2 pending for 40 s',
  periodSeconds: 60,
  registerTimeoutSeconds: 1200,
  start: (hands) => ({
    cycle() {
      const view = hands.view();
      const queue = queuedCores(hands, view) / size;
      const real = view.ready - view.idle;
      const mostRunning = queue > 0 ? Math.floor((Math.max(queue - view.idle, 0) + real) * MARGIN + 1) : real;
      const wanted = Math.max(0, minIdle(queue, view.idle) - pending(hands));
      const n = Math.min(wanted, MOST_REQUESTED, Math.max(0, mostRunning - hands.machines.size));
      if (n > 0) hands.calls(hands.launch(size, n).length);
      const idle = idleFor(hands, IDLE_SECONDS);
      hands.terminate(idle);
      hands.calls((idle.length > 0 ? 1 : 0) + describeCalls(hands));
    },
  }),
});
