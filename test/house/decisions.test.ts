import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, textOf } from './pages.ts';

const FOLDER = 'docs/decisions';

it('the list of decisions has each with its own title, once', () => {
  const pages = readdirSync(join(ROOT, FOLDER)).filter((file) => /^\d{4}-.*\.md$/.test(file));
  const titles = pages.map((file) => {
    const [, number = '', title = ''] = /^# (\d+)\. (.*)$/m.exec(textOf(join(FOLDER, file))) ?? [];
    expect(file.startsWith(`${number.padStart(4, '0')}-`)).toBe(true);
    return `| ${number} | [${title}](${file}) |`;
  });
  const rows = textOf(join(FOLDER, 'README.md'))
    .split('\n')
    .filter((line) => /^\| \d/.test(line));
  expect(rows.map((row) => row.split(' | ').slice(0, 2).join(' | '))).toEqual(
    titles.map((row) => row.slice(0, -2)),
  );
});
