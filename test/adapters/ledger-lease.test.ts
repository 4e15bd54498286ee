import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ledger, ledger } from '../../adapters/ledger.ts';
import { bootsItem } from '../../adapters/ledger-items.ts';
import type { Boots } from '../../core/model/learned.ts';
import type { Lease } from '../../core/model/lease.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../twin/aws/dynamo.ts';
import type { Face } from '../../twin/wire/http.ts';
import { inLedger, NOW, openLaunch } from '../core/worlds.ts';

const ID = 'i-00000001';

let face: Face;
let client: DynamoDBClient;
let book: Ledger;

beforeEach(async () => {
  face = await dynamoFace('aerie');
  client = new DynamoDBClient({ endpoint: face.url, region: TWIN_REGION, credentials: TWIN_CREDENTIALS });
  book = ledger('aerie', client);
  return async () => {
    client.destroy();
    await face.close();
  };
});

const wish = (at = NOW) => ({ name: 'workers', at, viewedAt: at - 5 }) as const;
const taken = async (at = NOW): Promise<Lease> => {
  const lease = await book.take(wish(at));
  if (lease.kind === 'refused') throw new Error(lease.why.kind);
  return lease;
};
const intent = (fence: number) => ({ ...openLaunch(2), intendedBy: fence });
const openNow = async () => (await book.view()).launches;

describe('the lease, over the wire', () => {
  it('is held by the last who took it', async () => {
    const first = await taken();
    expect(await book.holds(first)).toBe(true);
    const second = await taken();
    expect([await book.holds(first), await book.holds(second)]).toEqual([false, true]);
    await book.release(first);
    expect((await book.take(wish(NOW + 1))).kind).toBe('refused');
    await book.release(second);
    expect(await book.take(wish(NOW + 1))).toMatchObject({ kind: 'lease', fence: 3 });
  });

  it('has another fence for each who takes it at once', async () => {
    const fences = (await Promise.all([1, 2, 3].map(() => book.take(wish())))).flatMap((lease) =>
      lease.kind === 'lease' ? [lease.fence] : [],
    );
    expect(fences.length).toBeGreaterThan(0);
    expect(new Set(fences).size).toBe(fences.length);
  });

  it('of the pilots is another one', async () => {
    await taken();
    expect(await book.take({ ...wish(NOW + 1), name: 'pilots' })).toMatchObject({ kind: 'lease', fence: 1 });
  });
});

describe('an intent, over the wire', () => {
  it('is asked for by the fence that wrote it, once', async () => {
    await book.open(intent(3));
    expect(await book.ask(intent(2))).toBe(false);
    expect(await book.ask(intent(3))).toBe(true);
    expect(await book.ask(intent(3))).toBe(false);
    expect(await openNow()).toEqual([openLaunch(2)]);
  });

  it('is taken over by a later fence, and by no earlier one', async () => {
    await book.open(intent(3));
    expect(await book.open(intent(2))).toBe(false);
    expect(await book.open(intent(4))).toBe(true);
    expect(await book.ask(intent(3))).toBe(false);
    expect(await book.ask(intent(4))).toBe(true);
  });

  it('that was asked for is nobody’s to take over or to take back', async () => {
    await book.open(intent(3));
    await book.ask(intent(3));
    expect(await book.open(intent(4))).toBe(false);
    expect(await book.withdraw(intent(3))).toBe(false);
    expect(await openNow()).toHaveLength(1);
  });

  it('that was not asked for can be taken back', async () => {
    await book.open(intent(3));
    expect(await book.withdraw(intent(4))).toBe(false);
    expect(await openNow()).toHaveLength(1);
    expect(await book.withdraw(intent(3))).toBe(true);
    expect(await openNow()).toEqual([]);
  });
});

