import { describe, expect, it } from 'vitest';
import { partsOf, shareOf } from './parts.ts';
import { ROOMS } from './rooms.ts';

const ALL = { part: 1, of: 1 };

describe('what is to be changed', () => {
  it('is every room if none is named, and each is whole', () => {
    const parts = partsOf([], ALL);
    expect(parts.map(({ room }) => room)).toEqual(Object.keys(ROOMS));
    expect(parts.every(({ isWhole }) => isWhole)).toBe(true);
  });

  it('is the room that is named, without what runs apart', () => {
    const [collector, ...others] = partsOf(['collector'], ALL);
    expect(others).toEqual([]);
    expect(collector?.files).toContain('collector/api.ts');
    expect(collector?.files).not.toContain('collector/main.ts');
  });

  it('is a file that is named, and no whole room', () => {
    expect(partsOf(['adapters/json.ts', 'adapters/json.ts'], ALL)).toEqual([
      { room: 'adapters', files: ['adapters/json.ts'], isWhole: false },
    ]);
  });

  it.each(['twin', 'adapters/none.ts', 'collector/main.ts', 'lib/watch/alarms.ts'])(
    'is never "%s"',
    (name) => {
      expect(() => partsOf([name], ALL)).toThrow(`"${name}" is neither a room (core, runtime, adapters, `);
    },
  );

  it('is every file once in all parts together', () => {
    const parts = [1, 2, 3].flatMap((part) => partsOf(['adapters', 'collector'], { part, of: 3 }));
    const all = partsOf(['adapters', 'collector'], ALL);
    const filesOf = (given: typeof all) => given.flatMap(({ files }) => files).sort();
    expect(filesOf(parts)).toEqual(filesOf(all));
    expect(parts.some(({ isWhole }) => isWhole)).toBe(false);
  });
});

describe('a part', () => {
  const DAY = 86_400;

  it.each([
    ['1/1', 0, { part: 1, of: 1 }],
    ['3/90', 0, { part: 3, of: 90 }],
    ['today/90', 0, { part: 1, of: 90 }],
    ['today/90', 89.9 * DAY, { part: 90, of: 90 }],
    ['today/90', 90 * DAY, { part: 1, of: 90 }],
  ])('%s at %d s is %o', (text, now, share) => {
    expect(shareOf(text, now)).toEqual(share);
  });

  it.each(['', '0/3', '4/3', '1/0', '1', 'tomorrow/3', '1/3/5'])('is never "%s"', (text) => {
    expect(() => shareOf(text, 0)).toThrow(`not "${text}"`);
  });
});
