import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ledger } from '../../../adapters/ledger/ledger.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import { dynamoOver } from '../../../twin/in-process/sdk.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { table } from '../../faults/table.ts';

/** A ledger that is empty. */
export interface Subject {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

const NAME = 'aerie';

/** Every ledger that there is, by what it is kept in. */
export const SUBJECTS = {
  /** The one that is deployed, over DynamoDB's wire. */
  async 'a table of dynalite'() {
    const face = await dynamoFace(NAME);
    const client = new DynamoDBClient({
      endpoint: face.url,
      region: TWIN_REGION,
      credentials: TWIN_CREDENTIALS,
    });
    return {
      ledger: ledger(NAME, client),
      async close() {
        client.destroy();
        await face.close();
      },
    };
  },
  /** The same on the table of the fault simulation, which kills it between any two of its writes. */
  async "the fault simulation's table"() {
    const { carryOut } = table(() => {});
    const client = dynamoOver(async (_, act) => act(), carryOut);
    return { ledger: ledger(NAME, client), close: async () => client.destroy() };
  },
  /** The one of tests and of the bench. */
  async memory() {
    return { ledger: fakeLedger().ledger, close: async () => {} };
  },
} as const satisfies Readonly<Record<string, () => Promise<Subject>>>;
