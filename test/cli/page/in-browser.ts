import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { type Page, servePage } from '../../../cli/page/server.ts';
import type { PageSource, View } from '../../../cli/page/view.ts';
import { ARGS, executablePath, MISSING } from '../../browser.ts';
import { madeView } from './made-view.ts';

const { CI } = process.env;

/** Holds as soon as the page has drawn; a busy machine may take its time. */
export const soon = <T>(read: () => T) => expect.poll(read);
/** After so long a browser hangs. */
const HANGS_MILLISECONDS = 600_000;

export const SIX = { queues: 6, fleets: 3, machines: 60 };
export const LARGE = { queues: 200, fleets: 12, machines: 5_000 };
export const ONE = { queues: 1, fleets: 1, machines: 0 };

if (executablePath === undefined && CI !== undefined) {
  it('finds a browser to try the page in', () => expect.fail(MISSING));
}

const where = executablePath === undefined ? ` (skipped, ${MISSING})` : '';

/** A source that shows what it is told to, the next view at each look while it goes on. */
const scripted = () => {
  let at: (turn: number) => View = () => madeView(SIX);
  let turn = 0;
  const asked: string[] = [];
  const source: PageSource = {
    look: async () => {},
    view: async () => at(turn++),
    story: async (path) => {
      asked.push(path.join('/'));
      return {
        title: `story of ${path.at(1)}`,
        about: 'it holds',
        mend: { text: 'somebody has stopped it', command: 'aerie resume queue/QUEUE_3 --stage made' },
        facts: [['jobsReady', '12']],
        steps: [{ at: 1_767_225_000, what: 'because', text: '<b>PanDA</b> refused' }],
        console: 'aerie: boot failed',
      };
    },
  };
  return {
    source,
    asked,
    show(next: (turn: number) => View) {
      at = next;
      turn = 0;
    },
  };
};

/** What a test of the page in a browser has. */
export interface InBrowser {
  readonly script: ReturnType<typeof scripted>;
  readonly page: Page;
  readonly shots: string;
  /** Every address that was asked for. */
  readonly requests: readonly string[];
  tab(options?: Parameters<Browser['newPage']>[0]): Promise<Tab>;
  /** A test takes the server away: a tab that asks for it again says so on its console, if it is there for so long. */
  close(): Promise<void>;
}

/** What Chromium says of an address at which nobody listens any more. */
const NOBODY_THERE = 'net::ERR_CONNECTION_REFUSED';

/** Tests the page in a browser that is there; nothing is complained of on its console, and nothing is asked of elsewhere. */
export const describeInBrowser = (title: string, tests: (has: () => InBrowser) => void): void => {
  describe.skipIf(executablePath === undefined)(`${title}${where}`, () => {
    let browser: Browser;
    let page: Page;
    let script: ReturnType<typeof scripted>;
    let shots: string;
    const complaints: string[] = [];
    let isTaken = false;
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
      isTaken = false;
      requests.length = 0;
      script = scripted();
      page = await servePage({ source: script.source, port: 0, everySeconds: 0.2, isPrivate: true });
    });
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
      await page.close();
      expect(complaints.filter((text) => !(isTaken && text.includes(NOBODY_THERE)))).toEqual([]);
      expect(requests.filter((url) => new URL(url).hostname !== '127.0.0.1')).toEqual([]);
      expect(requests.length).toBeGreaterThan(10);
    });

    const tab = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Tab> => {
      const opened = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
      opened.setDefaultTimeout(HANGS_MILLISECONDS);
      opened.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
      opened.on('pageerror', (error) => complaints.push(String(error)));
      opened.on('request', (request) => requests.push(request.url()));
      onTestFailed(async () => {
        await opened.screenshot({ path: join(tmpdir(), 'aerie-page-failed.png') }).catch(() => undefined);
      });
      await opened.goto(page.url);
      await soon(() => opened.locator('body').getAttribute('data-at')).not.toBeNull();
      return opened;
    };

    const close = (): Promise<void> => {
      isTaken = true;
      return page.close();
    };

    tests(() => ({ script, page, shots, requests, tab, close }));
  });
};
