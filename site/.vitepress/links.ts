import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** What of a token this needs; markdown-it's own types are vitepress's, not ours. */
interface Token {
  readonly type: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** The files of the repository that pages lead to and that are no pages, by their path from the root, and where they are copied to. */
export const LINKED = new Map<string, string>();

const PAGE = /^(docs\/.*|README|CONTRIBUTING|CHANGELOG|SECURITY)\.md$/;

/** Leads links between pages to where the site has them, and notes the files that have to be copied beside it. */
export const keepLinks =
  (root: string, pages: string) =>
  (md: MarkdownRenderer): void => {
    md.core.ruler.push('keep-links', ({ tokens, env }) => {
      const page: string = env.realPath === undefined ? env.relativePath : relative(pages, env.realPath);
      const all = (tokens as readonly Token[]).flatMap(({ children }) => children ?? []);
      for (const token of all.filter(({ type }) => type === 'link_open')) {
        const href = token.attrGet('href') ?? '';
        if (/^([a-z]+:|#)/.test(href)) continue;
        const [path = '', anchor] = href.split('#');
        const target = join(dirname(page), path);
        const file = join(root, target);
        if (!existsSync(file)) continue;
        if (!PAGE.test(target) && statSync(file).isFile()) {
          // VitePress takes what ends in .md for a page.
          const more = target.endsWith('.md') ? '.txt' : '';
          LINKED.set(target, `${target}${more}`);
          token.attrSet('href', `${path}${more}`);
          token.attrSet('target', '_blank');
          continue;
        }
        const moved = path.replace(/README\.md$/, 'index.md');
        token.attrSet('href', anchor === undefined ? moved : `${moved}#${anchor}`);
      }
    });
  };
