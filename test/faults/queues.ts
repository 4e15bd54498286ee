import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import { parseQueueSettings } from '../../core/settings/settings.ts';

/** Times are short, so that every deadline passes within one episode. */
const COMMON = {
  state: 'active',
  'join-deadline-seconds': '600',
  'linger-seconds': '180',
  'pilot-wall-seconds': '1800',
  'max-life-seconds': '5400',
  'drain-deadline-seconds': '1200',
} as const;

/** Two queues: narrow pilots on demand, and wide ones on spot first, whose cap on cores binds before that on workers. */
export const QUEUES = {
  NARROW: { ...COMMON, 'max-workers': '6', flavours: 'm6i.large, m6a.large, m6i.2xlarge' },
  WIDE: {
    ...COMMON,
    cpus: '8',
    'memory-mb': '16000',
    market: 'spot-first',
    rebalance: 'drain',
    'max-workers': '6',
    'max-cores': '32',
    flavours: 'm6i.2xlarge, m6a.2xlarge',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type QueueName = keyof typeof QUEUES;

export const QUEUE_NAMES: readonly QueueName[] = ['NARROW', 'WIDE'];

const readSettings = (queue: QueueName): QueueSettings => {
  const parsed = parseQueueSettings(queue, QUEUES[queue]);
  if (!parsed.ok) throw new Error(`the settings of ${queue} are wrong: ${JSON.stringify(parsed.problems)}`);
  return parsed.settings;
};

const AS_SET = { NARROW: readSettings('NARROW'), WIDE: readSettings('WIDE') } as const;

/** The settings of a queue while nobody has turned them. */
export const settingsOf = (queue: QueueName): QueueSettings => AS_SET[queue];
