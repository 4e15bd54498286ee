import { describe, expect, it } from 'vitest';
import { missed, readAccepted, shortFigures, type Watched } from '../../bench/report/ratchet.ts';

const of = (given: Partial<Watched> = {}): Watched => ({
  load: 'a load',
  waitMeanSeconds: 100,
  waitP95Seconds: 200,
  cost: 1.03,
  uselessShare: 0.05,
  callsPerMachine: 0.5,
  rampMinutes: 0,
  ...given,
});

describe('the ratchet', () => {
  it('lets a figure lose one per cent and no more', () => {
    expect(missed([of({ cost: 1.04 })], [of()])).toEqual([]);
    expect(missed([of({ cost: 1.041 })], [of()])).toEqual([
      'a load: cost is 1.041, was 1.03; a change may lose 1 % of it at most',
    ]);
  });

  it('lets every figure get better', () => {
    expect(missed([of({ cost: 1, waitMeanSeconds: 1, uselessShare: 0 })], [of()])).toEqual([]);
  });

  it('asks for figures of a load that has none', () => {
    expect(missed([of()], [])[0]).toContain('--accept');
  });

  it('holds: aerie follows demand as well as it last did', async () => {
    expect(missed(await shortFigures(), await readAccepted())).toEqual([]);
  });
});
