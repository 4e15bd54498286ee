import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { type LedgerTable, ledgerTable } from '../../../adapters/ledger/table.ts';
import { listen } from '../../../twin/wire/http.ts';

const TYPE = { 'content-type': 'application/x-amz-json-1.0' };

/** One answer of a server: what it says, or that it breaks off in the middle of it. */
type Answer =
  | { readonly status: number; readonly body: object }
  | { readonly status: number; readonly text: string }
  | 'breaks off';

const WORKER = {
  pk: { S: 'live' },
  sk: { S: 'worker#i-1' },
  state: { M: { kind: { S: 'joined' }, joinedAt: { N: '1.5' } } },
  isProtected: { BOOL: false },
  list: { L: [{ S: 'a' }, { NULL: true }] },
};
const PLAIN = {
  ...{ pk: 'live', sk: 'worker#i-1', isProtected: false, list: ['a', null] },
  state: { kind: 'joined', joinedAt: 1.5 },
};
const LAST = { pk: { S: 'live' }, sk: { S: 'worker#i-1' } };

/** Everything that a query over those answers gives, and what it was asked. */
const asked = async (answers: readonly Answer[]) => {
  const bodies: unknown[] = [];
  const rest = [...answers];
  const server = await listen(
    createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      bodies.push(JSON.parse(text));
      const answer = rest.shift() ?? 'breaks off';
      if (answer === 'breaks off') {
        response.writeHead(200, { ...TYPE, 'content-length': '1000' });
        response.write('{"Items":[', () => response.destroy());
        return;
      }
      response
        .writeHead(answer.status, TYPE)
        .end('text' in answer ? answer.text : JSON.stringify(answer.body));
    }),
  );
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials });
  const pages: (readonly Readonly<Record<string, unknown>>[])[] = [];
  const read = async (table: LedgerTable) => {
    for await (const page of table.pages('live')) pages.push(page);
  };
  try {
    await read(ledgerTable('aerie', client));
    return { pages, bodies };
  } finally {
    client.destroy();
    await server.close();
  }
};

it('every value is read as it is meant, page by page, each asked for after the last key', async () => {
  const { pages, bodies } = await asked([
    { status: 200, body: { Items: [WORKER], Count: 1, LastEvaluatedKey: LAST } },
    { status: 200, body: { Items: [], Count: 0 } },
  ]);
  expect(pages).toEqual([[PLAIN], []]);
  expect(bodies[1]).toMatchObject({ ExclusiveStartKey: LAST });
});

it('an answer that breaks off is asked for again', async () => {
  const { pages, bodies } = await asked(['breaks off', { status: 200, body: { Items: [WORKER], Count: 1 } }]);
  expect(pages).toEqual([[PLAIN]]);
  expect(bodies).toHaveLength(2);
});

it('a refusal is the one that the SDK knows', async () => {
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no table' };
  await expect(asked([{ status: 400, body }])).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'no table',
  });
});

it('an answer without items is a failure, and no empty ledger', async () => {
  await expect(asked([{ status: 200, body: { Count: 0 } }])).rejects.toThrow('without items');
});

it('a value that nobody writes is none, and its item is read for the rest', async () => {
  const odd = {
    a: { SS: ['x'] },
    b: { L: 'x' },
    c: {},
    d: { M: null },
    e: null,
    f: { BOOL: true },
    g: { N: '-2' },
  };
  const { pages } = await asked([{ status: 200, body: { Items: [odd, null], Count: 2 } }]);
  expect(pages).toEqual([[{ d: {}, f: true, g: -2 }, {}]]);
});

it.each([
  ['a text', '"no table"'],
  ['null', 'null'],
  ['no JSON', '<html>'],
  ['items that are none', '{"Items":"x"}'],
])('an answer that is %s is a failure, and no empty ledger', async (_, text) => {
  await expect(asked([{ status: 200, text }])).rejects.toThrow();
});
