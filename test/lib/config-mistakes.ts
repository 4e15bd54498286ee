import { expect } from 'vitest';
import { readConfig } from '../../lib/stage/config.ts';
import { STAGE } from './stack-of.ts';

/** What is wrong with a stage whose block says this. */
export const mistakesOf = (block: object, stage = 'dev'): readonly string[] => {
  const read = readConfig({ stages: { dev: { ...STAGE, ...block } } }, stage);
  return read.ok ? [] : read.mistakes;
};

/** Expects that one sentence says all that is wrong with such a stage, and how it begins. */
export const expectOneMistake = (block: object, sentence: string): void => {
  const mistakes = mistakesOf(block);
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toMatch(/\.$/);
  expect(mistakes[0]?.slice(0, sentence.length)).toBe(sentence);
};

/** The pool of a worker. */
export const POOL = { pool: 'cm.example.org', centralManager: 'cm.example.org' };

export const queue = (knobs: object) => ({ queues: { CLOUD: knobs } });

export const fleet = (knobs: object) => ({ fleets: { default: knobs } });
