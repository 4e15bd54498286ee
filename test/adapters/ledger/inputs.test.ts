import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { ledgerInputs } from '../../../adapters/ledger/inputs.ts';
import { ledgerPast } from '../../../adapters/ledger/past.ts';
import { known } from '../../../core/model/snapshot.ts';
import { INPUTS_SHAPE, type TickInputs } from '../../../core/replay/inputs.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import type { Face } from '../../../twin/wire/http.ts';
import { poolView, STAGE } from '../../core/worlds.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;

const inputs = (at: number, of: TickInputs['of'] = 'workers'): TickInputs => ({
  of,
  at,
  observed: {
    now: at,
    panda: known({ A: { SCORE: { managed: { activated: 3 } } } }, at),
    sites: known({ A: { status: 'online' } }, at),
    pool: known(poolView([]), at - 5),
  },
  basis: { completeAt: at, records: [{ of: 'queue', name: 'A', readAt: at, good: { state: 'active' } }] },
  rested: {
    of: 'workers',
    ledger: { launches: [], workers: [], submissions: {}, cooling: [], pilotsEver: { A: 4 } },
    stage: STAGE,
  },
});

let face: Face;
let client: DynamoDBClient;

beforeEach(async () => {
  face = await dynamoFace('aerie');
  client = new DynamoDBClient({ endpoint: face.url, region: TWIN_REGION, credentials: TWIN_CREDENTIALS });
  return async () => {
    client.destroy();
    await face.close();
  };
});

const keptIn = async (from: number, to: number, of: TickInputs['of'] = 'workers') => {
  const found = [];
  for await (const one of ledgerPast('aerie', client).inputs(of, { from, to })) found.push(one);
  return found;
};

const itemOf = async (at: number) => {
  const Key = { pk: 'inputs#workers', sk: String(at) };
  const { Item } = await DynamoDBDocumentClient.from(client).send(
    new GetCommand({ TableName: 'aerie', Key }),
  );
  return Item;
};

describe('what ticks decided on', () => {
  it('comes back as it was, the oldest first, of the tick and the time that are asked for', async () => {
    const book = ledgerInputs('aerie', client);
    for (const at of [NOW + 20, NOW, NOW + 40]) expect(await book.keep(inputs(at))).toBe('kept');
    await book.keep(inputs(NOW, 'pilots'));
    expect(await keptIn(NOW, NOW + 20)).toEqual([
      { kind: 'inputs', inputs: inputs(NOW) },
      { kind: 'inputs', inputs: inputs(NOW + 20) },
    ]);
    expect(await keptIn(NOW, NOW + 20, 'pilots')).toEqual([
      { kind: 'inputs', inputs: inputs(NOW, 'pilots') },
    ]);
  });

  it('is gone after three days, and the first of a moment stays', async () => {
    const book = ledgerInputs('aerie', client);
    await book.keep(inputs(NOW));
    await book.keep({ ...inputs(NOW), basis: { completeAt: 1, records: [] } });
    expect(await keptIn(NOW, NOW)).toEqual([{ kind: 'inputs', inputs: inputs(NOW) }]);
    expect((await itemOf(NOW))?.expiresAt).toBe(NOW + 3 * DAY);
  });

  it('says in a word that it was too large for an item', async () => {
    const book = ledgerInputs('aerie', client, 100);
    expect(await book.keep(inputs(NOW))).toBe('too-large');
    expect(await itemOf(NOW)).toMatchObject({ unkept: 'too-large' });
    expect(await keptIn(NOW, NOW)).toEqual([{ kind: 'unkept', at: NOW, why: 'too-large' }]);
  });

  it('is not looked into where another version has kept it', async () => {
    const Item = { pk: 'inputs#workers', sk: String(NOW), of: 'workers', at: NOW, shape: INPUTS_SHAPE + 1 };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: 'aerie', Item }));
    expect(await keptIn(NOW, NOW)).toMatchObject([{ kind: 'other-version', at: NOW }]);
  });
});
