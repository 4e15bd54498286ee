import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { memorySettings } from '../../adapters/memory/settings.ts';
import { settingsStore } from '../../adapters/settings-store.ts';
import type { SettingsStore } from '../../core/ports.ts';
import { ownerKey, type SettingsRecord } from '../../core/settings/settings-record.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../twin/aws/dynamo.ts';
import { NOW } from '../core/worlds.ts';

const record = (name: string, readAt = NOW, good = { state: 'active' }): SettingsRecord => ({
  ...{ of: 'queue', name, readAt, good },
});
const ofFleet = (name: string, readAt = NOW): SettingsRecord => ({
  ...{ of: 'fleet', name, readAt, good: { 'max-workers': '7' } },
});
const QUEUE_A = { of: 'queue', name: 'A' } as const;

const closing: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const openTable = async () => {
  const face = await dynamoFace('ledger');
  const client = new DynamoDBClient({
    endpoint: face.url,
    region: TWIN_REGION,
    credentials: TWIN_CREDENTIALS,
  });
  closing.push(() => client.destroy(), face.close);
  const documents = DynamoDBDocumentClient.from(client);
  const put = (sk: string, item: object) =>
    documents.send(new PutCommand({ TableName: 'ledger', Item: { pk: 'settings', sk, ...item } }));
  const get = async (sk: string) =>
    (await documents.send(new GetCommand({ TableName: 'ledger', Key: { pk: 'settings', sk } }))).Item;
  return { book: settingsStore('ledger', client), put, get };
};

const inTable = async (): Promise<SettingsStore> => (await openTable()).book;

const byName = (records: readonly SettingsRecord[]) =>
  [...records].sort((a, b) => (ownerKey(a) < ownerKey(b) ? -1 : 1));

describe.each<readonly [string, () => Promise<SettingsStore>]>([
  ['in a table', inTable],
  ['in memory', async () => memorySettings()],
])('all settings, %s', (_, open) => {
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
    const never: SettingsRecord = {
      ...{ of: 'queue', name: 'C', readAt: NOW, bad: [{ knob: 'state', why: 'is missing' }] },
    };
    for (const of of [record('A'), bad, never]) await book.keep(of);
    expect(byName((await book.read()).records)).toEqual([record('A'), bad, never]);
  });

  it('are not replaced or forgotten by what was read before them', async () => {
    await book.keep(record('A', NOW));
    await book.keep(record('A', NOW - 1, { state: 'drain' }));
    await book.forget(QUEUE_A, NOW - 1);
    expect((await book.read()).records).toEqual([record('A', NOW)]);
    await book.forget(QUEUE_A, NOW);
    expect((await book.read()).records).toEqual([]);
  });

  it('are apart of a queue and a fleet of one name', async () => {
    await book.keep(record('A'));
    await book.keep(ofFleet('A', NOW + 1));
    expect(byName((await book.read()).records)).toEqual([ofFleet('A', NOW + 1), record('A')]);
    await book.forget(QUEUE_A, NOW);
    expect((await book.read()).records).toEqual([ofFleet('A', NOW + 1)]);
    await book.forget({ of: 'fleet', name: 'A' }, NOW);
    expect((await book.read()).records).toHaveLength(1);
    await book.forget({ of: 'fleet', name: 'A' }, NOW + 1);
    expect((await book.read()).records).toEqual([]);
  });

  it('are whole where they fill more than a page', async () => {
    const long = 'x'.repeat(200_000);
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    for (const name of names) await book.keep(record(name, NOW, { state: long }));
    expect(byName((await book.read()).records).map(({ name }) => name)).toEqual(names);
  });
});

describe('the items of all settings', () => {
  it('have the name under what it is of, as those of queues had before there were fleets', async () => {
    const { book, put, get } = await openTable();
    const A = { queue: 'A', readAt: NOW, good: { state: 'active' }, bad: [{ knob: 'cpus', why: 'is "x"' }] };
    await put('queue#A', A);
    const { records } = await book.read();
    const { queue: name, ...said } = A;
    expect(records).toEqual([{ of: 'queue', name, ...said }]);
    for (const of of [...records, ofFleet('gpu')]) await book.keep(of);
    expect(await get('queue#A')).toEqual({ pk: 'settings', sk: 'queue#A', ...A });
    expect(await get('fleet#gpu')).toEqual({
      ...{ pk: 'settings', sk: 'fleet#gpu', fleet: 'gpu', readAt: NOW, good: { 'max-workers': '7' } },
    });
  });

  it('are not those of fleets while a version from before them has read them last', async () => {
    const { book, put, get } = await openTable();
    await put('read', { completeAt: NOW, readAt: NOW });
    expect(await book.read()).toEqual({ completeAt: undefined, beforeFleets: true, records: [] });
    await book.complete(NOW + 5);
    expect(await book.read()).toEqual({ completeAt: NOW + 5, records: [] });
    // The version before reads its own fields of it.
    expect(await get('read')).toMatchObject({ completeAt: NOW + 5, readAt: NOW + 5 });
  });

  it('are passed over of a kind that only a later version knows', async () => {
    const { book, put } = await openTable();
    await put('pool#x', { pool: 'x', readAt: NOW });
    await book.keep(ofFleet('gpu'));
    expect((await book.read()).records).toEqual([ofFleet('gpu')]);
  });

  it.each(['queue#A', 'fleet#A'])('throw where %s cannot be read', async (sk) => {
    const { book, put } = await openTable();
    await put(sk, { readAt: NOW });
    await expect(book.read()).rejects.toThrow();
  });
});
