import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page as Tab } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, LARGE, ONE, SIX } from './in-browser.ts';
import { madeView } from './made-view.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const grave = async (watcher: Tab): Promise<readonly string[]> => {
  // The policy of the page lets in no script that is not its own; this one is the test's.
  await watcher.addScriptTag({ path: AXE }).catch(() => undefined);
  // Of what is well one element is enough: to name each of 5,000 takes minutes.
  const found = (await watcher.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};

describeInBrowser('the page on screens and paper of every size', (has) => {
  const MANY = [
    ['light', 390, SIX],
    ['dark', 390, LARGE],
    ['light', 1024, ONE],
    ['dark', 1024, SIX],
    ['light', 1440, SIX],
    ['dark', 1440, LARGE],
    ['light', 2560, LARGE],
    ['dark', 2560, ONE],
    ['print', 1024, SIX],
  ] as const;

  it.each(MANY)(
    'fits a %s screen %d px wide of a stage of %j, and axe finds nothing grave',
    async (kind, width, size) => {
      has().script.show(() => madeView(size));
      const colorScheme = kind === 'dark' ? 'dark' : 'light';
      const watcher = await has().tab({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      if (kind === 'print') await watcher.emulateMedia({ media: 'print', colorScheme });
      expect(await watcher.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const background = await watcher.evaluate('getComputedStyle(document.body).backgroundColor');
      const grounds = { dark: 'rgb(15, 20, 26)', light: 'rgb(244, 246, 248)', print: 'rgb(255, 255, 255)' };
      expect(background).toBe(grounds[kind]);
      expect(await watcher.locator('.squares i').count()).toBe(size.machines);
      expect(await grave(watcher)).toEqual([]);
      const path = join(has().shots, `${kind}-${width}.png`);
      await watcher.screenshot({ path, fullPage: true });
      expect((await stat(path)).size).toBeGreaterThan(15_000);
    },
  );
});
