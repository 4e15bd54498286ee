import { createServer, get, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Changes } from '../../../cli/page/changes.ts';
import { type Page, servePage } from '../../../cli/page/server.ts';
import type { PageSource, View } from '../../../cli/page/view.ts';
import { watchers } from '../../../cli/page/watchers.ts';
import { madeView } from './made-view.ts';

const SIZE = { queues: 2, fleets: 1, machines: 5 };
const pages: Page[] = [];

/** A source whose every look is another turn. */
const turning = (): PageSource & { looks: number; readonly ranges: Set<number> } => ({
  looks: 0,
  ranges: new Set(),
  async look() {
    this.looks += 1;
  },
  async view(range) {
    this.ranges.add(range);
    return madeView(SIZE, this.looks);
  },
  story: async ([of, name = '']) =>
    of === 'worker' ? { title: name, about: 'joined', facts: [], steps: [] } : undefined,
});

const opened = async (port = 0, more: { isPrivate?: boolean; source?: PageSource } = {}): Promise<Page> => {
  const { isPrivate = false, source = turning() } = more;
  const page = await servePage({ port, isPrivate, source, everySeconds: 0.001 });
  pages.push(page);
  return page;
};

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
});

const ask = (url: string, { method = 'GET', ...headers }: Readonly<Record<string, string>> = {}) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent: false, method, headers }, resolve).once('error', reject).end();
  });

interface Message {
  readonly name: string;
  readonly changes: Changes;
}

const messagesIn = (events: readonly string[]): readonly Message[] =>
  events.map((event) => ({
    name: /^event: (\w+)$/m.exec(event)?.[1] ?? 'message',
    changes: JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? ''),
  }));

/** Reads server-sent events until as many messages have come as are wanted. */
const watch = (url: string, wanted: number) =>
  new Promise<readonly Message[]>((resolve, reject) => {
    get(url, (response) => {
      let pending = '';
      const events: string[] = [];
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (pending + chunk).split('\n\n');
        pending = parts.pop() ?? '';
        events.push(...parts);
        if (events.length < wanted) return;
        response.destroy();
        resolve(messagesIn(events.slice(0, wanted)));
      });
    }).once('error', reject);
  });

describe('the server of the page', () => {
  it('serves the page and everything that it refers to, each with its type and a strict policy', async () => {
    const { url } = await opened();
    const expected = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
    const seen = new Set<string>(['/']);
    for (const path of seen) {
      const response = await ask(new URL(path, url).href);
      const body = await text(response);
      const ending = (/\.(\w+)$/.exec(path)?.[1] ?? 'html') as keyof typeof expected;
      expect([path, response.statusCode]).toEqual([path, 200]);
      expect(response.headers['content-type']).toContain(expected[ending]);
      expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/);
      for (const [, to = ''] of body.matchAll(
        /(?:src|href|from) ?=?["' ]+([./][\w./-]+\.(?:js|css|svg))["']/g,
      )) {
        seen.add(new URL(to, new URL(path, url)).pathname);
      }
    }
    expect(seen).toContain('/page.js');
    expect(seen).toContain('/squares.js');
    expect(seen).toContain('/rows.css');
    expect(seen.size).toBeGreaterThan(15);
  });

  it.each([
    '/server.ts',
    '/watchers.ts',
    '/look/page.js',
    '/parts.d.ts',
    '/../view.ts',
    '/%2e%2e/view.ts',
    '/%ff',
    '/story/%ff',
    '/seen?range=7',
    '//',
    '/favicon.ico',
  ])('knows nothing at %s', async (path) => {
    const { url } = await opened();
    const response = await ask(url.slice(0, -1) + path);
    expect(response.statusCode).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
    'refuses %s and says what it answers',
    async (method) => {
      const { url } = await opened();
      const response = await ask(url, { method });
      expect([response.statusCode, response.headers.allow]).toEqual([405, 'GET']);
    },
  );

  it.each([
    ['localhost', 200],
    ['localhost:4321', 200],
    ['127.0.0.1:80', 200],
    ['rebound.example.org', 403],
    ['localhost.example.org', 403],
    ['127.0.0.1.example.org:80', 403],
    ['[::1]', 403],
  ])('asked as %s answers %d', async (host, status) => {
    const { url } = await opened();
    expect((await ask(url, { host })).statusCode).toBe(status);
    expect((await ask(`${url}seen?range=3600`, { host })).statusCode).toBe(status);
  });

  it.each([
    ['http://127.0.0.1:1', 403],
    ['https://example.org', 403],
    ['null', 403],
  ])('answers no page of %s', async (origin, status) => {
    const { url } = await opened();
    expect((await ask(url, { origin })).statusCode).toBe(status);
    expect((await ask(url, { origin: url.slice(0, -1) })).statusCode).toBe(200);
  });

  it('keeps other users of the machine out where it is private, and keeps the token out of the address', async () => {
    const { url } = await opened(0, { isPrivate: true });
    const [plain = '', token = ''] = url.split('?token=');
    expect(token).toMatch(/^[\w-]{24}$/);
    for (const refused of [
      plain,
      `${plain}?token=${token.slice(1)}`,
      `${plain}page.js`,
      `${plain}story/worker/i-1`,
    ]) {
      expect((await ask(refused)).statusCode).toBe(403);
    }
    expect((await ask(plain, { cookie: `aerie-1=${token}` })).statusCode).toBe(403);
    const letIn = await ask(url);
    const [cookie = ''] = letIn.headers['set-cookie'] ?? [];
    expect([letIn.statusCode, letIn.headers.location]).toEqual([303, '/']);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask(plain, { cookie: cookie.split(';')[0] ?? '' })).statusCode).toBe(200);
  });

  it('tells stories, and says where there is none', async () => {
    const { url } = await opened();
    expect(JSON.parse(await text(await ask(`${url}story/worker/i%2d1`)))).toMatchObject({ title: 'i-1' });
    expect((await ask(`${url}story/queue/A`)).statusCode).toBe(404);
  });

  it('listens on the loopback interface only', async () => {
    const { port } = new URL((await opened()).url);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(Number(port), address, () => resolve('connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(outcome).toBe('ECONNREFUSED');
    }
  });

  it('says what to do when the port is taken', async () => {
    const port = Number(new URL((await opened()).url).port);
    await expect(opened(port)).rejects.toThrow(
      `Port ${port} is already in use: choose another one with --port, or --port 0 for any that is free.`,
    );
  });
});

