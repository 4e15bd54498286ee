import { expect, it } from 'vitest';
import type { View } from '../../../cli/page/view.ts';
import { describeInBrowser, type InBrowser, LARGE, SIX, soon } from './in-browser.ts';
import { madeView } from './made-view.ts';

describeInBrowser('the page in a browser', (has: () => InBrowser) => {
  it('shows health, ages, the flow, rows, machines and events of a stage', async () => {
    const watcher = await has().tab();
    expect(new URL(watcher.url()).search).toBe('');
    expect(await watcher.locator('#health').textContent()).toBe('1 alarm on, 1 holds');
    expect(await watcher.locator('#facts').textContent()).toContain('workers tick 4 min, old');
    expect(await watcher.locator('#flow-machines').textContent()).toBe('9coming60joined3leaving9asleep');
    expect(await watcher.locator('#queue-rows tr').count()).toBe(SIX.queues);
    const held = watcher.locator('#queue-rows tr').nth(3);
    expect(await held.locator('.limit').textContent()).toContain('PanDA refused: 503');
    expect(await held.locator('code').textContent()).toBe('aerie doctor --stage made');
    expect(await held.locator('.bands rect').count()).toBe(1);
    expect(await watcher.locator('#fleet-rows tr').count()).toBe(SIX.fleets);
    expect(await watcher.locator('.squares i').count()).toBe(SIX.machines);
    expect(await watcher.locator('#event-list li').first().textContent()).toContain('holds for');
    expect(await watcher.locator('#event-list').textContent()).toContain('→ 3 m6a.large in us-east-1b');
    expect(await watcher.locator('#event-list').textContent()).toContain('<img src="/x"');
  });

  it('keeps up with what changes, and stands still where nothing does', async () => {
    has().script.show((turn) => madeView(SIX, Math.min(turn, 10)));
    const watcher = await has().tab();
    const last = madeView(SIX, 10);
    await soon(() => watcher.locator('body').getAttribute('data-at')).toBe(String(last.head.head?.at));
    const ready = watcher.locator('#queue-rows tr').first().locator('td.ready');
    expect(await ready.textContent()).toBe(String(last.queues.QUEUE_0?.ready));
    const states = Map.groupBy(Object.values(last.machines), ([, , , , state]) => state);
    expect(await watcher.locator('.squares .joined').count()).toBe(states.get('joined')?.length);
  });

  it('tells a story by pointer and by keyboard, and gives the focus back', async () => {
    const watcher = await has().tab();
    const dialog = watcher.locator('#story');
    await watcher.getByRole('button', { name: 'QUEUE_3' }).first().focus();
    await watcher.keyboard.press('Enter');
    await soon(() => dialog.locator('h2').textContent()).toBe('story of QUEUE_3');
    expect(await dialog.locator('.steps').textContent()).toContain('<b>PanDA</b> refused');
    expect(await dialog.locator('.mend code').textContent()).toBe('aerie resume queue/QUEUE_3 --stage made');
    await watcher.keyboard.press('Escape');
    expect(await watcher.evaluate('document.activeElement.textContent')).toBe('QUEUE_3');
    await watcher.locator('.squares').first().focus();
    await watcher.keyboard.press('ArrowRight');
    await soon(() => watcher.locator('#machine-pointed').textContent()).toMatch(/^i-\d{8}, \w+ for /);
    const id = (await watcher.locator('#machine-pointed').textContent())?.split(',')[0];
    await watcher.keyboard.press('Enter');
    await soon(() => dialog.locator('h2').textContent()).toBe(`story of ${id}`);
    await watcher.getByRole('button', { name: 'close' }).click();
    await watcher.locator('#event-list button').last().click();
    await soon(() => has().script.asked.length).toBe(3);
    expect(has().script.asked).toEqual([
      'queue/QUEUE_3',
      `worker/${id}`,
      expect.stringMatching(/^\w+\/[\w-]+\/\d+$/),
    ]);
  });

  it('shows events of one kind, another time, and the queues at rest where they are asked for', async () => {
    const large = madeView(LARGE);
    has().script.show(() => large);
    const watcher = await has().tab();
    const visible = watcher.locator('#queue-rows tr:visible');
    const quiet = Object.values(large.queues).filter(
      ({ ready, waiting, running, limit }) => !ready && !waiting && !running && limit === undefined,
    );
    await soon(() => visible.count()).toBe(LARGE.queues - quiet.length);
    await watcher.getByRole('button', { name: `and ${quiet.length} queues at rest` }).click();
    expect(await visible.count()).toBe(LARGE.queues);
    await watcher.getByLabel('show').selectOption('holds');
    await soon(() => watcher.locator('#event-list li').count()).toBe(1);
    await watcher.getByLabel('over the last').selectOption('86400');
    await soon(() => has().requests.some((url) => url.endsWith('/seen?range=86400'))).toBe(true);
    expect(await visible.count()).toBe(LARGE.queues);
  });

  it('says that the world of a run is made up, and what it came to', async () => {
    const world = {
      claim: 'The code is real, the world is not.',
      title: 'aerie on the embedded twin',
      about: '50 min of 6 h · calm · seed 1',
      ...{ share: 0.14, isOver: false, sentences: [], tables: [] },
    };
    const over = {
      ...world,
      isOver: true,
      sentences: ['1,166 of 1,166 jobs are done.'],
      tables: [{ title: '', head: ['measure', 'figure'], rows: [['mean wait', '2 min']] }],
    };
    const view = madeView(SIX);
    const head = (more: object) => ({ ...view, head: { head: { ...view.head.head, ...more } } }) as View;
    has().script.show(() => head({ world }));
    const watcher = await has().tab();
    expect(await watcher.locator('#world').textContent()).toMatch(/The code is real, the world is not/);
    expect(await watcher.locator('#result').isVisible()).toBe(false);
    has().script.show(() => head({ world: over, trouble: 'AWS gave no answer' }));
    await soon(() => watcher.locator('#result-sentences').textContent()).toBe(
      '1,166 of 1,166 jobs are done.',
    );
    expect(await watcher.locator('#trouble').textContent()).toContain('AWS gave no answer');
  });

  it('says so when nobody keeps it up to date any more, and keeps what it has drawn', async () => {
    const watcher = await has().tab();
    await has().close();
    await soon(() => watcher.locator('#health').textContent()).toBe('this page is no longer kept up to date');
    expect(await watcher.locator('#queue-rows tr').count()).toBe(SIX.queues);
  });
});
