import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { face, readBody } from '../../twin/wire/http.ts';
import { instancePages } from './instances.ts';
import { itemOf, settingsItems } from './items.ts';
import { standingTable } from './table.ts';
import type { WholeWorld } from './world.ts';

const AMZ_JSON = 'application/x-amz-json-1.0';

const send = (response: ServerResponse, type: string, body: string | Buffer, encoding?: string): void => {
  response.writeHead(200, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  });
  response.end(body);
};

/**
 * Everything that a function talks to, on one address: DynamoDB, EC2, SSM, PanDA and the endpoint. Answers are made before
 * they are asked for, and each tick finds the same world.
 */
export const standIn = async ({ world, ledgerWorkers, queues }: WholeWorld) => {
  const table = standingTable([...settingsItems(queues, world.now - 60), ...ledgerWorkers.map(itemOf)]);
  const pool = gzipSync(JSON.stringify(world.view));
  const panda = (data: unknown) => JSON.stringify({ success: true, message: '', data });
  const jobs = panda(
    Object.fromEntries(
      queues.map(({ queue }, index) => [queue, { SCORE: { managed: world.jobsOf(index) } }]),
    ),
  );
  const sites = panda(Object.fromEntries(queues.map(({ queue }) => [queue, { status: 'online' }])));
  const instances = instancePages(ledgerWorkers);

  const ec2 = (body: string): string => {
    const asked = new URLSearchParams(body);
    const action = asked.get('Action') ?? '';
    return instances.answer(action, asked);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const target = request.headers['x-amz-target'];
    const path = request.url ?? '';
    if (typeof target === 'string') {
      const isSsm = target.startsWith('AmazonSSM');
      const said = isSsm ? '{"Parameter":{"Value":"secret"}}' : table.answer(target, body);
      return send(response, AMZ_JSON, said);
    }
    if (path.startsWith('/v1/pool')) return send(response, 'application/json', pool, 'gzip');
    if (path.includes('active_job')) return send(response, 'text/plain', jobs);
    if (path.includes('get_site_specs')) return send(response, 'text/plain', sites);
    if (path.startsWith('/v1/')) return send(response, 'application/json', '{"done":[],"failed":[]}');
    return send(response, 'text/xml', ec2(body));
  };
  return face(answer);
};
