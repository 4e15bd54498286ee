import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationOf, got } from '../../../cli/import/configuration.ts';
import { readIni } from '../../../cli/import/ini.ts';
import { configuration } from './sites.ts';

type Recorded = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | null>>>>>>;

/** What AutoPyFactory's own Config (9d0d3890) has read of the files under Python 2.7.18; null: it fails when it is asked. */
const RECORDED: Recorded = JSON.parse(
  readFileSync(new URL('./as-python-reads.json', import.meta.url), 'utf8'),
);

describe('files are read as AutoPyFactory reads them', () => {
  it.each(Object.entries(RECORDED))('%s', (files, sections) => {
    const { sections: read } = configuration(files.split('+'));
    const values = read.map((section) => {
      const entries = [...section.options.keys()].map((key) => {
        const value = got(section, key);
        return [key, value?.ok === true ? value.value : null];
      });
      return [section.name, Object.fromEntries(entries)];
    });
    expect(Object.fromEntries(values)).toEqual(sections);
  });
});

const valueIn = (text: string): string | undefined => {
  const read = readIni('x', `[S]\n${text}\n`);
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  return read.file.sections.get('S')?.get('key');
};

describe('one line', () => {
  it.each([
    ['key = value', 'value'],
    ['key:value', 'value'],
    ['key = a = b : c', 'a = b : c'],
    ['key = value ; a comment', 'value'],
    ['key = value;no comment', 'value;no comment'],
    ['key = a;b ; c', 'a;b ; c'],
    ['key = value # no comment', 'value # no comment'],
    ['key = ""', ''],
    ['key =', ''],
    ['key = one\n  two\n\n  # three', 'one\ntwo\n# three'],
    ['key = first\nkey = second', 'second'],
    ['key = value\r', 'value'],
    ['Key = other', undefined],
    ['rem key = value', undefined],
    ['#key = value', undefined],
  ])('%j gives %j', (text, value) => {
    expect(valueIn(text)).toBe(value);
  });
});

describe('what AutoPyFactory refuses', () => {
  it.each([
    [
      'key = 1\n',
      'x, line 1 stands before the first section; expected a line such as [DEFAULT] or [BNL_CLOUD] first.',
    ],
    [
      '[S]\n  key = 1\n',
      'x, line 2 is no "key = value", no [section] and no comment; AutoPyFactory refuses the whole file. Mend or remove it.',
    ],
    ['[S]\nnothing\n', 'x, line 2 is no "key = value"'],
    [
      '[default]\nkey = 1\n',
      'x, line 1: the section is called default, which AutoPyFactory refuses; expected DEFAULT in capitals.',
    ],
  ])('%j', (text, why) => {
    const read = readIni('x', text);
    expect(read.ok ? [] : read.mistakes).toEqual([expect.stringContaining(why)]);
  });

  it('a lone % is refused with the whole configuration', () => {
    const read = readIni('x', '[S]\nkey = 50% of it\n');
    const put = read.ok ? configurationOf([read.file]) : undefined;
    expect(put?.ok === false ? put.mistakes : []).toEqual([
      'x: key of [S] has a % that is neither %% nor %(name)s; AutoPyFactory refuses the whole configuration. Write %%.',
    ]);
  });

  it.each([
    ['a = %(b)s\nb = %(a)s', 'a', 'names itself, or goes too deep'],
    ['a = %(gone)s', 'a', 'names %(gone)s, which its section does not set'],
  ])('%j is said where the key is asked for', (text, key, why) => {
    const read = readIni('x', `[S]\n${text}\n`);
    const put = read.ok ? configurationOf([read.file]) : undefined;
    const [section] = put?.ok === true ? put.configuration.sections : [];
    expect(section && got(section, key)).toEqual({ ok: false, why });
  });
});

describe('files of a directory', () => {
  const of = (text: string) => {
    const read = readIni('x', text);
    if (!read.ok) throw new Error(text);
    return read.file;
  };
  const both = (factory: string) => {
    const put = configurationOf([
      of(factory),
      of('[DEFAULT]\na = 1\n'),
      of('[DEFAULT]\nb = 2\n[S]\nc = 3\n'),
    ]);
    const section = put.ok ? put.configuration.sections.find(({ name }) => name === 'S') : undefined;
    return Object.fromEntries(section?.options ?? []);
  };

  it('share their defaults, and those of a list do not', () => {
    expect(both('[Factory]\nqueueConf = None\nqueueDirConf = /etc/queues.d\n')).toEqual({
      a: '1',
      b: '2',
      c: '3',
    });
    expect(both('[Factory]\nqueueConf = file:///etc/queues.conf\nqueueDirConf = None\n')).toEqual({
      b: '2',
      c: '3',
    });
  });
});

it('any text is read or refused, and never thrown at', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('[S]', '[DEFAULT]', 'key = %(key)s', 'key = %', '  goes on', 'a: b ; c', '#', '\r'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const read = readIni('x', lines.join('\n'));
      if (!read.ok) {
        expect(read.mistakes.length).toBeGreaterThan(0);
        return;
      }
      const put = configurationOf([read.file]);
      for (const section of put.ok ? put.configuration.sections : []) {
        for (const key of section.options.keys()) expect(got(section, key)).toBeDefined();
      }
    }),
  );
});
