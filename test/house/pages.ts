import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));

/** Every page of the documentation, by its path from the root. */
export const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs];

/** Returns the text of a page. */
export const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
