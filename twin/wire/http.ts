import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A face of the twin: an HTTP server on loopback. */
export interface Face {
  readonly url: string;
  close(): Promise<void>;
}

/** Gives a response more headers, before it is sent. */
export const withHeaders = (response: ServerResponse, headers: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
};

/** Collects a request's body; loopback callers only, so no limit beyond plausibility. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the caller went away')));
  });

export const reply = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
): void => {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

export const listen = async (server: Server, port = 0): Promise<Face> => {
  // Between two ticks of a slow run minutes may pass; a connection closed under a caller would look like an outage.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Serves requests one by one; an answer that throws is a fault of the twin and becomes a 500. */
export const face = (
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Promise<Face> =>
  listen(
    createServer((request, response) => {
      Promise.resolve(answer(request, response)).catch((error: unknown) => {
        if (!response.headersSent && !response.destroyed) {
          reply(response, 500, 'text/plain', `fault in the twin: ${String(error)}`);
        }
      });
    }),
  );
