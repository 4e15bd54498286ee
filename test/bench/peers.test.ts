import { describe, expect, it } from 'vitest';
import { pandaLike } from '../../bench/load/panda-like.ts';
import type { Policy } from '../../bench/model/policy.ts';
import { simulate } from '../../bench/model/run.ts';
import { autoPyFactory } from '../../bench/policies/autopyfactory.ts';
import { smallResidual } from '../../bench/policies/candidate.ts';
import { cloudscheduler } from '../../bench/policies/cloudscheduler.ts';
import { elastiq } from '../../bench/policies/elastiq.ts';
import { glideinWms } from '../../bench/policies/glideinwms.ts';
import { karpenter, parallelCluster } from '../../bench/policies/karpenter.ts';
import { boundOf, figuresOf } from '../../bench/report/figures.ts';

const LOAD = pandaLike(11);
const BOUND = boundOf(LOAD);

/** Mean wait and its 95th percentile, s; cost over the bound; VMs; useless ones, %; calls for a VM. */
const outcome = (policy: Policy) => {
  const of = figuresOf(LOAD, simulate(LOAD, policy), BOUND);
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
    const { cost, waitMeanSeconds, machines } = figuresOf(LOAD, simulate(LOAD, smallResidual(2)), BOUND);
    expect(Math.abs(cost - 1.031)).toBeLessThanOrEqual(0.001);
    expect(Math.abs(waitMeanSeconds / 136 - 1)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(machines / 18_926 - 1)).toBeLessThanOrEqual(0.006);
  });
});
