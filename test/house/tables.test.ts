import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsPartition } from '../../adapters/ledger/inputs.ts';
import { decisionKey, leaseKey, pastPartition } from '../../adapters/ledger/items.ts';
import { readConfig } from '../../collector/config.ts';
import { LIFE } from '../../core/write/life.ts';
import { poolFacts } from '../../worker/options.ts';
import { packed, userData } from '../../worker/user-data.ts';
import { LEAST, LONG } from '../worker/options.ts';
import { ROOT, textOf } from './pages.ts';

/** Returns the cells of the first table below a heading, row by row, without its head. */
const rowsBelow = (page: string, heading: string): readonly (readonly string[])[] => {
  const lines = textOf(page).split('\n');
  const from = lines.findIndex((line, at) => at > lines.indexOf(heading) && line.startsWith('|---'));
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  return lines.slice(from + 1, from + length).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
};

/** Returns what a cell names in code. */
const namedIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('the life of a worker in docs/reliability.md', () => {
  it('leads where the code does', () => {
    const told = rowsBelow('docs/reliability.md', '## The life of a worker').map(
      ([state = '', , to = '']) => [
        state,
        [...new Set(to.split(' · ').map((each) => each.replace(/,.*/, '')))].sort(),
      ],
    );
    const { gone, ...states } = LIFE;
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(
        Object.entries(states).map(([state, row]) => [
          state,
          [...new Set<string>(Object.values(row))].sort(),
        ]),
      ),
    );
    expect(gone).toEqual({});
  });
});

describe('the partitions of the ledger in docs/reference.md', () => {
  const told = new Set(rowsBelow('docs/reference.md', '## The ledger').flatMap(([pk]) => namedIn(pk)));

  it.each([
    leaseKey('workers').pk,
    pastPartition('<fleet>'),
    inputsPartition('workers').replace('workers', '<pilots or workers>'),
    decisionKey({ of: 'pilots', queue: '<queue or fleet>', at: 0, kind: 'rest', why: [], counts: {} }).pk,
  ])('%s is told', (partition) => {
    expect(told).toContain(partition);
  });
});

/** Rows of one setting whose default is a value, not a sentence. */
const defaultsOf = (rows: readonly (readonly string[])[], column: number) =>
  rows.flatMap((row) => {
    const names = namedIn(row[0]);
    const text = (row[column] ?? '').replaceAll('`', '');
    return names.length === 1 && /^(\d+|".*")$/.test(text)
      ? [[names[0] ?? '', JSON.parse(text)] as const]
      : [];
  });

describe("the workers' options in docs/worker.md", () => {
  const rows = rowsBelow('docs/worker.md', '## Options');
  const usual = poolFacts.parse({ os: 'el9', pool: 'cm.example.org', centralManager: 'cm.example.org' });

  it('are all told', () => {
    expect(rows.flatMap(([names]) => namedIn(names))).toEqual(
      expect.arrayContaining(Object.keys(poolFacts.shape)),
    );
  });

  it.each(defaultsOf(rows, 1))('%s is %s by default', (name, value) => {
    expect(usual).toHaveProperty(name, value);
  });
});

describe("the bytes of workers' user-data in docs/worker.md", () => {
  const SITE = { site: { script: '#!/bin/sh\n/usr/bin/site-setup\n' } };
  const LOGS = { logGroup: '/aerie/dev/machines', syslogHost: 'logs.example.org:514' };
  const AGENTS = { ...LOGS, sessionManager: true };
  const rows = rowsBelow('docs/worker.md', '### Bytes of user-data');
  const bytesOf = (options: Parameters<typeof userData>[0]): number => {
    try {
      return packed(userData({ ...options, os: 'debian' })).byteLength;
    } catch {
      return Number.NaN;
    }
  };
  /** Another zlib packs a little more or less. */
  const hundreds = (bytes: number): number => Math.round(bytes / 100);

  it.each([
    ['the worker', {}],
    ["site's layer", SITE],
    ['sessions and logs', AGENTS],
    ['both', { ...SITE, ...AGENTS }],
  ])('are these for %s', (what, more) => {
    const [, least = '', long = ''] = rows.find(([name = '']) => name.includes(what)) ?? [];
    const told = [least, long].map((cell) => hundreds(Number(cell.replace(',', ''))));
    expect(told).toEqual([LEAST, LONG].map((options) => hundreds(bytesOf({ ...options, ...more }))));
  });
});

describe("the endpoint's configuration in docs/endpoint.md", () => {
  const rows = rowsBelow('docs/endpoint.md', '## Configuration');
  const example = JSON.parse(readFileSync(join(ROOT, 'collector/aerie-endpoint.example.json'), 'utf8'));
  const read = readConfig(
    JSON.stringify({
      ...example,
      pool: 'cm.example.org',
      sts: {
        url: 'https://sts.us-east-1.amazonaws.com/',
        account: '123456789012',
        roles: ['aerie-prod-worker'],
      },
      joining: { tokenSeconds: 300 },
    }),
  );
  const usual = read.ok ? read.config : read.mistakes;

  it('is told whole', () => {
    const told = rows.flatMap(([names]) => namedIn(names)).map((name) => name.split('.')[0]);
    expect(told).toEqual(expect.arrayContaining(Object.keys(usual)));
  });

  it.each(defaultsOf(rows, 2))('%s is %s by default', (name, value) => {
    expect(usual).toHaveProperty(name, value);
  });
});
