import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { ec2Client } from '../../adapters/clouds/ec2/ec2.ts';
import { ledger } from '../../adapters/ledger/ledger.ts';
import { withoutLog } from '../../adapters/sdk-log.ts';
import { settingsStore } from '../../adapters/settings-store.ts';

const CONFIG = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
} as const;

const hasLog = ({ middlewareStack }: { readonly middlewareStack: { identify(): string[] } }): boolean =>
  middlewareStack.identify().some((name) => name.startsWith('loggerMiddleware'));

it.each([
  ['DynamoDB', new DynamoDBClient(CONFIG)],
  ['EC2', new EC2Client(CONFIG)],
  ['SSM', new SSMClient(CONFIG)],
])('%s makes no log of each call, which nobody reads', (_, client) => {
  expect(hasLog(client)).toBe(true);
  expect(withoutLog(client)).toBe(client);
  expect(hasLog(client)).toBe(false);
});

it('nothing that a tick asks makes one', () => {
  const [ofLedger, ofSettings] = [new DynamoDBClient(CONFIG), new DynamoDBClient(CONFIG)];
  ledger('aerie', ofLedger);
  settingsStore('aerie', ofSettings);
  expect([ofLedger, ofSettings, ec2Client()].map(hasLog)).toEqual([false, false, false]);
});
