import { describe, expect, it } from 'vitest';
import type { Mutant } from './mutant.ts';
import { judge, scoreOf } from './verdict.ts';

const mutant = (fate: Mutant['fate'], code = 'a > b'): Mutant => ({
  file: 'adapters/json.ts',
  line: 1,
  mutator: 'EqualityOperator',
  on: `if (${code}) return;`,
  code,
  becomes: 'a >= b',
  fate,
});

const { file, on, code, becomes } = mutant('survived');
const EQUAL = { file, on, code, becomes, why: 'a is never b' };
const PART = { room: 'adapters', files: [file], isWhole: true } as const;

const many = (count: number, fate: Mutant['fate']) => Array.from({ length: count }, () => mutant(fate, 'c'));

describe('the score', () => {
  it('is the killed among those that compile', () => {
    const mutants = [...many(3, 'killed'), mutant('survived'), mutant('unseen'), ...many(9, 'invalid')];
    expect(scoreOf(mutants, [])).toMatchObject({ killed: 3, percent: 60, invalid: 9, equivalent: 0 });
    expect(scoreOf(mutants, []).missed).toHaveLength(2);
  });

  it('takes tests that come to no end for tests that notice, and says how many there were', () => {
    expect(scoreOf([...many(3, 'killed'), ...many(2, 'late')], [])).toMatchObject({
      killed: 5,
      late: 2,
      percent: 100,
    });
  });

  it('leaves out what is listed as equivalent', () => {
    expect(scoreOf([mutant('killed', 'c'), mutant('survived')], [EQUAL])).toMatchObject({
      percent: 100,
      equivalent: 1,
      missed: [],
    });
  });

  it('is full where nothing can be changed', () => {
    expect(scoreOf(many(2, 'invalid'), []).percent).toBe(100);
  });
});

describe('a run', () => {
  it.each([
    ['a whole room at its least score', 88, 12, true, []],
    ['a whole room below it', 87, 13, true, [expect.stringMatching(/^adapters: .* 87\.0 %.* than 88 %/)]],
    ['a file, which has some slack', 87, 13, false, []],
    ['a file far below', 60, 40, false, [expect.stringMatching(/^adapters\/json\.ts: .* 60\.0 %/)]],
  ])('of %s with %d killed and %d missed is judged so', (_, killed, missed, isWhole, faults) => {
    expect(judge({ ...PART, isWhole }, [...many(killed, 'killed'), ...many(missed, 'survived')], [])).toEqual(
      faults,
    );
  });

  it('fails over an equivalent that a test notices', () => {
    expect(judge(PART, [mutant('killed')], [EQUAL])).toEqual([expect.stringContaining('a test notices it')]);
  });

  it('fails over an equivalent whose code is gone', () => {
    expect(judge(PART, [mutant('killed', 'c')], [EQUAL])).toEqual([
      expect.stringContaining('no change of this file'),
    ]);
  });

  it('says nothing of equivalents in files that it did not change', () => {
    expect(judge(PART, [], [{ ...EQUAL, file: 'adapters/http.ts' }])).toEqual([]);
  });
});
