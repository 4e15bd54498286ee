import { describe, expect, it } from 'vitest';
import { step } from '../../bench/load/made.ts';
import { FAULTS } from '../../bench/model/faults.ts';
import { karpenter } from '../../bench/policies/karpenter.ts';
import { beats, rivals } from '../../bench/report/dominance.ts';
import { page } from '../../bench/report/page.ts';
import { costAgainstWait } from '../../bench/report/plots.ts';
import { compare, type Row } from '../../bench/report/suite.ts';
import { inTerminal } from '../../bench/report/terminal.ts';

const of = compare(step(200));
const plain = of.run(karpenter(), FAULTS.exact, 8).row;

/** The same run under another name, so much dearer and slower. */
const like = (policy: string, cost: number, wait: number): Row => {
  const { size: _, ...row } = plain;
  const waitMeanSeconds = plain.figures.waitMeanSeconds * wait;
  return { ...row, policy, figures: { ...plain.figures, cost: plain.figures.cost * cost, waitMeanSeconds } };
};

describe('who is ahead of whom', () => {
  it('is who pays less and waits less', () => {
    expect(beats(like('a', 0.9, 0.9), plain)).toBe(true);
    expect(beats(like('a', 0.9, 1.1), plain)).toBe(false);
    expect(beats(plain, plain)).toBe(false);
  });

  it('is said of each of aerie’s rows, and ideals do not count', () => {
    const rows = [
      like('aerie', 1.1, 1.1),
      like('aerie, dear', 1.1, 0.9),
      like('reactive ideal', 0.5, 0.5),
      plain,
    ];
    expect(rivals(of.table(rows))).toEqual([
      'aerie: less is paid and waited by Karpenter-like, idle 120 s, 8 cores.',
      'aerie, dear: no peer pays less and waits less.',
    ]);
  });

  it('is said of nobody where no peer was played', () => {
    expect(rivals(of.table([like('aerie', 1.1, 1.1), like('reactive ideal', 0.5, 0.5)]))).toEqual([]);
  });
});

describe('the reports', () => {
  const table = of.table([plain, like('aerie', 0.9, 0.9)]);

  it('have a line for each policy, the cheapest first', () => {
    const lines = inTerminal(table).split('\n');
    expect(lines[0]).toContain('200 jobs');
    expect(lines[2]).toMatch(/^aerie /);
    expect(lines[3]).toMatch(/^Karpenter-like/);
    expect(page({ step: [table] })).toContain('| aerie |');
  });

  it('plot every policy as a point with its name', () => {
    const svg = costAgainstWait(table);
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(svg).toContain('Karpenter-like, idle 120 s, 8 cores</text>');
  });
});
