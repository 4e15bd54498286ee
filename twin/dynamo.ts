import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type Face, listen } from './http.ts';

/** Any key will do: dynalite checks that requests are signed, not by whom. */
export const TWIN_CREDENTIALS = { accessKeyId: 'AKIATWINTWINTWINTWIN', secretAccessKey: 'twin' };
export const TWIN_REGION = 'us-east-1';

/** DynamoDB with the ledger's table, as the stack makes it: string keys `pk` and `sk`, on demand. */
export const dynamoFace = async (table: string): Promise<Face> => {
  const served = await listen(dynalite({ createTableMs: 0 }));
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
  return served;
};
