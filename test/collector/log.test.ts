import { describe, expect, it } from 'vitest';
import { patientLog } from '../../collector/log.ts';

/** A stream whose reader takes what it is told to take. */
const stream = () => {
  const waiting: string[] = [];
  const taken: string[] = [];
  return {
    taken,
    get writableLength() {
      return waiting.join('').length;
    },
    write: (text: string) => waiting.push(text),
    take: () => taken.push(...waiting.splice(0)),
  };
};

describe('a log', () => {
  it('keeps lines for a reader that is slow, and of one that hangs counts those that it loses', () => {
    const out = stream();
    const log = patientLog(out, 10);
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) log.write(line);
    out.take();
    expect(out.taken).toEqual(['one\n', 'two\n']);
    log.write('five\n');
    log.write('six\n');
    out.take();
    expect(out.taken.slice(2).map((line) => (line.startsWith('{') ? JSON.parse(line).lost : line))).toEqual([
      2,
      'five\n',
    ]);
    log.write('seven\n');
    out.take();
    expect(JSON.parse(out.taken.at(-2) ?? '')).toEqual({
      lost: 1,
      level: 40,
      msg: expect.stringContaining('lost'),
    });
    expect(out.taken.at(-1)).toBe('seven\n');
  });

  it('ends nothing where a line cannot be written', () => {
    const full = {
      writableLength: 0,
      write() {
        throw new Error('ENOSPC: no space left on device');
      },
    };
    expect(() => patientLog(full).write('line\n')).not.toThrow();
  });
});
