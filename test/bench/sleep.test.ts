import { describe, expect, it } from 'vitest';
import { step } from '../../bench/load/made.ts';
import { FAULTS } from '../../bench/model/faults.ts';
import { karpenter } from '../../bench/policies/karpenter.ts';
import { page } from '../../bench/report/page.ts';
import { sleepTargets, targetSentence } from '../../bench/report/sleep.ts';
import { compare, type Row, type Table } from '../../bench/report/suite.ts';

const of = compare(step(50));
const { size: _, ...plain } = of.run(karpenter(), FAULTS.exact, 8).row;

const row = (policy: string, figures: Partial<Row['figures']>): Row => ({
  ...plain,
  policy,
  figures: { ...plain.figures, ...figures },
});

const table = (load: string, waits: { readonly ends: number; readonly sleeps: number }): Table => ({
  ...of.table([
    row('aerie, workers end', { waitMeanSeconds: waits.ends, cost: 1.1 }),
    row('aerie, workers sleep', {
      waitMeanSeconds: waits.sleeps,
      cost: 1.05,
      paidCoreHours: 100,
      sleep: { sleeps: 7, wakes: 5, meanAsleep: 3, diskCoreHours: 5 },
    }),
  ]),
  load,
});

const isOf = (tables: readonly Table[], figure: string) =>
  sleepTargets(tables).find((target) => target.figure === figure)?.is;

describe('what sleep has to show', () => {
  const seeds = [50, 90, 60].map((sleeps, index) =>
    table(`sleep: PanDA-like, seed 2${index + 1}`, { ends: 130, sleeps }),
  );

  it('is the median over seeds', () => {
    expect(isOf(seeds, 'PanDA-like: mean wait, s')).toBe(60);
  });

  it('is on the other loads the wait and the cost over those of workers that end', () => {
    const lcg = table('sleep: LCG-2005, up to 1 cores', { ends: 30, sleeps: 24 });
    expect(isOf([lcg], `${lcg.load}, over that of workers that end: mean wait`)).toBe(0.8);
    expect(isOf([lcg], `${lcg.load}, over that of workers that end: cost`)).toBeCloseTo(1.05 / 1.1);
  });

  it('is with wakes that fail the wait over that of the same seed without', () => {
    const failing = table(`sleep: PanDA-like, seed 22, ${FAULTS.wakes.name}`, { ends: 130, sleeps: 120 });
    expect(isOf([...seeds, failing], `${FAULTS.wakes.name}: mean wait over that without`)).toBeCloseTo(
      120 / 90,
    );
  });

  it('is told with whether it is missed', () => {
    expect(targetSentence({ figure: 'a wait', is: 61, must: 62, aim: 40 })).toBe(
      'a wait 61.000 (must 62, aim 40)',
    );
    expect(targetSentence({ figure: 'a cost', is: 1.04, must: 1.03 })).toBe(
      'a cost 1.040 (must 1.03): MISSED',
    );
  });

  it('stands on the page, with sleeps, disks and the second line', () => {
    const text = page({ sleep: seeds });
    expect(text).toContain('PanDA-like: mean wait, s 60.000 (must 62, aim 40)');
    expect(text).toContain(
      'aerie, workers sleep: 7 sleeps, 5 wakes, 3 asleep in the mean; disks are 0.0500 of the cost.',
    );
    // In a step nobody comes back, so nobody is worth waking.
    expect(text).toContain('With machines that sleep the least is 1.0000 of it');
  });
});
