import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs];

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Each node that a Mermaid chart gives a text: its id and that text. */
const nodes = (chart: string): readonly (readonly [string, string])[] =>
  [...chart.matchAll(/\b([A-Za-z]\w*)(\[\([^)]*\)\]|\[[^\]]*\])/g)].map(([, id = '', text = '']) => [
    id,
    text,
  ]);

describe.each(pages)('%s', (page) => {
  it('gives no node of a chart two texts', () => {
    for (const [, chart = ''] of textOf(page).matchAll(/```mermaid\n([\s\S]*?)```/g)) {
      const texts = Map.groupBy(nodes(chart), ([id]) => id);
      for (const [id, given] of texts) expect(given, id).toHaveLength(1);
    }
  });

  it('puts parameters with their type, and no secret on a command line', () => {
    for (const [command] of textOf(page)
      .replaceAll('\\\n', ' ')
      .matchAll(/aws ssm put-parameter[^`\n]*(\n[^`\n]*)?/g)) {
      if (!command.includes('--name')) continue;
      expect(command).toMatch(/--type (String|SecureString)\b/);
      if (command.includes('SecureString')) expect(command).toMatch(/--value\s+file:\/\//);
    }
  });
});
