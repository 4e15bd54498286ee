import { describe, expect, it } from 'vitest';
import { sleepTargets } from '../../bench/report/sleep.ts';
import type { Row, Table } from '../../bench/report/suite.ts';
import { textOf } from './pages.ts';

const results: Readonly<Record<string, readonly Table[]>> = JSON.parse(textOf('bench/results.json'));
const readme = textOf('README.md').replace(/\s+/g, ' ');

const figuresOf = (load: string, policy: string, size?: number): Row['figures'] => {
  const rows = Object.values(results).flat();
  const row = rows
    .find((table) => table.load === load)
    ?.rows.find((each) => each.policy === policy && each.size === size);
  if (row === undefined)
    throw new Error(`expected ${policy} on ${load} in bench/results.json; it is not there.`);
  return row.figures;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

describe('what the README says of the bench is what the bench came to', () => {
  it.each([
    ['aerie, workers end', 'aerie'],
    ['Karpenter-like, a size for each width, one core and more', "Karpenter-like, 1 cores or the job's"],
    ['Karpenter-like, a size for each width, two cores and more', "Karpenter-like, 2 cores or the job's"],
    ['Karpenter-like, 8 cores', 'Karpenter-like, idle 120 s', 8],
    ['ParallelCluster-like', 'ParallelCluster-like', 8],
    ['AutoPyFactory', 'AutoPyFactory', 8],
  ])('in the row of %s', (name, policy, size?: number) => {
    const { waitMeanSeconds, waitP95Seconds, cost, uselessShare } = figuresOf(
      'PanDA-like, seed 11',
      policy,
      size,
    );
    const waits = `${waitMeanSeconds.toFixed(0)} s | ${waitP95Seconds.toFixed(0)} s`;
    expect(readme).toContain(`| ${name} | ${waits} | ${cost.toFixed(3)} | ${percent(uselessShare)} |`);
  });

  it('of an old view', () => {
    const [own, karpenter, factory] = ['aerie', 'Karpenter-like, idle 120 s', 'AutoPyFactory'].map((policy) =>
      percent(figuresOf('PanDA-like, seed 11, view 300 s old', policy).uselessShare),
    );
    expect(readme).toContain(
      `${own} of aerie's launches are useless (Karpenter-like ${karpenter}, AutoPyFactory ${factory})`,
    );
  });

  it('of workers that sleep', () => {
    const is = new Map(sleepTargets(results.sleep ?? []).map((target) => [target.figure, target.is]));
    const of = (figure: string, digits = 0) => is.get(figure)?.toFixed(digits);
    const [wait, p95] = [of('PanDA-like: mean wait, s'), of('PanDA-like: p95 of the wait, s')];
    const [cost, ahead] = [of('PanDA-like: cost', 3), of('PanDA-like, landings known: mean wait, s')];
    expect(readme).toContain(`jobs wait ${wait} s (p95 ${p95} s) at a cost of ${cost}, disks included`);
    expect(readme).toContain(`knows when jobs will land, they wait ${ahead} s at the same cost`);
    expect(of('PanDA-like, landings known: cost', 3)).toBe(cost);
  });
});
