import { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { fleetsPath, queuesPath } from '../core/model/names.ts';
import type { StageSettings } from '../core/settings/joint.ts';
import { nameOf } from '../core/settings/parse.ts';
import { ownerKey, type SettingsRecord, settingsIn } from '../core/settings/settings-record.ts';
import {
  type KeptSettings,
  keepAllSettings,
  keepChangedSettings,
  type SettingsPorts,
} from './events/keep-settings.ts';
import { type ParameterEvent, parseParameterEvent } from './events/parameter-event.ts';
import { momentOf } from './events/tick-event.ts';
import { dress, metricsOf } from './handler.ts';
import { tally } from './tell/tally.ts';

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

type Messages = z.infer<typeof batch>['Records'];

/** Queues and fleets without usable settings, by key. The last good ones of a queue may not fit its fleet any more. */
const holding = ({ queues, fleets }: StageSettings): ReadonlySet<string> =>
  new Set([
    ...queues.filter(({ ok }) => !ok).map((queue) => ownerKey({ of: 'queue', name: nameOf(queue) })),
    ...fleets.filter(({ ok }) => !ok).map((fleet) => ownerKey({ of: 'fleet', name: nameOf(fleet) })),
  ]);

/** What is wrong with settings, for a person: the whole name of each parameter, and what it may be. */
const complaint = (stage: string, { of, name, bad = [] }: SettingsRecord, holds: boolean): string => {
  const path = of === 'queue' ? queuesPath(stage) : fleetsPath(stage);
  const wrong = bad.map(({ knob, why }) => `${path}/${name}/${knob} ${why}`).join('; ');
  const then = holds ? `the ${of} holds` : `the ${of} keeps its last good settings`;
  return `${wrong}: ${then}`;
};

/**
 * The function that keeps the settings in the ledger: on a timer it reads all of them, on a message about a parameter
 * those of its queue or fleet. Messages that could not be worked on come back, until the queue gives them to its dead letters.
 */
export const onSettings = (stage: string, ports: SettingsPorts) => {
  const logger = new Logger({ serviceName: 'settings' });
  const { count, publish } = tally('settings', metricsOf('settings', stage));

  const tell = ({ records, changed, complete }: KeptSettings, at: number): void => {
    const bad = records.filter((record) => record.bad !== undefined);
    // Thousands of settings are parsed for it: only if there is somebody to tell of.
    const held = bad.length === 0 ? new Set<string>() : holding(settingsIn(records, ports.place, { at }));
    for (const record of bad) {
      const said = complaint(stage, record, held.has(ownerKey(record)));
      logger.warn(said, { [record.of]: record.name, bad: record.bad });
    }
    const queues = records.filter(({ of }) => of === 'queue').length;
    const told = `${queues} queues and ${records.length - queues} fleets with parameters, ${bad.length} with settings that cannot be used`;
    logger.info(told, { at, changed: changed.map(ownerKey) });
    count('SettingsRead', complete ? 1 : 0);
    count('BadSettings', bad.length);
    publish(at);
  };

  const onTimer = async (event: unknown): Promise<SQSBatchResponse> => {
    const at = momentOf(event);
    tell(await keepAllSettings(ports, at), at);
    return { batchItemFailures: [] };
  };

  /** The events that can be read, and the messages that they came with. */
  const readable = (records: Messages): ReadonlyMap<string, ParameterEvent> => {
    const events = new Map<string, ParameterEvent>();
    for (const { messageId, body } of records) {
      const event = parseParameterEvent(body, stage);
      if (event !== undefined) events.set(messageId, event);
      else logger.warn('dropped a message that is about no setting', { body: body.slice(0, 500) });
    }
    return events;
  };

  const onMessages = async (records: Messages): Promise<SQSBatchResponse> => {
    const events = readable(records);
    if (events.size === 0) return { batchItemFailures: [] };
    const at = Math.max(...[...events.values()].map((event) => event.at));
    const owners = new Map([...events.values()].map(({ owner }) => [ownerKey(owner), owner]));
    try {
      tell(await keepChangedSettings([...owners.values()], ports, at), at);
      return { batchItemFailures: [] };
    } catch (error) {
      logger.error('changed settings could not be read and will be tried again', { error });
      return { batchItemFailures: [...events.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
    }
  };

  return dress(logger, async (event: unknown): Promise<SQSBatchResponse> => {
    const messages = batch.safeParse(event);
    return messages.success ? onMessages(messages.data.Records) : onTimer(event);
  });
};
