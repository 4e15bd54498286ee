import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { FILES } from './files.ts';
import { askedUrl, guard } from './guard.ts';
import { RANGES } from './ranges.ts';
import type { PageSource } from './view.ts';
import { watchers } from './watchers.ts';

/** A page that shows a stage as it is, to any number of watchers on this machine. */
export interface Page {
  /** With the token, where one is asked for. */
  readonly url: string;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly source: PageSource;
  /** Real seconds from one look to the next; a look that takes longer has the next one right after it. */
  readonly everySeconds: number;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Whether other users of this machine are kept out, by a token in the address. */
  readonly isPrivate: boolean;
}

/** How long the end waits for watchers to take what they have been sent, real milliseconds. */
const GRACE_MS = 1000;

const LOOPBACK = '127.0.0.1';
const TOKEN_BYTES = 18;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const say = (response: ServerResponse, status: number, why: string): void => {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8', Allow: 'GET' });
  response.end(`${why}\n`);
};

const tell = (response: ServerResponse, type: string, body: string | Buffer): void => {
  response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
};

const decoded = (path: string): readonly string[] | undefined => {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
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

/** One channel for each range of time that can be looked at. */
const channels = () => new Map(RANGES.map((seconds) => [seconds, watchers()]));

/** Looks as long as somebody watches, and shows each range that is watched what has changed. */
const looking = (
  source: PageSource,
  everySeconds: number,
  to: ReturnType<typeof channels>,
  signal: AbortSignal,
) => {
  let wake = () => {};
  const shown = async (): Promise<void> => {
    await source.look();
    for (const [seconds, channel] of to) if (channel.isWatched) channel.show(await source.view(seconds));
  };
  const pause = (): Promise<unknown> => {
    if (signal.aborted) return Promise.resolve();
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const isWatched = [...to.values()].some((channel) => channel.isWatched);
    const slept = setTimeout(everySeconds * 1000, undefined, { signal }).catch(() => undefined);
    return isWatched ? Promise.race([slept, woken]) : woken;
  };
  const forEver = async (): Promise<void> => {
    while (!signal.aborted) {
      await shown();
      await pause();
    }
  };
  signal.addEventListener('abort', () => wake());
  return { goesOn: forEver, wake: () => wake() };
};

/** Serves the page on the loopback interface. A port that cannot be had rejects. */
export const servePage = async ({ source, everySeconds, port, isPrivate }: PageOptions): Promise<Page> => {
  const token = isPrivate ? randomBytes(TOKEN_BYTES).toString('base64url') : undefined;
  const to = channels();
  const over = new AbortController();
  const look = looking(source, everySeconds, to, over.signal);
  let judge = guard(token, 'aerie');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ruling = judge(request);
    if (ruling.kind === 'refuse') return say(response, ruling.status, ruling.why);
    if (ruling.kind === 'keep') {
      response.writeHead(303, { ...HEADERS, Location: ruling.location, 'Set-Cookie': ruling.cookie });
      response.end();
      return;
    }
    const asked = askedUrl(request);
    if (asked === undefined) return say(response, 404, 'That is no address.');
    const { pathname, searchParams } = asked;
    if (pathname === '/seen') {
      const channel = to.get(Number(searchParams.get('range')));
      if (channel === undefined) return say(response, 404, `A range is one of ${RANGES.join(', ')} seconds.`);
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
      channel.watch(response);
      return look.wake();
    }
    if (pathname.startsWith('/story/')) {
      const path = decoded(pathname.slice('/story/'.length));
      const story = path && (await source.story(path));
      if (story === undefined) return say(response, 404, 'Nothing is kept of it.');
      return tell(response, 'application/json; charset=utf-8', JSON.stringify(story));
    }
    const file = FILES.get(pathname);
    if (file === undefined) return say(response, 404, 'There is nothing here; the page is at /.');
    tell(response, file[1], await readFile(new URL(file[0], import.meta.url)));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(whyNoPort(port, error)));
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address() as AddressInfo;
  // Cookies know no ports, and another page of ours may be open on another one.
  judge = guard(token, `aerie-${address.port}`);
  const going = look.goesOn();
  return {
    url: `http://${LOOPBACK}:${address.port}/${token === undefined ? '' : `?token=${token}`}`,
    async close() {
      over.abort();
      await going;
      const closed = new Promise((resolve) => server.close(resolve));
      const grace = new AbortController();
      const ended = Promise.all([...to.values()].map((channel) => channel.end()));
      await Promise.race([
        ended,
        setTimeout(GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      server.closeAllConnections();
      await closed;
    },
  };
};
