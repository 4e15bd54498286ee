import type { Context } from 'aws-lambda';

const nothing = (): void => undefined;

/** What Lambda tells a function about one invocation. */
export const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'aerie-lab',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:aerie-lab',
  memoryLimitInMB: '256',
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  logGroupName: 'aerie-lab',
  logStreamName: 'a',
  getRemainingTimeInMillis: () => 30_000,
  done: nothing,
  fail: nothing,
  succeed: nothing,
};

/** Logs and metrics go to standard output in Lambda; here they would drown what a test has to say. */
export const quietly = (): void => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
};
