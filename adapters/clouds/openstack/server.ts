import * as z from 'zod';
import type { Instance } from '../../../core/model/instance.ts';
import { instanceIdOf } from './ids.ts';
import { labelsOf } from './labels.ts';

const fault = z.object({ code: z.number(), message: z.string() });

/**
 * A server as Nova shows it. What is odd about one must not hide the others, nor itself: a status that nobody knows is one
 * of a machine that lives, and a creation without a date was just now.
 */
const shown = z.object({
  id: z.string(),
  status: z.string().catch(''),
  created: z.iso.datetime().optional().catch(undefined),
  flavor: z.object({ original_name: z.string() }).catch({ original_name: 'unknown' }),
  metadata: z.record(z.string(), z.string()).catch({}),
  tags: z.array(z.string()).catch([]),
  fault: fault.optional().catch(undefined),
  'OS-EXT-AZ:availability_zone': z.string().min(1).catch('unknown'),
  'OS-EXT-STS:task_state': z.string().nullish().catch(undefined),
  'OS-EXT-STS:power_state': z.number().nullish().catch(undefined),
  'OS-SRV-USG:launched_at': z.string().nullish().catch(undefined),
});

type Shown = z.infer<typeof shown>;

/** A server as it is in the answer, `unknown` where the cell that it is in does not answer; none without an id. */
export const readServer = (given: unknown, nowSeconds: number): Instance | 'unknown' | undefined => {
  const parsed = shown.safeParse(given);
  if (!parsed.success) return undefined;
  const server = parsed.data;
  if (server.status === 'UNKNOWN') return 'unknown';
  const state = stateOf(server);
  return {
    instanceId: instanceIdOf(server.id),
    state,
    launchedAt: server.created === undefined ? nowSeconds : Date.parse(server.created) / 1_000,
    offer: {
      flavour: server.flavor.original_name,
      zone: server['OS-EXT-AZ:availability_zone'],
      market: 'on-demand',
    },
    tags: labelsOf(server.metadata, server.tags),
    ...(state === 'failed' ? failureOf(server) : {}),
  };
};

const STATES: Readonly<Record<string, Instance['state']>> = {
  BUILD: 'pending',
  REBUILD: 'pending',
  SHUTOFF: 'stopped',
  ERROR: 'failed',
  DELETED: 'terminated',
  SOFT_DELETED: 'terminated',
};

/** What is being done to a server, where that says more than its status. */
const UNDER_WAY: Readonly<Record<string, Instance['state']>> = {
  deleting: 'shutting-down',
  'soft-deleting': 'shutting-down',
  'powering-off': 'stopping',
  'powering-on': 'pending',
};

/** Nova's `RUNNING`. */
const POWERED = 1;

/**
 * Paused, suspended, rescued, shelved, resized: a person does that, and it lives. One is in error as well after something was not
 * done to it, such as a migration, and runs on.
 */
const stateOf = ({
  status,
  'OS-EXT-STS:task_state': task,
  'OS-EXT-STS:power_state': power,
}: Shown): Instance['state'] => {
  if (status === 'ERROR' && power === POWERED) return UNDER_WAY[task ?? ''] ?? 'running';
  return UNDER_WAY[task ?? ''] ?? STATES[status] ?? 'running';
};

/** Only text tells these apart. */
const NO_ROOM: readonly (readonly [RegExp, NonNullable<Instance['refusedFor']>])[] = [
  [/no valid host|exhausted all hosts|insufficient (compute )?resources/i, 'capacity'],
  [/quota/i, 'quota'],
];

const failureOf = (server: Shown): Pick<Instance, 'reason' | 'refusedFor'> => {
  const message = server.fault?.message ?? '';
  const reason = { code: `Nova.${server.fault?.code ?? 'Error'}`, message };
  const refusedFor = NO_ROOM.find(([words]) => words.test(message))?.[1];
  const hasRun = typeof server['OS-SRV-USG:launched_at'] === 'string';
  return refusedFor === undefined || hasRun ? { reason } : { reason, refusedFor };
};

const one = z.object({ server: shown });

/** Whether Nova's answer about one server shows it with power, or just now getting it. */
export const hasPower = (body: unknown): boolean => {
  const server = one.safeParse(body).data?.server;
  const state = server === undefined ? undefined : stateOf(server);
  return state === 'running' || state === 'pending';
};
