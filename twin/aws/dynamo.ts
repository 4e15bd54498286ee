import { createServer } from 'node:http';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type Face, listen, reply } from '../wire/http.ts';

/** Any key will do: dynalite checks that requests are signed, not by whom. */
export const TWIN_CREDENTIALS = { accessKeyId: 'AKIATWINTWINTWINTWIN', secretAccessKey: 'twin' };
export const TWIN_REGION = 'us-east-1';

export interface DynamoFace extends Face {
  /** While on, every call fails as in an outage of the service. */
  fail(on: boolean): void;
}

const OUTAGE = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
  message: 'The request processing has failed because of an unknown error.',
});

/** DynamoDB with the ledger's table, as the stack makes it: string keys `pk` and `sk`, on demand. */
export const dynamoFace = async (table: string): Promise<DynamoFace> => {
  const inner = dynalite({ createTableMs: 0 });
  let failing = false;
  const served = await listen(
    createServer((request, response) => {
      if (failing) reply(response, 500, 'application/x-amz-json-1.0', OUTAGE);
      else inner.emit('request', request, response);
    }),
  );
  const client = new DynamoDBClient({
    endpoint: served.url,
    region: TWIN_REGION,
    credentials: TWIN_CREDENTIALS,
  });
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  client.destroy();
  return {
    ...served,
    fail(on) {
      failing = on;
    },
  };
};
