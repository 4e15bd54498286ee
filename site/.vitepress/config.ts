import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineConfig } from 'vitepress';
import { keepLinks, LINKED } from './links.ts';
import { keepDiagrams } from './mermaid.ts';
import { ORDER } from './order.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The site's own packages are found from below it alone, so the pages are copied there. */
const PAGES = join(ROOT, 'site/pages');
rmSync(PAGES, { recursive: true, force: true });
for (const page of ['docs', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']) {
  cpSync(join(ROOT, page), join(PAGES, page), { recursive: true });
}

const pathOf = (page: string): string => `/${page.replace(/README\.md$/, '').replace(/\.md$/, '')}`;

const ICON = readFileSync(join(ROOT, 'cli/page/look/icon.svg'), 'utf8');

/** Anchors as GitHub makes them: links in the pages are written for both, and alarms lead to them. */
const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

// biome-ignore lint/style/noDefaultExport: VitePress looks for it.
export default defineConfig({
  title: 'aerie',
  /** Where on its server the site lies: `/aerie/`. */
  base: process.env.AERIE_SITE_BASE ?? '/',
  description: 'Grows and shrinks an HTCondor pool so that it always fits the jobs that wait',
  lang: 'en',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  srcDir: PAGES,
  outDir: join(ROOT, 'dist/site'),
  cacheDir: join(ROOT, 'site/node_modules/.cache'),
  rewrites: { 'README.md': 'index.md', 'docs/decisions/README.md': 'docs/decisions/index.md' },
  // Pages lie where a folder or any server serves them.
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    html: false,
    anchor: { slugify: slugOf },
    config: (md) => {
      keepLinks(ROOT, PAGES)(md);
      keepDiagrams(md);
    },
  },
  buildEnd({ outDir }) {
    for (const [file, as] of LINKED) {
      mkdirSync(dirname(join(outDir, as)), { recursive: true });
      copyFileSync(join(ROOT, file), join(outDir, as));
    }
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    sidebar: ORDER.map(({ heading, pages }) => ({
      text: heading,
      items: pages.map(([page, text]) => ({ text, link: pathOf(page) })),
    })),
    docFooter: { prev: 'Before', next: 'Read next' },
  },
});
