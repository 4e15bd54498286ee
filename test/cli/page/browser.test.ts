import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { type Page, servePage } from '../../../twin/page/server.ts';
import type { Shown } from '../../../twin/report/sample.ts';
import { ARGS, executablePath, MISSING } from '../../browser.ts';
import { CLOSING, DAY_SECONDS, FLEETS, QUEUES, syntheticRun } from './page-run.ts';

const { CI } = process.env;

/** Holds as soon as the page has drawn; a busy machine may take its time. */
const soon = <T>(read: () => T) => expect.poll(read);
/** After so long a browser hangs. */
const HANGS_MILLISECONDS = 600_000;

const run = syntheticRun({ queues: QUEUES, fleets: FLEETS, samples: 1500, loadSeconds: DAY_SECONDS });
const HOSTILE = '<img src="/x" onerror="alert(1)"> & "quotes"';
const hostile: Shown = {
  kind: 'told',
  told: {
    atSeconds: 1e5,
    of: 'pilots',
    whose: 'GPU',
    kind: 'hold',
    what: 'hold',
    why: [{ kind: 'told', text: HOSTILE }],
  },
};

if (executablePath === undefined && CI !== undefined) {
  it('finds a browser to try the page in', () => expect.fail(MISSING));
}

const where = executablePath === undefined ? ` (skipped, ${MISSING})` : '';

