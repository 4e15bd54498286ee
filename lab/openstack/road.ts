import { createServer, type Server, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface RoadOptions {
  readonly host: string;
  readonly port: number;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes back for a path instead of what was answered. */
  readonly change?: (text: string, path: string) => string;
}

/** A server that sends everything on to another one. It listens where its caller says. */
export const roadTo = ({ host, port, headers = {}, change = (text) => text }: RoadOptions): Server =>
  createServer(async (asked, response) => {
    const { method, url: path = '/' } = asked;
    const body = await buffer(asked);
    const { 'transfer-encoding': _, ...given } = asked.headers;
    const sent = send({
      ...{ host, port, method, path, agent: false },
      headers: { ...given, ...headers, connection: 'close', 'content-length': body.length },
    });
    sent.on('error', () => response.destroy());
    sent.on('response', async (answer) => {
      const text = await buffer(answer).catch(() => undefined);
      if (text === undefined) return response.destroy();
      // User-data are bytes: only what can be text is looked at.
      const isText = !text.includes(0) && text.toString('utf8').length > 0;
      const told = isText ? Buffer.from(change(text.toString('utf8'), path)) : text;
      const { 'transfer-encoding': __, connection: ___, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': told.length }).end(told);
    });
    sent.end(body);
  });
