import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT, textOf } from './pages.ts';

const withoutCode = (text: string): string =>
  text.replace(/^( *)```[\s\S]*?^\1```/gm, '').replace(/`[^`\n]*`/g, '');

/**
 * Returns the anchors of a page, as GitHub makes them of its headings. A heading that a page has twice is none: a link to it
 * leads to the first one, whichever was meant.
 */
const anchorsOf = (page: string): ReadonlySet<string> => {
  const headings = textOf(page)
    .replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .matchAll(/^#+ (.*)$/gm);
  const anchors = [...headings].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(anchors.filter((anchor) => anchors.indexOf(anchor) === anchors.lastIndexOf(anchor)));
};

/** Returns the links of a page that lead into the repository and nowhere in it. */
const brokenIn = (page: string): readonly string[] => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
};

describe('the links', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    expect(brokenIn(page)).toEqual([]);
  });
});

/** The places of pages that code tells of, such as `docs/shadow.md#going-live`, by the file that does. */
const toldByCode = (): readonly (readonly [file: string, page: string, anchor: string | undefined])[] =>
  execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.py', '*.sh', '*.js'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !/^(test\/house|site)\//.test(file))
    .flatMap((file) =>
      [...textOf(file).matchAll(/\bdocs\/([\w./-]+\.md)(?:#([a-z0-9-]+))?/g)].map(
        ([, page = '', anchor]) => [file, `docs/${page}`, anchor] as const,
      ),
    );

describe('the pages that code tells of', () => {
  const told = toldByCode();

  it('are there, with their anchors', () => {
    const broken = told.filter(
      ([, page, anchor]) =>
        !existsSync(join(ROOT, page)) || (anchor !== undefined && !anchorsOf(page).has(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('are found', () => {
    expect(told.filter(([, , anchor]) => anchor !== undefined).length).toBeGreaterThan(10);
  });
});
