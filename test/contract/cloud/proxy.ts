import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request on its way to a cloud. */
export interface OnItsWay {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What becomes of a request: it passes, or what a network does to it. */
export type Fate =
  | { readonly kind: 'pass'; readonly headers?: Readonly<Record<string, string>> }
  /** The cloud never sees it. */
  | { readonly kind: 'lost' }
  /** The cloud gets this share of its body, and then the end of the connection. */
  | { readonly kind: 'broken'; readonly share: number }
  /** The cloud gets all of it, and whoever asked gets nothing, or this share of the answer. */
  | { readonly kind: 'unanswered'; readonly share: number }
  /** Whoever asked gets nothing; the cloud gets it when it is let go. */
  | { readonly kind: 'late' }
  /** Somebody in between answers, and the cloud never sees it. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** The road to a cloud. */
export interface Road {
  readonly url: string;
  /** Decides over every request from now on. */
  fates(decide: (asked: OnItsWay, nth: number) => Fate | Promise<Fate>): void;
  /** Lets everything pass again, and resets the count. */
  calm(): void;
  /** Lets what is late arrive, and waits for the cloud's answers. Gives their statuses. */
  arrive(): Promise<readonly number[]>;
  close(): Promise<void>;
}

const PASS: Fate = { kind: 'pass' };

interface Target {
  readonly host: string;
  readonly port: number;
}

/** Sends a request on; `share` of its body. Gives the answer, or undefined if there was none. */
const forward = (
  { host, port }: Target,
  { method, path, headers, body }: OnItsWay,
  share = 1,
): Promise<{ readonly response: IncomingMessage; readonly text: string } | undefined> =>
  new Promise((resolve) => {
    const sent = send({
      host,
      port,
      method,
      path,
      headers: { ...headers, connection: 'close' },
      agent: false,
    });
    sent.on('error', () => resolve(undefined));
    sent.on('response', async (response) => {
      try {
        resolve({ response, text: await text(response) });
      } catch {
        resolve(undefined);
      }
    });
    if (share === 1) sent.end(body);
    else {
      sent.write(body.slice(0, Math.floor(share * body.length)));
      sent.once('socket', (socket) => socket.once('connect', () => setImmediate(() => socket.destroySoon())));
    }
  });

/** Puts a proxy on the road to a cloud: at an address of its own, on a port of its own or the cloud's. */
export const proxyTo = async (target: Target, at: Target = { host: '127.0.0.1', port: 0 }): Promise<Road> => {
  let decide: (asked: OnItsWay, nth: number) => Fate | Promise<Fate> = () => PASS;
  let nth = 0;
  let late: OnItsWay[] = [];

  const deliver = (
    response: ServerResponse,
    given: NonNullable<Awaited<ReturnType<typeof forward>>>,
    share: number,
  ) => {
    const { statusCode = 0, headers } = given.response;
    const { 'transfer-encoding': _, connection: __, ...kept } = headers;
    response.writeHead(statusCode, { ...kept, 'content-length': Buffer.byteLength(given.text) });
    if (share === 1) response.end(given.text);
    else response.write(given.text.slice(0, Math.floor(share * given.text.length)), () => response.destroy());
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request;
    const asked: OnItsWay = { method, path, headers, body: await text(request) };
    nth += 1;
    const fate = await decide(asked, nth - 1);
    switch (fate.kind) {
      case 'pass': {
        const given = await forward(target, { ...asked, headers: { ...headers, ...fate.headers } });
        if (given === undefined) response.destroy();
        else deliver(response, given, 1);
        return;
      }
      case 'lost':
        response.destroy();
        return;
      case 'broken':
        await forward(target, asked, fate.share);
        response.destroy();
        return;
      case 'unanswered': {
        const given = await forward(target, asked);
        if (given === undefined || fate.share === 0) response.destroy();
        else deliver(response, given, fate.share);
        return;
      }
      case 'late':
        late.push(asked);
        response.destroy();
        return;
      case 'answered':
        response
          .writeHead(fate.status, { 'content-type': 'text/plain', ...fate.headers })
          .end('from a proxy');
        return;
      default:
        fate satisfies never;
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    url: `http://${at.host}:${port}`,
    fates(by) {
      nth = 0;
      decide = by;
    },
    calm() {
      nth = 0;
      decide = () => PASS;
    },
    async arrive() {
      const arriving = late;
      late = [];
      const given = await Promise.all(arriving.map((asked) => forward(target, asked)));
      return given.map((of) => of?.response.statusCode ?? 0);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
