import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { ledger } from '../../../adapters/ledger/ledger.ts';
import { type LedgerPast, ledgerPast } from '../../../adapters/ledger/past.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { Decision } from '../../../core/model/decision.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import { dynamoOver } from '../../../twin/in-process/sdk.ts';
import { inLedger, JOINED, NOW, openLaunch } from '../../core/worlds.ts';

const FLEET = 'one';
const OTHER = 'other';
const DAY = 86_400;

let book: Ledger;
let past: LedgerPast;

beforeEach(async () => {
  const face = await dynamoFace('aerie');
  const client = new DynamoDBClient({
    endpoint: face.url,
    region: TWIN_REGION,
    credentials: TWIN_CREDENTIALS,
  });
  book = ledger('aerie', client);
  past = ledgerPast('aerie', client);
  return async () => {
    client.destroy();
    await face.close();
  };
});

const launchOf = (fleet: string, at: number) => {
  const { request, ...rest } = openLaunch(1, at);
  return { ...rest, request: { ...request, fleet, launchId: `${fleet}.${at}.0` } };
};

/** One of each kind that is over, of a fleet and of a moment. */
const over = async (fleet: string, id: string, at: number): Promise<void> => {
  const worker = inLedger(id, JOINED, { fleet });
  const launch = launchOf(fleet, at);
  await book.launches.open(launch);
  await book.launches.close(launch, [worker], '1 of 1 launched', at);
  await book.workers.change({ worker, to: 'gone' }, at);
  const { instanceId, offer, launchedAt } = worker;
  const reason = { code: 'Server.SpotInstanceTermination', message: 'spot' };
  await book.ends.keep({ instanceId, fleet, offer, launchedAt, reason, at });
  await book.ends.keepConsole({ worker, at, text: `boot of ${id}` });
};

describe('what is over', () => {
  beforeEach(async () => {
    await over(FLEET, 'i-1', NOW - 2 * DAY);
    await over(FLEET, 'i-2', NOW - DAY);
    await over(FLEET, 'i-3', NOW);
    await over(OTHER, 'i-4', NOW);
  });

  it('is read by kind, of one fleet, since a moment', async () => {
    const from = NOW - DAY;
    const ids = (found: readonly { readonly instanceId: string }[]) =>
      found.map(({ instanceId }) => instanceId);
    expect(ids(await past.workers(FLEET, from))).toEqual(['i-2', 'i-3']);
    expect(ids(await past.ends(FLEET, from))).toEqual(['i-2', 'i-3']);
    expect(ids(await past.consoles(FLEET, from))).toEqual(['i-2', 'i-3']);
    expect((await past.launches(FLEET, from)).map(({ request }) => request.launchId)).toEqual([
      `${FLEET}.${from}.0`,
      `${FLEET}.${NOW}.0`,
    ]);
  });

  it('is read by its id, and in its own fleet only', async () => {
    expect(await past.worker(FLEET, 'i-2')).toMatchObject({ instanceId: 'i-2', goneAt: NOW - DAY });
    expect(await past.end(FLEET, 'i-2')).toMatchObject({ instanceId: 'i-2', reason: { message: 'spot' } });
    expect(await past.console(FLEET, 'i-2')).toMatchObject({ instanceId: 'i-2', text: 'boot of i-2' });
    expect(await past.launch(FLEET, `${FLEET}.${NOW}.0`)).toMatchObject({
      ...{ closedAt: NOW, outcome: '1 of 1 launched' },
    });
    expect(await past.worker(FLEET, 'i-4')).toBeUndefined();
    expect(await past.end(FLEET, 'i-4')).toBeUndefined();
    expect(await past.console(FLEET, 'i-4')).toBeUndefined();
    expect(await past.launch(FLEET, `${OTHER}.${NOW}.0`)).toBeUndefined();
  });
});

