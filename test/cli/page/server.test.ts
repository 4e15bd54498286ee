import { createServer, get, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Page, servePage } from '../../../twin/page/server.ts';
import { watchers } from '../../../twin/page/watchers.ts';
import type { Shown } from '../../../twin/report/sample.ts';
import { CLOSING, syntheticRun } from './page-run.ts';

const run = syntheticRun({ queues: ['A', 'B'], samples: 40, loadSeconds: 3600 });
const pages: Page[] = [];

const opened = async (port = 0): Promise<Page> => {
  const page = await servePage({ port });
  pages.push(page);
  return page;
};

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
});

const ask = (url: string, options: { method?: string; host?: string } = {}) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const { method = 'GET', host } = options;
    request(url, { agent: false, method, ...(host === undefined ? {} : { headers: { host } }) }, resolve)
      .once('error', reject)
      .end();
  });

/** Reads server-sent events until as many messages have come as are wanted. */
const watch = (url: string, wanted: number) =>
  new Promise<readonly Shown[]>((resolve, reject) => {
    get(`${url}shown`, (response) => {
      let pending = '';
      const messages: Shown[] = [];
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const events = (pending + chunk).split('\n\n');
        pending = events.pop() ?? '';
        for (const event of events) if (event.startsWith('data: ')) messages.push(JSON.parse(event.slice(6)));
        if (messages.length < wanted) return;
        response.destroy();
        resolve(messages);
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
    expect(seen).toContain('/plot.js');
    expect(seen).toContain('/style.css');
    expect(seen.size).toBeGreaterThan(15);
  });

  it.each([
    '/server.ts',
    '/watchers.ts',
    '/plot.d.ts',
    '/../sample.ts',
    '/%2e%2e/sample.ts',
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
    expect((await ask(`${url}shown`, { host })).statusCode).toBe(status);
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
    await expect(servePage({ port })).rejects.toThrow(
      `Port ${port} is already in use: choose another one with --port, or --port 0 for any that is free.`,
    );
  });
});

describe('the stream of what is shown', () => {
  it('gives one who came early everything as it happens', async () => {
    const page = await opened();
    const watching = watch(page.url, run.length);
    for (const shown of run) page.show(shown);
    expect(await watching).toEqual(run);
  });

  it('gives one who comes late the same from the start', async () => {
    const page = await opened();
    const all = [...run, CLOSING];
    for (const shown of all) page.show(shown);
    const seen = await watch(page.url, all.length);
    expect(seen[0]).toEqual(run[0]);
    expect(seen.at(-1)).toEqual(CLOSING);
    expect(seen.filter(({ kind }) => kind === 'sample')).toEqual(run.filter(({ kind }) => kind === 'sample'));
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(
      new Set(all.map((one) => JSON.stringify(one))),
    );
  });

  it('tells one who comes late of all holds, also of those no longer kept', async () => {
    const page = await opened();
    for (const shown of run.slice(0, 1)) page.show(shown);
    for (let atSeconds = 0; atSeconds < 700; atSeconds += 1) {
      const told = { atSeconds, of: 'pilots', whose: 'A', kind: 'hold', what: 'hold', why: [] } as const;
      page.show({ kind: 'told', told });
    }
    const response = await ask(`${page.url}shown`);
    const reading = text(response);
    await page.close();
    expect(await reading).toContain('event: holds\ndata: {"A":700}\n\n');
  });

  it('ends at once when the page is closed, and the port is free again', async () => {
    const page = await opened();
    for (const shown of run) page.show(shown);
    const response = await ask(`${page.url}shown`);
    const reading = text(response);
    await page.close();
    expect((await reading).split('data: ').length).toBeGreaterThan(run.length);
    await expect(ask(page.url)).rejects.toThrow('ECONNREFUSED');
    await opened(Number(new URL(page.url).port));
  });

  it('spares one who does not read, and sends everything again when it does', async () => {
    const { watch: take, show, end } = watchers(1_000_000);
    const server = createServer((_, response) => take(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const response = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const why = [{ kind: 'told', text: 'x'.repeat(100_000) }];
    for (const shown of run.slice(0, 1)) show(shown);
    for (let atSeconds = 1; atSeconds <= 300; atSeconds += 1) {
      show({
        kind: 'told',
        told: { atSeconds, of: 'pilots', whose: 'A', kind: 'submit', what: 'submit 1', why },
      });
    }
    let seen = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk.replaceAll(/x+/g, '');
      if (seen.includes('"atSeconds":300,')) void end();
    });
    await new Promise((resolve) => response.once('end', resolve));
    expect(seen.split('"kind":"opening"').length).toBeGreaterThan(2);
    server.close();
  });

  it('sends one who reads the rest before it ends', async () => {
    const page = await opened();
    const response = await ask(`${page.url}shown`);
    const reading = text(response);
    const why = [{ kind: 'told', text: 'x'.repeat(100_000) }];
    for (const shown of run.slice(0, 1)) page.show(shown);
    for (let atSeconds = 1; atSeconds <= 200; atSeconds += 1) {
      page.show({
        kind: 'told',
        told: { atSeconds, of: 'pilots', whose: 'A', kind: 'submit', what: '', why },
      });
    }
    page.show(CLOSING);
    await page.close();
    expect((await reading).slice(-2000)).toContain('"kind":"closing"');
  });

  it('is closed soon also when a watcher does not read', async () => {
    const page = await opened();
    const response = await ask(`${page.url}shown`);
    response.pause();
    for (let turn = 0; turn < 200; turn += 1) for (const shown of run) page.show(shown);
    await page.close();
    response.destroy();
  });
});
