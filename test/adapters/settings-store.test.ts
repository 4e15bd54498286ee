import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { settingsStore } from '../../adapters/settings-store.ts';
import type { SettingsStore } from '../../core/ports.ts';
import type { SettingsRecord } from '../../core/settings/settings-record.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../twin/aws/dynamo.ts';
import { NOW } from '../core/worlds.ts';
import { memorySettings } from '../runtime/memory-settings.ts';

const record = (queue: string, readAt = NOW, good = { state: 'active' }): SettingsRecord => ({
  queue,
  readAt,
  good,
});

const closing: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const inTable = async (): Promise<SettingsStore> => {
  const face = await dynamoFace('ledger');
  const client = new DynamoDBClient({
    endpoint: face.url,
    region: TWIN_REGION,
    credentials: TWIN_CREDENTIALS,
  });
  closing.push(() => client.destroy(), face.close);
  return settingsStore('ledger', client);
};

const byName = (records: readonly SettingsRecord[]) =>
  [...records].sort((a, b) => (a.queue < b.queue ? -1 : 1));

describe.each([
  ['in a table', inTable],
  ['in memory', async () => memorySettings()],
])('the settings of all queues, %s', (_, open) => {
  let book: SettingsStore;
  beforeEach(async () => {
    book = await open();
  });

  it('are not complete before everything was read', async () => {
    expect(await book.read()).toEqual({ completeAt: undefined, records: [] });
    await book.keep(record('A'));
    expect(await book.read()).toEqual({ completeAt: undefined, records: [record('A')] });
    await book.complete(NOW + 5);
    expect((await book.read()).completeAt).toBe(NOW + 5);
  });

  it('come back as they were kept, with what is wrong', async () => {
    const bad: SettingsRecord = { ...record('B'), bad: [{ knob: 'cpus', why: 'is "many"' }] };
    const never: SettingsRecord = { queue: 'C', readAt: NOW, bad: [{ knob: 'state', why: 'is missing' }] };
    for (const of of [record('A'), bad, never]) await book.keep(of);
    expect(byName((await book.read()).records)).toEqual([record('A'), bad, never]);
  });

  it('are not replaced or forgotten by what was read before them', async () => {
    await book.keep(record('A', NOW));
    await book.keep(record('A', NOW - 1, { state: 'drain' }));
    await book.forget('A', NOW - 1);
    expect((await book.read()).records).toEqual([record('A', NOW)]);
    await book.forget('A', NOW);
    expect((await book.read()).records).toEqual([]);
  });

  it('are whole where they fill more than a page', async () => {
    const long = 'x'.repeat(200_000);
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    for (const name of names) await book.keep(record(name, NOW, { state: long }));
    expect(byName((await book.read()).records).map(({ queue }) => queue)).toEqual(names);
  });
});
