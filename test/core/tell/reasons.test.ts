import { describe, expect, it } from 'vitest';
import type { Decision, Retirement } from '../../../core/model/decision.ts';
import { reasonsOf } from '../../../core/tell/reasons.ts';
import { NOW } from '../worlds.ts';

const drain = (n: number, cause: Retirement['cause']): Retirement => ({
  instanceId: `i-0000000${n}`,
  step: 'drain',
  cause,
});

const decision = (...retirements: readonly Retirement[]): Decision => ({
  ...{ of: 'workers', kind: 'act', fleet: 'default', at: NOW, counts: {}, launches: [], retirements },
  why: [{ kind: 'fleet-paused' }],
});

describe('the reasons of a decision', () => {
  it('are its own, each with its sentence, and then the causes of its retirements', () => {
    expect(reasonsOf(decision(drain(1, { kind: 'above-max-workers', maxWorkers: 4 })))).toEqual([
      { kind: 'fleet-paused', text: 'the fleet is paused' },
      { kind: 'above-max-workers', maxWorkers: 4, text: 'drain i-00000001: above max-workers 4' },
    ]);
  });

  it('say each step and cause once, with the number of its workers', () => {
    const said = reasonsOf(
      decision(
        drain(1, { kind: 'fleet-drained' }),
        drain(2, { kind: 'too-old', maxLifeSeconds: 600 }),
        drain(3, { kind: 'fleet-drained' }),
        drain(4, { kind: 'too-old', maxLifeSeconds: 900 }),
      ),
    );
    expect(said.slice(1).map(({ text }) => text)).toEqual([
      'drain 2 workers: the fleet is drained',
      'drain i-00000002: too old: a job could outlast its 600 s',
      'drain i-00000004: too old: a job could outlast its 900 s',
    ]);
  });

  it('are those alone where nothing is retired', () => {
    const rest: Decision = { of: 'pilots', kind: 'rest', queue: 'BNL', at: NOW, why: [], counts: {} };
    expect(reasonsOf(rest)).toEqual([]);
  });
});
