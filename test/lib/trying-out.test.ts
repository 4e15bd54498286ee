import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/stage/config.ts';
import { tryingOutSentence } from '../../lib/trying-out.ts';
import { STAGE } from './stack-of.ts';

const POOL = { pool: 'cm.example.org', centralManager: 'cm.example.org' };
const CVMFS = { cvmfs: { repositories: ['atlas.cern.ch'] } };

const sentenceOf = (worker: object | undefined): string | undefined => {
  const read = readConfig({ stages: { prod: { ...STAGE, worker } } }, 'prod');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return tryingOutSentence(read.config);
};

describe('workers that run no payload of the grid', () => {
  it.each([
    [
      'Debian',
      { os: 'debian', ...POOL, ...CVMFS },
      /^The workers of prod are for trying out, .*: Debian has no packages [^;]*; give worker the os el9, and an AlmaLinux 9 as image\.$/,
    ],
    [
      'AlmaLinux without CVMFS',
      { os: 'el9', ...POOL },
      /^The workers of prod .*: they mount no CVMFS, .*\.$/,
    ],
    ['Debian without CVMFS', { os: 'debian', ...POOL }, /Debian has no packages .*; and they mount no CVMFS/],
  ])('are told of: %s', (_, worker, sentence) => expect(sentenceOf(worker)).toMatch(sentence));

  it.each([
    ['AlmaLinux with CVMFS', { os: 'el9', ...POOL, ...CVMFS }],
    ["an image of the site's own", { os: 'baked', ...POOL }],
    ['an image that becomes a worker by itself', undefined],
  ])('are not suspected: %s', (_, worker) => expect(sentenceOf(worker)).toBeUndefined());
});
