import { createRequire } from 'node:module';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARGS, executablePath, MISSING } from '../browser.ts';
import { chartsIn, labelsOf, twiceLabelled } from './chart.ts';
import { PAGES, textOf } from './pages.ts';

const require = createRequire(import.meta.url);
const MERMAID = require.resolve('@mermaid-js/tiny');

const CHARTS = PAGES.flatMap((page) =>
  chartsIn(textOf(page)).map((chart, index) => ({ name: `${page}, diagram ${index + 1}`, chart })),
);

describe('the labels of a flowchart', () => {
  it.each([
    ['flowchart LR\n A[one] --> B[(two)] & A', []],
    ['flowchart LR\n A[one] --> B\n A[one] --> C', []],
    ['flowchart LR\n A[one] --> B %% A[two]', []],
    ['flowchart LR\n A["one (1)"] --> B("two [2]")', []],
    ['flowchart LR\n Q[SQS] --> E[events]\n S --> Q[SQS, later]', ['Q is both "SQS" and "SQS, later"']],
    ['flowchart LR\n A[one] --> A(two)', ['A is both "one" and "two"']],
    ['flowchart LR\n A{{one}} --> A[(two)]', ['A is both "one" and "two"']],
    ['flowchart LR\n A(["one"]) --> A>two]', ['A is both "one" and "two"']],
  ])('of %j are found wrong as %j', (chart, wrong) => {
    expect(twiceLabelled(chart)).toEqual(wrong);
  });

  it.each(CHARTS)('in $name are one for each id', ({ chart }) => {
    expect(twiceLabelled(chart)).toEqual([]);
  });
});

it('finds the diagram of the architecture', () => {
  expect(CHARTS.map(({ name }) => name)).toContain('docs/architecture.md, diagram 1');
});

if (executablePath === undefined && process.env.CI !== undefined) {
  it('finds a browser to draw the diagrams in', () => expect.fail(MISSING));
}

const where = executablePath === undefined ? ` (skipped, ${MISSING})` : '';

/** Draws a chart and answers the texts in it. Runs in the browser; rejects what Mermaid cannot read. */
const DRAW = `async (chart) => {
  const { svg } = await mermaid.render('drawn', chart);
  const drawn = new DOMParser().parseFromString(svg, 'text/html');
  return [...drawn.querySelectorAll('.nodeLabel, .edgeLabel, text')].map(({ textContent }) => textContent.trim());
}`;

describe.skipIf(executablePath === undefined)(`Mermaid in a browser${where}`, () => {
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    browser = await chromium.launch({ executablePath, args: ARGS });
    tab = await browser.newPage();
    await tab.setContent('<!doctype html><body></body>');
    await tab.addScriptTag({ path: MERMAID });
    await tab.evaluate('mermaid.initialize({ startOnLoad: false })');
  });
  afterAll(() => browser?.close());

  const draw = (chart: string): Promise<readonly string[]> =>
    tab.evaluate(`(${DRAW})(${JSON.stringify(chart)})`);

  it('refuses a diagram that it cannot read', async () => {
    await expect(draw('flowchart LR\n A[one --> B')).rejects.toThrow('Parse error');
  });

  it.each(CHARTS)('draws $name with every label', async ({ chart }) => {
    expect(await draw(chart)).toEqual(expect.arrayContaining([...labelsOf(chart).values()].flat()));
  });
});
