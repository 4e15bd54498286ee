import { describe, expect, it } from 'vitest';
import type { Load } from '../../bench/load/load.ts';
import { pandaLike } from '../../bench/load/panda-like.ts';
import type { Policy } from '../../bench/model/policy.ts';
import { simulate } from '../../bench/model/run.ts';
import { autoPyFactory } from '../../bench/policies/autopyfactory.ts';
import { smallResidual } from '../../bench/policies/candidate.ts';
import { cloudscheduler } from '../../bench/policies/cloudscheduler.ts';
import { elastiq } from '../../bench/policies/elastiq.ts';
import { glideinWms } from '../../bench/policies/glideinwms.ts';
import { harvester, newWorkers } from '../../bench/policies/harvester.ts';
import { karpenter, parallelCluster } from '../../bench/policies/karpenter.ts';
import { boundOf, figuresOf } from '../../bench/report/figures.ts';

const LOAD = pandaLike(11);
const BOUND = boundOf(LOAD);
/** Their figures are of a negotiator that serves whoever comes first, and of claims that last. */
const AS_PUBLISHED = { fifo: true } as const;

/** Mean wait and its 95th percentile, s; cost over the bound; VMs; useless ones, %; calls for a VM. */
const outcome = (policy: Policy) => {
  const of = figuresOf(LOAD, simulate(LOAD, policy, AS_PUBLISHED), BOUND);
  return [
    of.waitMeanSeconds.toFixed(0),
    of.waitP95Seconds.toFixed(0),
    of.cost.toFixed(3),
    String(of.machines),
    (100 * of.uselessShare).toFixed(1),
    of.callsPerMachine.toFixed(2),
  ].join(' ');
};

describe('peers on the PanDA-like load do to the digit what was published for their rules', () => {
  it.each([
    ['AutoPyFactory', autoPyFactory(), '110 349 1.143 12786 33.9 2.79'],
    ['AutoPyFactory, in-flight counted', autoPyFactory(8, true), '135 384 1.119 9822 14.7 3.03'],
    ['elastiq', elastiq(), '154 453 1.201 6993 2.8 5.85'],
    ['cloudscheduler', cloudscheduler(), '171 536 1.078 8734 2.7 5.85'],
    ['GlideinWMS', glideinWms(), '120 321 1.119 10082 17.1 3.55'],
    ['Karpenter-like', karpenter(), '135 248 1.057 10470 6.4 2.88'],
    ['ParallelCluster-like', parallelCluster(), '118 247 1.080 9359 4.3 3.11'],
  ])('%s', (_, policy, published) => {
    expect(outcome(policy)).toBe(published);
  });

  it('the small residual rule comes within the tolerance of another draw of boot times', () => {
    const { cost, waitMeanSeconds, machines } = figuresOf(
      LOAD,
      simulate(LOAD, smallResidual(2), AS_PUBLISHED),
      BOUND,
    );
    expect(Math.abs(cost - 1.031)).toBeLessThanOrEqual(0.001);
    expect(Math.abs(waitMeanSeconds / 136 - 1)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(machines / 18_926 - 1)).toBeLessThanOrEqual(0.006);
  });
});

/** So many one-core jobs of an hour, all at once. */
const burst = (jobs: number): Load => ({
  name: 'a burst',
  jobs: Array.from({ length: jobs }, () => ({
    queue: 'one',
    submitSeconds: 0,
    runSeconds: 3600,
    cores: 1,
    landingKnown: false,
  })),
});

const sameBoots = { boot: { deviationSeconds: 0 } };

describe('Harvester, of which no figures are published, follows its rule', () => {
  it.each([
    ['activated jobs less the queued workers', 12.9, true, 5, 100, false, 7],
    ['no less than one, where jobs are activated', 0.4, true, 0, 0, false, 1],
    ['one probe of a queue without activated jobs, by default', 0, true, 0, 40, true, 1],
    ['and no second probe while one is queued', 0, true, 1, 40, true, 0],
    ['none of a queue that PanDA does not list and that has a worker', 0, false, 0, 1, true, 0],
    ['a probe of one that PanDA does not list and that has none', 0, false, 0, 0, true, 1],
    ['none without jobs where probes are switched off', 0, true, 0, 40, false, 0],
    ['not more than may be submitted in a cycle', 5000, true, 0, 0, true, 1000],
    ['none when as many are queued as may be', 5000, true, 1000, 1000, true, 0],
  ])('%s', (_, activated, listed, queued, workers, probes, count) => {
    expect(newWorkers({ activated, listed }, queued, workers, probes)).toBe(count);
  });

  it('launches for the same jobs each minute until they run: a VM that boots is counted nowhere', () => {
    const load = burst(80);
    const { machines } = figuresOf(load, simulate(load, harvester(8, true), sameBoots), boundOf(load));
    expect(machines).toBe(40);
  });

  it('goes on by old statistics after the jobs have begun', () => {
    const load = burst(80);
    const { machines } = figuresOf(load, simulate(load, harvester(), sameBoots), boundOf(load));
    expect(machines).toBeGreaterThanOrEqual(100);
  });
});
