import { readConfig } from '../../lib/config.ts';
import { STAGE } from './stack-of.ts';

/** What is wrong with a stage whose block says this. */
export const mistakesOf = (block: object, stage = 'dev'): readonly string[] => {
  const read = readConfig({ stages: { dev: { ...STAGE, ...block } } }, stage);
  return read.ok ? [] : read.mistakes;
};

export const queue = (knobs: object) => ({ queues: { CLOUD: knobs } });

export const fleet = (knobs: object) => ({ fleets: { default: knobs } });
