import * as z from 'zod';
import { type Chain, parseChain } from '../chain/parse.ts';
import { DEFAULT_FLEET, fleetName } from '../model/pool.ts';
import { type Knob, oneOf, whole } from './knob.ts';
import { SCHEDULE } from './schedule.ts';

const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const chain: Knob<Chain> = {
  description:
    "How many pilots to submit: AutoPyFactory's sched plugins, applied in order, each to the number the one before it gave.",
  fallback: 'Ready(), Scale(1.0), MaxPerCycle(100), StatusOffline(0), MaxPending(500)',
  pattern: '^[A-Za-z]+(\\([A-Za-z0-9_=., -]*\\))?(\\s*,\\s*[A-Za-z]+(\\([A-Za-z0-9_=., -]*\\))?)*$',
  allowed: 'sched plugins with their parameters, such as Ready(offset=0), Scale(0.5), MaxPerCycle(50)',
  schema: z.string().transform((text, context) => {
    const parsed = parseChain(text);
    if (parsed.ok) return parsed.chain;
    context.addIssue({ code: 'custom', message: parsed.why });
    return z.NEVER;
  }),
};

const siteid: Knob<string> = {
  description: "PanDA's name of the queue (siteid). Left empty: the queue's own name.",
  fallback: '',
  pattern: '^[A-Za-z0-9_.-]{0,64}$',
  allowed: 'up to 64 letters, digits, dots, dashes and underscores',
  schema: z.string().regex(/^[A-Za-z0-9_.-]{0,64}$/),
};

const resourceTypes: Knob<readonly string[]> = {
  description:
    'PanDA resource types that the pilots of this queue take, such as SCORE or MCORE_HIMEM. Left empty: all.',
  fallback: '',
  pattern: '^[A-Z0-9_, ]*$',
  allowed: 'resource types in capitals, separated by commas, or nothing',
  schema: z
    .string()
    .regex(/^[A-Z0-9_, ]*$/)
    .transform(splitList),
};

const labels: Knob<readonly string[]> = {
  description:
    "PanDA's prodSourceLabels of the jobs that the pilots of this queue can take, such as managed or user. Jobs of other labels do not count. Left empty: all.",
  fallback: '',
  pattern: '^[A-Za-z0-9_, -]*$',
  allowed: 'labels such as managed, user or rc_test2, separated by commas, or nothing',
  schema: z
    .string()
    .regex(/^[A-Za-z0-9_, -]*$/)
    .transform(splitList),
};

const fleet: Knob<string> = {
  description:
    'The fleet whose workers run the pilots of this queue. Several queues may name one fleet; HTCondor shares its workers out among them.',
  fallback: DEFAULT_FLEET,
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  allowed: 'the name of a fleet: up to 64 letters, digits, dots, dashes and underscores',
  schema: z.string().pipe(fleetName),
};

const DAY = 86_400;

/**
 * The knobs of a queue, each one SSM parameter: `/aerie/<stage>/queues/<queue>/<knob>`. This table is the only place
 * that knows them; bounds, defaults, descriptions, SSM patterns and the documentation are read from it.
 */
export const QUEUE_KNOBS = {
  state: oneOf(
    ['active', 'paused', 'drain'],
    "active: pilots follow the load. paused: no new pilots, and no machines for those that wait; what runs goes on. drain: the same, and pilots that wait are removed. The workers are the fleet's: see its state.",
  ),
  mode: oneOf(
    ['live', 'shadow'],
    'live: what is decided is done. shadow: it is decided and told, and no pilot is submitted or removed: to look at aerie beside what submits pilots now.',
    'live',
  ),
  fleet,
  siteid,
  'resource-types': resourceTypes,
  labels,
  chain,
  cpus: whole(1, 448, 1, 'Cores that one pilot asks for.'),
  'memory-mb': whole(1, 4_000_000, 2000, 'Memory that one pilot asks for, MB.'),
  'disk-mb': whole(0, 10_000_000, 10_000, 'Disk that one pilot asks for, MB.'),
  gpus: whole(0, 16, 0, 'GPUs that one pilot asks for.'),
  'pilot-wall-seconds': whole(
    60,
    30 * DAY,
    3 * DAY,
    'Longest time that a pilot may run. A worker with less life left than this takes no new pilots.',
  ),
  'look-ahead': oneOf(
    ['off', 'known'],
    "off: machines are launched for pilots that wait. known: also for jobs whose inputs land soon, where the pool's endpoint is told when (landingsFile); they wait less, and a machine comes for nothing where a landing does not take place.",
    'off',
  ),
  schedule: SCHEDULE,
} as const satisfies Record<string, Knob<unknown>>;
