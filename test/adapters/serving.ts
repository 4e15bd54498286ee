import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request as the server saw it. */
interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The server's own address. */
  readonly address: string | undefined;
}

export type Respond = (response: ServerResponse, seen: Seen, nth: number) => void;

/** A real server that is closed when the test is over, and what it has seen. */
export const serving = async (respond: Respond, hosts: readonly string[] = ['127.0.0.1']) => {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const { method, url: path, headers, socket } = request;
    const one = { method, path, headers, body: await text(request), address: socket.localAddress };
    seen.push(one);
    respond(response, one, seen.length);
  };
  let port = 0;
  for (const host of hosts) {
    const server = createServer(listener);
    server.listen(port, host);
    await once(server, 'listening');
    const bound = server.address();
    port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
  }
  return { url: `http://127.0.0.1:${port}`, port, seen };
};

export const answering = (status: number, body: string | object): Respond => {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(content);
  };
};

/** How long an answer may take that will come: a limit for what hangs. */
export const PATIENT_SECONDS = 600;

/** How long a test waits for an answer that never comes. */
export const HASTY_SECONDS = 0.5;

/** Accepts and never answers. */
export const silent: Respond = () => undefined;

export const hangingUp: Respond = (response) => {
  response.destroy();
};
