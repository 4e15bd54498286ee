import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Shown } from '../report/sample.ts';
import { watchers } from './watchers.ts';

/** A page that shows a run while it goes on, to any number of watchers on this machine. */
export interface Page {
  readonly url: string;
  show(shown: Shown): void;
  close(): Promise<void>;
}

/** How long the end waits for watchers to take what they have been sent, real milliseconds. */
const GRACE_MS = 1000;

const LOOPBACK = '127.0.0.1';

const SCRIPTS = [
  'page',
  'head',
  'panel',
  'table',
  'charts',
  'plot',
  'timeline',
  'fault',
  'ticks',
  'words',
  'text',
  'summary',
  'decisions',
  'history',
];

const STYLES = ['theme', 'style', 'charts', 'tables'];

/** path → file beside this one and its type. Nothing else can be asked for. */
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
  ...STYLES.map((name): [string, [string, string]] => [
    `/${name}.css`,
    [`${name}.css`, 'text/css; charset=utf-8'],
  ]),
  ...SCRIPTS.map((name): [string, [string, string]] => [
    `/${name}.js`,
    [`${name}.js`, 'text/javascript; charset=utf-8'],
  ]),
]);

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** Any port may stand in the name, for a tunnel changes it; any other name is another site's, pointed here. */
const OUR_HOST = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/i;

const refuse = (response: ServerResponse, status: number, why: string): void => {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8', Allow: 'GET' });
  response.end(`${why}\n`);
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  watch: (response: ServerResponse) => void,
): Promise<void> => {
  const [path = '/'] = (request.url ?? '/').split('?');
  if (!OUR_HOST.test(request.headers.host ?? '')) {
    return refuse(
      response,
      403,
      'This page answers to localhost and 127.0.0.1 only; ask for it by one of them.',
    );
  }
  if (request.method !== 'GET') return refuse(response, 405, 'Only GET is answered here.');
  if (path === '/shown') {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    return watch(response);
  }
  const file = FILES.get(path);
  if (file === undefined) return refuse(response, 404, 'There is nothing here; the page is at /.');
  const body = await readFile(new URL(file[0], import.meta.url));
  response.writeHead(200, { ...HEADERS, 'Content-Type': file[1], 'Content-Length': body.length });
  response.end(body);
};

const whyNoPort = (port: number, error: NodeJS.ErrnoException): Error => {
  const another = 'choose another one with --port, or --port 0 for any that is free';
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} is already in use: ${another}.`, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} may not be opened by this user: ${another}.`, { cause: error });
  }
  return error;
};

/** Serves the page on the loopback interface. Port 0 takes any free one; a port that cannot be had rejects. */
export const servePage = async ({ port }: { readonly port: number }): Promise<Page> => {
  const { watch, show, end } = watchers();
  const server = createServer((request, response) => {
    answer(request, response, watch).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(whyNoPort(port, error)));
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${address.port}/`,
    show,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      const grace = new AbortController();
      await Promise.race([end(), setTimeout(GRACE_MS, undefined, { signal: grace.signal })]);
      grace.abort();
      server.closeAllConnections();
      await closed;
    },
  };
};
