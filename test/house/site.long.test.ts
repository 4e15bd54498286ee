import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlarmSpec, runbookOf } from '../../lib/watch/alarm-spec.ts';
import { ALARMS } from '../../lib/watch/alarms.ts';
import { ORDER } from '../../site/.vitepress/order.ts';
import { ARGS, executablePath, MISSING } from '../browser.ts';
import { chartsIn, labelsOf } from './chart.ts';
import { PAGES, ROOT, textOf } from './pages.ts';

const SITE = join(ROOT, 'dist/site');
const htmlOf = (page: string): string => page.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');

beforeAll(() => {
  execFileSync('npm', ['run', 'docs'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
});

/** The links of a page as it was built, and the anchors that are in it. */
const read = (file: string) => {
  const html = readFileSync(join(SITE, file), 'utf8');
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, found = '']) => found);
  return { links: all(/<a [^>]*?href="([^"]*)"/g), anchors: new Set(all(/ id="([^"]*)"/g)) };
};

const built = (): readonly string[] =>
  globSync('**/*.html', { cwd: SITE }).filter((file) => file !== '404.html');

/** The links of a page that lead nowhere in what was built. */
const brokenIn = (file: string): readonly string[] =>
  read(file).links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor = ''] = link.split('#');
    const asked = path.startsWith('/') ? path.slice(1) : join(dirname(file), path);
    const target =
      path === '' ? file : normalize(asked === '' || asked.endsWith('/') ? `${asked}index.html` : asked);
    if (!existsSync(join(SITE, target))) return true;
    return anchor !== '' && !read(target).anchors.has(decodeURIComponent(anchor));
  });

describe('the site', () => {
  it('is typed', () => {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'site'], { cwd: ROOT });
  });

  it('has every page', () => {
    expect(built()).toEqual(expect.arrayContaining([...PAGES, 'SECURITY.md'].map(htmlOf)));
  });

  it('leads nowhere that is not there', () => {
    expect(built().flatMap((file) => brokenIn(file).map((link) => `${file}: ${link}`))).toEqual([]);
  });

  it('has the runbook of every alarm where its mail leads', () => {
    for (const [name, spec] of Object.entries<AlarmSpec>(ALARMS)) {
      const [page = '', anchor = ''] = runbookOf(name, spec, 'docs/runbooks/').split('#');
      expect(read(page).anchors, page).toContain(anchor);
    }
  });

  it('ends every page but the last with what to read next', () => {
    const pages = ORDER.flatMap(({ pages: of }) => of.map(([page]) => page));
    for (const [index, page] of pages.slice(0, -1).entries()) {
      const next = /class="[^"]*pager-link next" href="\/?([^"]*)"/.exec(
        readFileSync(join(SITE, htmlOf(page)), 'utf8'),
      );
      const wanted = htmlOf(pages[index + 1] ?? '');
      expect([wanted, wanted.replace(/index\.html$/, '')], page).toContain(next?.[1]);
    }
  });
});

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

if (executablePath === undefined && process.env.CI !== undefined) {
  it('finds a browser to look at the site with', () => expect.fail(MISSING));
}

describe.skipIf(executablePath === undefined)('the site in a browser', () => {
  let server: Server;
  let browser: Browser;
  let at = '';
  beforeAll(async () => {
    if (executablePath === undefined) return;
    server = createServer(({ url = '/' }, response) => {
      const file = join(SITE, normalize(new URL(url, 'http://site').pathname));
      if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      return createReadStream(file).pipe(response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath, args: ARGS });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const withCharts = PAGES.filter((page) => chartsIn(textOf(page)).length > 0);

  it.each(withCharts)('draws every diagram of %s, and says no error', async (page) => {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    tab.on('console', (said) => said.type() === 'error' && errors.push(said.text()));
    await tab.goto(`${at}/${htmlOf(page)}`);
    const charts = chartsIn(textOf(page));
    await expect
      .poll(async () => errors.length > 0 || (await tab.locator('pre.mermaid svg').count()) === charts.length)
      .toBe(true);
    expect(errors).toEqual([]);
    const drawn = await tab.locator('pre.mermaid').allTextContents();
    for (const [index, chart] of charts.entries()) {
      for (const label of [...labelsOf(chart).values()].flat()) expect(drawn[index]).toContain(label);
    }
    expect(errors).toEqual([]);
    await tab.close();
  });

  it('finds a word', async () => {
    const tab = await browser.newPage();
    await tab.goto(`${at}/index.html`);
    await tab.locator('#local-search button').click();
    await tab.locator('.VPLocalSearchBox input').fill('never-joined');
    await expect.poll(() => tab.locator('.VPLocalSearchBox .result').count()).toBeGreaterThan(0);
    await tab.close();
  });
});
