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

  it.each(listed)('%s begins with its title', (page) => {
    expect(textOf(page)).toMatch(/^# \S/);
  });
});