describe.skipIf(executablePath === undefined)(`the page in a browser${where}`, () => {
  let browser: Browser;
  let page: Page;
  let shots: string;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    if (executablePath === undefined) return;
    browser = await chromium.launch({ executablePath, args: ARGS });
    shots = await mkdtemp(join(tmpdir(), 'aerie-page-'));
  });
  afterAll(async () => {
    await browser?.close();
    if (shots !== undefined) await rm(shots, { recursive: true });
  });
  beforeEach(async () => {
    complaints.length = 0;
    requests.length = 0;
    page = await servePage({ port: 0 });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await page.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => new URL(url).hostname !== '127.0.0.1')).toEqual([]);
    expect(requests.length).toBeGreaterThan(10);
  });

  const tab = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Tab> => {
    const opened = await browser.newPage({ viewport: { width: 1600, height: 900 }, ...options });
    opened.setDefaultTimeout(HANGS_MILLISECONDS);
    opened.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    opened.on('pageerror', (error) => complaints.push(String(error)));
    opened.on('request', (request) => requests.push(request.url()));
    onTestFailed(async () => {
      await opened.screenshot({ path: join(tmpdir(), 'aerie-page-failed.png') }).catch(() => undefined);
    });
    await opened.goto(page.url);
    return opened;
  };

  const showAll = (shown: readonly Shown[]): void => {
    for (const one of shown) page.show(one);
  };

  it('shows a run from before its opening to after its end', async () => {
    const watcher = await tab();
    const status = watcher.locator('#status');
    await soon(() => status.textContent()).toBe('waiting for the run to begin');

    showAll(run.slice(0, 800));
    await soon(() => status.textContent()).toBe('running');
    await soon(() => watcher.locator('h1').textContent()).toBe('A working day with two outages');
    await soon(() => watcher.locator('#panels .panel').count()).toBe(QUEUES.length + FLEETS.length);
    await soon(() => watcher.locator('#panels .drawing path').count()).toBeGreaterThan(2 * QUEUES.length);
    expect(Number(await watcher.getByRole('progressbar').getAttribute('aria-valuenow'))).toBeGreaterThan(40);
    expect(await watcher.locator('#decisions-rows tr[data-kind="hold"]').count()).toBeGreaterThan(0);
    expect(await watcher.locator('#figures').textContent()).toMatch(
      /Workers cost\$\d{3} so far, at list prices on demand/,
    );

    showAll(run.slice(800));
    await soon(() => status.textContent()).toBe('emptying the pool');
    expect(await watcher.locator('#summary').isVisible()).toBe(false);

    page.show(CLOSING);
    await soon(() => status.textContent()).toBe('finished');
    expect(await watcher.getByRole('row', { name: 'mean wait 2 min 13 s' }).isVisible()).toBe(true);
    expect(await watcher.getByRole('row', { name: 'paid at list prices 77.4 USD' }).isVisible()).toBe(true);

    await page.close();
    await soon(() => status.textContent()).toBe('the run has ended');
    expect(await watcher.locator('#panels .drawing path').count()).toBeGreaterThan(2 * QUEUES.length);
  });

  it('says so when the run goes away before its end, and keeps what it has drawn', async () => {
    showAll(run.slice(0, 800));
    const watcher = await tab();
    const curves = watcher.locator('#panels .drawing path');
    await soon(() => curves.count()).toBeGreaterThan(2 * QUEUES.length);
    await page.close();
    await soon(() => watcher.locator('#status').textContent()).toBe('the run has ended or was stopped');
    expect(await curves.count()).toBeGreaterThan(2 * QUEUES.length);
  });

  it('plots every queue, every fleet and the whole over simulated time, with the faults shaded and named', async () => {
    showAll(run);
    const watcher = await tab();
    const cores = watcher.locator('[data-of="fleet"][data-name="default"] [data-chart="cores"]');
    await soon(() => cores.locator('path.area.waste').count()).toBe(1);
    const curve = async () => {
      const box = await cores.locator('path.line.paid').boundingBox();
      return box !== null && box.width > 100 && box.height > 40;
    };
    await soon(curve).toBe(true);
    expect(await cores.locator('text.time').allTextContents()).toContain('12:00');
    expect(await cores.locator('.fault').count()).toBe(2);
    expect(await watcher.locator('#faults li').allTextContents()).toEqual([
      'A PanDA is silent, 7:12 to 9:07',
      'B EC2 has no capacity in us-east-1a, 14:24 to 15:07',
    ]);
    expect(await cores.getByRole('img').getAttribute('aria-label')).toMatch(
      /^Cores of fleet default up to 25:12: claimed 0, paid 0, waste 0$/,
    );
    expect(await watcher.locator('#whole .panel h2').textContent()).toBe('All queues and fleets');
  });

  it('lists the last decisions with their reasons, of one queue or fleet or the holds alone if asked', async () => {
    showAll([...run, hostile]);
    const watcher = await tab();
    const rows = watcher.locator('#decisions-rows tr');
    await soon(() => rows.first().locator('.why').textContent()).toBe(HOSTILE);
    await watcher.getByLabel('Of', { exact: true }).selectOption('BNL_CLOUD');
    expect(new Set(await rows.locator('.whose').allTextContents())).toEqual(new Set(['BNL_CLOUD']));
    await watcher.getByLabel('Of', { exact: true }).selectOption('fleet default');
    expect(new Set(await rows.locator('.whose').allTextContents())).toEqual(new Set(['fleet default']));
    await watcher.getByLabel('holds only').check();
    expect(await rows.locator('.what').allTextContents()).toEqual(['holdworkers · 17 times']);
  });

  it('can be read at any moment with the keyboard or the pointer', async () => {
    showAll(run);
    const watcher = await tab();
    const cores = watcher.locator('[data-of="fleet"][data-name="default"] [data-chart="cores"]');
    const busy = cores.locator('.legend b').first();
    const cross = cores.locator('.cross');
    await soon(() => busy.textContent()).toBe('0');
    await watcher.getByLabel('Charts read at').focus();
    await watcher.keyboard.press('PageDown');
    await soon(() => watcher.locator('#moment-said').textContent()).not.toBe('now');
    expect(await cross.getAttribute('visibility')).toBe('visible');
    await watcher.keyboard.press('End');
    expect(await watcher.locator('#moment-said').textContent()).toBe('now');
    await cores.locator('.drawing').hover();
    expect(Number(await busy.textContent())).toBeGreaterThan(0);
    expect(await watcher.locator('#moment-said').textContent()).toMatch(/^1[123]:\d\d$/);
  });

  it('begins anew with another opening', async () => {
    showAll([...run, CLOSING]);
    const watcher = await tab();
    await soon(() => watcher.locator('#summary').isVisible()).toBe(true);
    showAll(syntheticRun({ queues: ['ONLY'], samples: 30, loadSeconds: 3600 }));
    await soon(() => watcher.locator('.panel h2').allTextContents()).toEqual(['ONLY', 'Fleet default']);
    expect(await watcher.locator('#summary').isVisible()).toBe(false);
  });

  it.each([
    ['light', 400],
    ['dark', 400],
    ['light', 900],
    ['light', 1600],
    ['dark', 1600],
  ] as const)('fits a %s screen %d px wide', async (colorScheme, width) => {
    showAll([...run, CLOSING]);
    const watcher = await tab({ colorScheme, viewport: { width, height: 900 } });
    await soon(() => watcher.locator('.drawing path').count()).toBeGreaterThan(2 * QUEUES.length);
    expect(await watcher.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const background = await watcher.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(18, 23, 30)' : 'rgb(246, 247, 249)');
    const path = join(shots, `${colorScheme}-${width}.png`);
    await watcher.screenshot({ path, fullPage: true });
    expect((await stat(path)).size).toBeGreaterThan(20_000);
  });
});
