import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { type Answer, answers } from './answers.ts';
import type { PandaWorld } from './world.ts';

/** The simulated PanDA on a port of this machine, speaking the wire of the real one. */
export interface PandaFace {
  /** Base URL, `http://127.0.0.1:<port>/api/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

const OVERLOADED = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head><title>503 Service Unavailable</title></head>
<body><h1>Service Unavailable</h1></body></html>
`;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const bytes = await buffer(request);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
};

const send = (response: ServerResponse, { status, text }: Answer, contentType = 'text/plain') => {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
};

/** Announces the whole answer, sends half of it and closes the connection. */
const hangUp = (response: ServerResponse, { status, text }: Answer) => {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
};

const listener = (world: PandaWorld): RequestListener => {
  const answer = answers(world);
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    // Its own clock tells its time.
    response.setHeader('date', new Date(world.clock.now * 1000).toUTCString());
    const body = await bodyOf(request);
    if (world.mode === 'silent') return;
    if (world.mode === 'html-503') return send(response, { status: 503, text: OVERLOADED }, 'text/html');
    const answered = answer({
      verb: request.method ?? 'GET',
      url: new URL(request.url ?? '/', 'http://127.0.0.1'),
      accept: request.headers.accept,
      contentType: request.headers['content-type'],
      body,
    });
    return world.mode === 'hangs up' ? hangUp(response, answered) : send(response, answered);
  };
  return (request, response) => {
    serve(request, response).catch((error) => send(response, { status: 500, text: String(error) }));
  };
};

const address = z.object({ port: z.int() });

/** The face of a world as a server that does not listen yet. */
export const pandaServer = (world: PandaWorld): Server => createServer(listener(world));

/** Opens the face of a world on 127.0.0.1, on a port that is free. */
export const pandaFace = async (world: PandaWorld): Promise<PandaFace> => {
  const server = pandaServer(world);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${address.parse(server.address()).port}/api/v1`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
