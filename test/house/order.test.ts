import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORDER } from '../../site/.vitepress/order.ts';
import { PAGES, textOf } from './pages.ts';

const listed = ORDER.flatMap(({ pages }) => pages.map(([page]) => page));
const DECISION = /^docs\/decisions\/\d/;

describe('the order of the documentation', () => {
  it('has every page once, and the decisions by their list', () => {
    const pages = [...PAGES, 'SECURITY.md'].filter((page) => !DECISION.test(page));
    expect([...listed].sort()).toEqual([...pages].sort());
  });

  it('calls every page something of its own', () => {
    const names = ORDER.flatMap(({ pages }) => pages.map(([, name]) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  /** Figures, a list, and files that have their place in every repository. */
  const ENDS_ELSEWHERE = /^([A-Z]+\.md|docs\/bench\/tables\.md|docs\/decisions\/README\.md)$/;

  it.each(listed.filter((page) => !ENDS_ELSEWHERE.test(page)))('%s ends with what to read next', (page) => {
    const [, next = ''] = /\n## Read next\n\n((?:(?!\n#)[\s\S])*)$/.exec(textOf(page)) ?? [];
    const links = [...next.matchAll(/\]\(([^)#]+\.md)/g)].map(([, link = '']) =>
      normalize(join(dirname(page), link)),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(listed).toContain(link);
    expect(links).not.toContain(page);
  });

  it.each(listed)('%s begins with its title', (page) => {
    expect(textOf(page)).toMatch(/^# \S/);
  });
});