describe('a worker, over the wire', () => {
  const draining = (since: number) =>
    ({ kind: 'draining', since, cause: { kind: 'told', words: 'x' }, surplus: true }) as const;

  it('is not moved by one who saw another drain of it', async () => {
    const worker = inLedger(ID, draining(NOW));
    expect(await book.adopt(worker)).toBe(true);
    expect(await book.adopt(worker)).toBe(false);
    const stale = { ...worker, state: draining(NOW - 60) };
    const to = { kind: 'retiring', since: NOW, cause: { kind: 'drained' }, pending: true } as const;
    expect(await book.change({ worker: stale, to }, NOW)).toBe(false);
    expect(await book.change({ worker, to }, NOW)).toBe(true);
    expect((await book.find(ID))?.state).toEqual(to);
  });

  it('can be marked as one that EC2 will not end, and what is gone is not brought back by that', async () => {
    const worker = inLedger(ID, { kind: 'booting' }, { template: { id: 'lt-1', version: '2' } });
    const refusal = { at: NOW, why: 'OperationNotPermitted: no' };
    await book.adopt(worker);
    await book.refuseEnd(worker, refusal);
    expect(await book.find(worker.instanceId)).toEqual({ ...worker, endRefused: refusal });
    await book.change({ worker, to: 'gone' }, NOW);
    await book.refuseEnd(worker, refusal);
    expect(await book.find(worker.instanceId)).toBeUndefined();
  });

  it('can be protected, and what is gone is not brought back by that', async () => {
    const worker = inLedger(ID, { kind: 'booting' }, { template: { id: 'lt-1', version: '2' } });
    await book.adopt(worker);
    await book.protect(worker, true);
    expect(await book.find(ID)).toEqual({ ...worker, isProtected: true });
    await book.change({ worker, to: 'gone' }, NOW);
    await book.protect(worker, true);
    expect((await book.view()).workers).toEqual([]);
  });
});

describe('what is remembered, over the wire', () => {
  it('is part of the view, and replaced as a whole', async () => {
    const pace = { most: 5, notBefore: NOW, waitSeconds: 60 };
    const boots = {
      kind: 'template lt-1 version 2 image ami-1',
      template: { id: 'lt-1', version: '2', imageId: 'ami-1' },
      boots: [{ instanceId: ID, launchedAt: NOW, joined: true }],
    };
    const joins = {
      template: boots.template,
      flavour: 'm6i.large',
      took: [180, null],
      launchedAt: NOW,
    };
    await book.pace({ ...pace, most: 9 });
    await book.pace(pace);
    await book.boots(boots);
    await book.joins({ ...joins, took: [180] });
    await book.joins(joins);
    expect(await book.view()).toMatchObject({ pace, boots: [boots], joins: [joins] });
    await book.pace(undefined);
    expect((await book.view()).pace).toBeUndefined();
  });

  it('of a template is kept longer than of an offer: it is what launches go back to', () => {
    const DAY = 86_400;
    const once = [{ instanceId: ID, launchedAt: NOW, joined: true }];
    const keptFor = (of: Boots) => (bootsItem(of).expiresAt - NOW) / DAY;
    expect(keptFor({ kind: 'offer m6i.large/us-east-1a/spot', boots: once })).toBe(14);
    const template = { id: 'lt-1', version: '2' };
    expect(keptFor({ kind: 'template lt-1 version 2', template, boots: once })).toBe(90);
  });

  it('of the audit is kept from the first time on', async () => {
    const mark = { name: 'lost-worker', subject: ID, firstSeenAt: NOW } as const;
    await book.mark(mark);
    await book.mark({ ...mark, firstSeenAt: NOW + 60 });
    expect(await book.marks()).toEqual([mark]);
    await book.unmark(mark);
    expect(await book.marks()).toEqual([]);
  });

  it('of a console is kept with the past of its queue', async () => {
    await book.console({ worker: inLedger(ID, { kind: 'booting' }), at: NOW, text: 'boot failed' });
    expect((await book.view()).workers).toEqual([]);
  });
});
