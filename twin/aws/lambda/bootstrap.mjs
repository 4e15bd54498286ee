// Runs in the function's own process, as AWS's runtime does: loads the bundle, then takes one event after another from
// the Runtime API. It knows nothing but its environment.
import { pathToFileURL } from 'node:url';

// Lambda's runtime is Node 24, for which functions are bundled; a package of aerie may run on Node 20, which lacks this alone.
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.get(key)?.push(item)) groups.set(key, [item]);
  }
  return groups;
};

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const headers = { 'content-type': 'application/json' };

const failure = (error) =>
  JSON.stringify({
    errorType: error?.name ?? 'Error',
    errorMessage: error?.message ?? String(error),
    trace: String(error?.stack ?? '').split('\n'),
  });

const post = (path, body) => fetch(`${api}/${path}`, { method: 'POST', headers, body });

const contextOf = (next) => {
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  return {
    awsRequestId: next.headers.get('lambda-runtime-aws-request-id'),
    invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn'),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: `/aws/lambda/${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
    logStreamName: 'twin',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

const load = async () => {
  const [module, name] = process.env._HANDLER.split('.');
  try {
    return (await import(pathToFileURL(`${process.env.LAMBDA_TASK_ROOT}/${module}.mjs`)))[name];
  } catch (error) {
    await post('init/error', failure(error));
    process.exit(1);
  }
};

const handler = await load();
for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const event = await next.json();
  try {
    const answer = await handler(event, contextOf(next));
    await post(`invocation/${id}/response`, JSON.stringify(answer ?? null));
  } catch (error) {
    await post(`invocation/${id}/error`, failure(error));
  }
}