describe('decisions', () => {
  const TOLD = { why: [], counts: {} };

  const decided = async (...asked: Parameters<LedgerPast['decisions']>) => {
    const found: Decision[] = [];
    for await (const one of past.decisions(...asked)) found.push(one);
    return found;
  };

  beforeEach(async () => {
    // More than the first page has.
    for (let n = 0; n < 25; n++) {
      await book.decisions.keep({ of: 'workers', kind: 'rest', fleet: FLEET, at: NOW + n, ...TOLD });
    }
    await book.decisions.keep({ of: 'pilots', kind: 'rest', queue: FLEET, at: NOW, ...TOLD });
    await book.decisions.keep({ of: 'workers', kind: 'rest', fleet: OTHER, at: NOW + 30, ...TOLD });
  });

  it('come the newest first, of one tick and name, both ends of the span included', async () => {
    const span = { from: NOW + 1, to: NOW + 23 };
    expect((await decided('workers', FLEET, span)).map(({ at }) => at)).toEqual(
      Array.from({ length: 23 }, (_, n) => NOW + 23 - n),
    );
    expect(await decided('pilots', FLEET, { from: 0, to: NOW + 99 })).toMatchObject([
      { of: 'pilots', queue: FLEET, at: NOW },
    ]);
  });

  it('are the last up to a moment, or none', async () => {
    expect(await past.decision('workers', FLEET, NOW + 7)).toMatchObject({ fleet: FLEET, at: NOW + 7 });
    expect(await past.decision('workers', FLEET, NOW + 999)).toMatchObject({ fleet: FLEET, at: NOW + 24 });
    expect(await past.decision('workers', FLEET, NOW - 1)).toBeUndefined();
  });
});

describe('what is asked of the table', () => {
  const asked = async (read: (of: LedgerPast) => Promise<unknown>) => {
    const queries: unknown[] = [];
    const answers = [{ Items: [], LastEvaluatedKey: { pk: 'a', sk: 'b' } }, { Items: [] }].values();
    const client = dynamoOver(
      async (_, act) => act(),
      (_, input) => {
        queries.push(input);
        return answers.next().value ?? { Items: [] };
      },
    );
    await read(ledgerPast('aerie', client));
    return queries;
  };
  const all = async (of: AsyncIterable<unknown>) => {
    for await (const _ of of);
  };
  const span = { from: NOW, to: NOW + 9 };

  it('is no more of decisions than is taken: a few, and more at a time for who goes on', async () => {
    expect(await asked((of) => all(of.decisions('workers', FLEET, span)))).toMatchObject([
      { ScanIndexForward: false, Limit: 20 },
      { ScanIndexForward: false, Limit: 500, ExclusiveStartKey: { pk: 'a', sk: 'b' } },
    ]);
    expect(await asked((of) => of.decision('workers', FLEET, NOW))).toMatchObject([
      { Limit: 1 },
      { Limit: 500 },
    ]);
  });

  it('is all of what is over since a moment, which the table leaves out itself', async () => {
    const [first, second] = await asked((of) => of.ends(FLEET, NOW));
    for (const query of [first, second]) {
      expect(query).toMatchObject({
        ...{ FilterExpression: '#dated >= :from', ExpressionAttributeNames: { '#dated': 'at' } },
      });
      expect(query).not.toHaveProperty('Limit');
      expect(query).not.toHaveProperty('ScanIndexForward');
    }
    const [one] = await asked((of) => of.end(FLEET, 'i-1'));
    expect(one).not.toHaveProperty('FilterExpression');
  });
});

it('what this version cannot read is left out', async () => {
  const items = [{ of: 'workers', kind: 'new' }, { v: 99 }];
  const client = dynamoOver(
    async (_, act) => act(),
    () => ({ Items: items }),
  );
  const blind = ledgerPast('aerie', client);
  expect(await blind.workers(FLEET, 0)).toEqual([]);
  expect(await blind.decision('workers', FLEET, NOW)).toBeUndefined();
});

it('the lease of a tick is that of its last holder', async () => {
  for (const name of ['workers', 'pilots'] as const) {
    await book.leases.take({ name, at: NOW, viewedAt: NOW - 9, pandaRunning: name === 'workers' ? 3 : 4 });
  }
  expect(await past.lease('workers')).toMatchObject({ name: 'workers', viewedAt: NOW - 9, pandaRunning: 3 });
  expect(await past.lease('pilots')).toMatchObject({ name: 'pilots', pandaRunning: 4 });
});
