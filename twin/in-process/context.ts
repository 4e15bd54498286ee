import type { Context } from 'aws-lambda';

const nothing = (): void => undefined;

/** What Lambda tells a function about one invocation. */
export const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'aerie-twin',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:aerie-twin',
  memoryLimitInMB: '256',
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  logGroupName: 'aerie-twin',
  logStreamName: 'a',
  getRemainingTimeInMillis: () => 30_000,
  done: nothing,
  fail: nothing,
  succeed: nothing,
};
