import type { Clock } from '../../clock/clock.ts';
import { type Face, face, reply, withHeaders } from '../../wire/http.ts';

const JSON_TYPE = 'application/json';

const CONFIGURATION = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;

/** Lambda's REST API, as far as it tells how a function is set up: its variables, by its name. */
export const lambdaFace = (
  clock: Pick<Clock, 'now'>,
  functions: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Promise<Face> =>
  face((request, response) => {
    withHeaders(response, { date: new Date(clock.now * 1000).toUTCString() });
    const [path = ''] = (request.url ?? '').split('?');
    const name = decodeURIComponent(CONFIGURATION.exec(path)?.[1] ?? '');
    const Variables = functions.get(name);
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
