import type { ParsedSettings } from '../../core/settings/queue-settings.ts';
import { parseQueueSettings } from '../../core/settings/settings.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import { QUEUE_NAMES, QUEUES, type QueueName, settingsOf } from './queues.ts';
import { type Fault, type Script, STORM_MINUTES } from './script.ts';
import type { Tally } from './tally.ts';
import { queueOf } from './truth.ts';

/** The settings as they are turned while an episode runs, and what they allow. */
export interface QueueRules {
  settings(): readonly ParsedSettings[];
  /** The highest caps in force within the last minutes: a launch may rest on settings from before. */
  mostAllowed(queue: string): { readonly workers: number; readonly cores: number };
  nameOf(instance: TwinInstance | undefined): QueueName;
}

/** An intent is asked for again for ten minutes; a tick, a late view and a hanging request come on top. */
const AFTERMATH_SECONDS = 15 * 60;

const LOWERED = '2';

type Turned = Extract<Fault, { kind: 'settings' }>;

const parsedOnce = new Map<string, ParsedSettings | undefined>();

/** The settings as they then are; parsed once, because every tick asks. */
const turned = (queue: QueueName, what: Turned['what'] | undefined): ParsedSettings | undefined => {
  const key = `${queue} ${what}`;
  if (!parsedOnce.has(key)) parsedOnce.set(key, parsed(queue, what));
  return parsedOnce.get(key);
};

const parsed = (queue: QueueName, what: Turned['what'] | undefined): ParsedSettings | undefined => {
  switch (what) {
    case undefined:
      return parseQueueSettings(queue, QUEUES[queue]);
    case 'cap lowered':
      return parseQueueSettings(queue, { ...QUEUES[queue], 'max-workers': LOWERED });
    case 'paused':
      return parseQueueSettings(queue, { ...QUEUES[queue], state: 'paused' });
    case 'drained':
      return parseQueueSettings(queue, { ...QUEUES[queue], state: 'drain' });
    case 'unreadable':
      return parseQueueSettings(queue, { ...QUEUES[queue], 'max-workers': 'many' });
    case 'removed':
      return undefined;
    default:
      return what satisfies never;
  }
};

const workersAllowed = (what: Turned['what'] | undefined, most: number): number => {
  if (what === undefined) return most;
  return what === 'cap lowered' ? Number(LOWERED) : 0;
};

export const queueRules = (script: Script, clock: Clock, tally: Tally): QueueRules => {
  const start = clock.now;
  const faults = script.faults.filter((fault): fault is Turned => fault.kind === 'settings');
  const inForce = (queue: QueueName, at: number): Turned['what'] | undefined =>
    faults.find((fault) => {
      const to = Math.min(STORM_MINUTES, fault.fromMinute + fault.minutes);
      return fault.queue === queue && start + fault.fromMinute * 60 <= at && at < start + to * 60;
    })?.what;
  const momentsSince = (from: number): readonly number[] => [
    from,
    ...faults
      .flatMap(({ fromMinute, minutes }) => [fromMinute, Math.min(STORM_MINUTES, fromMinute + minutes)])
      .map((minute) => start + minute * 60)
      .filter((at) => at > from && at <= clock.now),
  ];
  const isOurs = (name: string): name is QueueName => Object.hasOwn(QUEUES, name);
  return {
    settings: () =>
      QUEUE_NAMES.flatMap((queue) => {
        const what = inForce(queue, clock.now);
        if (what !== undefined) tally.add(`settings ${what}`);
        return turned(queue, what) ?? [];
      }),
    mostAllowed(queue) {
      if (!isOurs(queue)) return { workers: 0, cores: 0 };
      const { maxWorkers, maxCores } = settingsOf(queue);
      const moments = momentsSince(clock.now - AFTERMATH_SECONDS);
      return {
        workers: Math.max(...moments.map((at) => workersAllowed(inForce(queue, at), maxWorkers))),
        cores: maxCores,
      };
    },
    nameOf(instance) {
      const name = instance === undefined ? '' : queueOf(instance);
      if (!isOurs(name)) throw new Error(`an instance of no queue of ours: "${name}"`);
      return name;
    },
  };
};
