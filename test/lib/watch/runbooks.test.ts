import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../../lib/watch/alarms.ts';
import { describeAlarms } from '../../../lib/watch/describe-alarms.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const textOf = (page: string): string => readFileSync(new URL(page, DOCS), 'utf8');

const PAGES = readdirSync(new URL('runbooks/', DOCS)).map((file) => file.replace(/\.md$/, ''));

/** The runbooks of a page: the name of the alarm, and the text up to the next heading. */
const runbooksOf = (page: string): readonly (readonly [name: string, text: string])[] =>
  [...textOf(`runbooks/${page}.md`).matchAll(/^### ([a-z-]+)\n([\s\S]*?)(?=^##)/gm)].map(
    ([, name = '', text = '']) => [name, text],
  );

/** Pages that explain: a runbook may say where its reasons are, and needs none of them to be acted on. */
const EXPLAINS = /^\.\.\/(reliability|security|endpoint|worker)\.md/;

it('docs/alarms.md is what the alarms say', () => {
  expect(textOf('alarms.md'), 'docs/alarms.md is behind the code: run "node bin/docs.ts"').toBe(
    describeAlarms(),
  );
});

it('every alarm has its runbook on the page that its mail names, and there is no other', () => {
  const written = PAGES.flatMap((page) => runbooksOf(page).map(([name]) => `${page}#${name}`));
  const named = Object.entries(ALARMS).map(([name, { page }]) => `${page}#${name}`);
  expect(written.sort()).toEqual(named.sort());
});

describe.each(PAGES)('the runbooks of %s', (page) => {
  it.each(runbooksOf(page))('%s says what it means, what to look at and what to do', (_, text) => {
    const parts = [...text.matchAll(/^\*\*(\w+)\*\*:/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Means', 'See', 'Do']);
  });

  it.each(runbooksOf(page))('%s gives a command to see it with', (_, text) => {
    expect(text.slice(text.indexOf('**See**'))).toMatch(
      /`(aerie|npm run|aws|npx cdk) |^(aerie|npm run|aws) /m,
    );
  });

  it('need no other page to act on', () => {
    const [body = ''] = textOf(`runbooks/${page}.md`).split('## Read next');
    const links = [...body.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('#') && !EXPLAINS.test(link))).toEqual([]);
  });
});
