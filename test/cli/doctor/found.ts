import { expect } from 'vitest';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { Breakage } from './breakages.ts';
import { examineWorld, wellWorld } from './world.ts';

const STACK_TRACE = /\n\s+at |\.ts:\d+|\[object Object\]|undefined/;

/** What is neither as it should be nor left out. */
export const amiss = ({ findings }: { readonly findings: readonly Finding[] }): readonly Finding[] =>
  findings.filter(({ level }) => level === 'warn' || level === 'FAIL');

/** Breaks a world in which all is well, and expects that one finding and no other, in sentences. */
export const findsOnly = async ({ break: breakIt, kind, level, says, fix }: Breakage) => {
  const world = wellWorld();
  breakIt(world);
  const examination = await examineWorld(world);
  expect(amiss(examination)).toEqual([
    {
      kind,
      level,
      text: expect.stringMatching(says),
      ...(fix === undefined ? {} : { fix: expect.stringMatching(fix) }),
    },
  ]);
  for (const { text, fix: given = '' } of examination.findings) {
    expect(text).not.toMatch(STACK_TRACE);
    expect(given).not.toMatch(STACK_TRACE);
  }
  expect(examination.code).toBe(level === 'FAIL' ? 1 : 0);
};