describe('the stream of what is seen', () => {
  it('gives one who comes everything, and then what has changed', async () => {
    const { url } = await opened();
    const [first, ...more] = await watch(`${url}seen?range=3600`, 4);
    expect(first?.name).toBe('whole');
    expect(Object.keys(first?.changes.machines?.set ?? {})).toHaveLength(SIZE.machines);
    for (const { name, changes } of more) {
      expect(name).toBe('message');
      expect(changes.head?.set.head).toBeDefined();
      expect(Object.keys(changes.machines?.set ?? {}).length).toBeLessThan(SIZE.machines);
    }
  });

  it('looks as long as somebody watches, and at the ranges that are watched only', async () => {
    const source = turning();
    const { url } = await opened(0, { source });
    await watch(`${url}seen?range=21600`, 2);
    expect([...source.ranges]).toEqual([21_600]);
    // Nobody watches any more: before long it looks no more.
    let looks = Number.NaN;
    const isStill = (): boolean => {
      const before = looks;
      looks = source.looks;
      return looks === before;
    };
    await expect.poll(isStill, { interval: 500 }).toBe(true);
    await watch(`${url}seen?range=3600`, 1);
    expect(source.looks).toBeGreaterThan(looks);
    expect([...source.ranges]).toEqual([21_600, 3_600]);
  });

  it('ends at once when the page is closed, and the port is free again', async () => {
    const page = await opened();
    const response = await ask(`${page.url}seen?range=3600`);
    const reading = text(response);
    await page.close();
    expect(await reading).toMatch(/event: end\ndata: \{\}\n\n$/);
    await expect(ask(page.url)).rejects.toThrow('ECONNREFUSED');
    await opened(Number(new URL(page.url).port));
  });

  const large = (turn: number): View => {
    const view = madeView(SIZE, turn);
    return { ...view, events: { one: { ...view.events.held, why: 'x'.repeat(100_000 + turn) } as never } };
  };

  it('spares one who does not read, and sends everything again when it does', async () => {
    const { watch: take, show, end } = watchers(1_000_000);
    const server = createServer((_, response) => take(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const response = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let turn = 1; turn <= 300; turn += 1) show(large(turn));
    const last = `"at":${madeView(SIZE, 300).head.head?.at},`;
    let seen = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk.replaceAll(/x+/g, '');
      if (seen.includes(last)) void end();
    });
    await new Promise((resolve) => response.once('end', resolve));
    expect(seen).toContain('event: whole\n');
    server.close();
  });

  it('is closed soon also when a watcher does not read', async () => {
    const source = { ...turning(), view: async () => large(Math.random()) };
    const page = await opened(0, { source });
    const response = await ask(`${page.url}seen?range=3600`);
    response.pause();
    await watch(`${page.url}seen?range=3600`, 50);
    await page.close();
    response.destroy();
  });
});
