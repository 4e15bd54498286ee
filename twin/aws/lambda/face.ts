import type { Clock } from '../../clock/clock.ts';
import { type Face, face, reply, withHeaders } from '../../wire/http.ts';

const JSON_TYPE = 'application/json';

const MAPPINGS = /^\/2015-03-31\/event-source-mappings\/?$/;
const CONFIGURATION = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;

/** How a function is set up: its variables, and the ARN of the queue that feeds it; absent: none does. */
interface SetUp {
  readonly variables: Readonly<Record<string, string>>;
  readonly queue?: string | undefined;
}

/** Lambda's REST API, as far as it tells how functions are set up, by their names. */
export const lambdaFace = (clock: Pick<Clock, 'now'>, functions: ReadonlyMap<string, SetUp>): Promise<Face> =>
  face((request, response) => {
    withHeaders(response, { date: new Date(clock.now * 1000).toUTCString() });
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://lambda');
    if (request.method === 'GET' && MAPPINGS.test(path)) {
      const queue = functions.get(searchParams.get('FunctionName') ?? '')?.queue;
      const mappings = queue === undefined ? [] : [{ EventSourceArn: queue, State: 'Enabled' }];
      reply(response, 200, JSON_TYPE, JSON.stringify({ EventSourceMappings: mappings }));
      return;
    }
    const name = decodeURIComponent(CONFIGURATION.exec(path)?.[1] ?? '');
    const Variables = functions.get(name)?.variables;
    if (request.method === 'GET' && Variables !== undefined) {
      reply(response, 200, JSON_TYPE, JSON.stringify({ FunctionName: name, Environment: { Variables } }));
      return;
    }
    withHeaders(response, { 'x-amzn-errortype': 'ResourceNotFoundException' });
    reply(
      response,
      404,
      JSON_TYPE,
      JSON.stringify({ Type: 'User', Message: `Function not found: ${name || path}` }),
    );
  });
