import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeChain } from '../../../core/chain/describe.ts';
import { SCHED_PLUGINS } from '../../../core/chain/plugins.ts';
import { describeSettings } from '../../../core/settings/describe-settings.ts';
import { describeMetrics } from '../../../core/tell/describe-metrics.ts';
import { chain } from './chain-facts.ts';

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('pages made from the code are those in docs', () => {
  it.each([
    ['chain.md', describeChain],
    ['metrics.md', describeMetrics],
    ['settings.md', describeSettings],
  ])('%s', (name, describePage) => {
    expect(page(name), `docs/${name} is behind the code: run "node bin/docs.ts"`).toBe(describePage());
  });

  it('show only chains that can be read', () => {
    const shown = [...describeChain().matchAll(/`([A-Z]\w+\([^`]*\), [^`]*)`/g)].map(([, text = '']) => text);
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.map((text) => chain(text).text)).toHaveLength(shown.length);
  });

  it('keep each plugin and parameter in one cell of a table', () => {
    const texts = SCHED_PLUGINS.flatMap(({ parameters }) =>
      parameters.flatMap(({ name, allowed, description }) => [name, allowed, description]),
    );
    expect(texts.filter((text) => /[|\n]/.test(text))).toEqual([]);
  });
});
