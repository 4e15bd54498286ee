import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { Ec2Refusal } from '../aws/ec2/refusal.ts';

/** What a call comes to if it does not arrive, or its answer does not, or too many came; each may throw. */
export interface Failing<T> {
  lost(): T;
  throttled(): T;
}

/** Carries one call to the outside, by its name. */
export type Pass = <T>(what: string, act: () => T, failing: Failing<T>) => Promise<T>;

/** Answers a command of the SDK, by its name and input. */
type Answering = (command: string, input: unknown) => unknown;

const CONFIG = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
} as const;

/** A failed call as the SDK throws it after a time-out. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}
export const timedOut = (): never => {
  throw new TimeoutError('no answer within the time allowed');
};

const throttledTable = (): never => {
  const error = new Error('The level of configured provisioned throughput for the table was exceeded.');
  error.name = 'ProvisionedThroughputExceededException';
  throw error;
};

/**
 * Puts an answer in the place of the network: the SDK's own clients and every line of the adapters run, but nothing is
 * put on a wire. What comes back is what the SDK would have read from it.
 */
const inMemory = (pass: Pass, name: string, answer: Answering, failing: Failing<unknown>) => ({
  middleware: () => (_next: unknown, context: { readonly commandName?: string }) => {
    const command = context.commandName ?? '';
    return async ({ input }: { readonly input: unknown }) => ({
      output: await pass(`${name} ${command}`, () => answer(command, input), failing),
      response: {},
    });
  },
});

/** The SDK's DynamoDB client over a table in memory. */
export const dynamoOver = (pass: Pass, answer: Answering): DynamoDBClient => {
  const client = new DynamoDBClient(CONFIG);
  const { middleware } = inMemory(pass, 'ledger', answer, { lost: timedOut, throttled: throttledTable });
  const here = middleware();
  client.middlewareStack.add((next, context) => here(next, context) as typeof next, {
    step: 'initialize',
    priority: 'high',
    name: 'inMemory',
  });
  return client;
};

const inEc2Words = <T>(act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Ec2Refusal)) throw error;
    throw new EC2ServiceException({
      name: error.code,
      message: error.message,
      $fault: error.status >= 500 ? 'server' : 'client',
      $metadata: { httpStatusCode: error.status },
    });
  }
};

const throttledByEc2 = (): never =>
  inEc2Words(() => {
    throw new Ec2Refusal('RequestLimitExceeded', 'Request limit exceeded.', 503);
  });

/** The SDK's EC2 client over an EC2 in memory. */
export const ec2Over = (pass: Pass, answer: Answering): EC2Client => {
  const client = new EC2Client(CONFIG);
  const spoken: Answering = (command, input) => inEc2Words(() => answer(command, input));
  const { middleware } = inMemory(pass, 'ec2', spoken, { lost: timedOut, throttled: throttledByEc2 });
  const here = middleware();
  client.middlewareStack.add((next, context) => here(next, context) as typeof next, {
    step: 'initialize',
    priority: 'high',
    name: 'inMemory',
  });
  return client;
};
