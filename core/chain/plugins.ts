import { ACTIVATED } from './activated.ts';
import { CYCLE } from './cycle.ts';
import { HISTORY } from './history.ts';
import { LEGACY } from './legacy.ts';
import { PENDING } from './pending.ts';
import type { SchedPlugin } from './plugin.ts';
import { READY } from './ready.ts';
import { RUNNING } from './running.ts';
import { PLAIN } from './scale.ts';
import { STATUS } from './status.ts';
import { THROTTLE } from './throttle.ts';

/** Every sched plugin, in the order in which the documentation shows them. */
export const SCHED_PLUGINS: readonly SchedPlugin[] = [
  ...READY,
  ...PLAIN,
  ...CYCLE,
  ...PENDING,
  ...RUNNING,
  ...STATUS,
  ...THROTTLE,
  ...HISTORY,
  ...ACTIVATED,
  ...LEGACY,
];
