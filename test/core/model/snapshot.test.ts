import { describe, expect, it } from 'vitest';
import { fresh, known, unknown } from '../../../core/model/snapshot.ts';
import { NOW } from '../worlds.ts';

const seen = (ageSeconds: number) => fresh('pool', known('a view', NOW - ageSeconds), NOW, 120);

describe('an observation', () => {
  it.each([0, 60, 120, 120.4, -60, -60.4])('may be acted on %s s after it was true', (age) => {
    expect(seen(age)).toEqual({ ok: true, value: 'a view', observedAt: NOW - age });
  });

  it('may not once it is too old: the pool may be another by now', () => {
    const why = { kind: 'source-stale', source: 'pool', ageSeconds: 121, limitSeconds: 120 };
    expect([seen(121), seen(120.6)]).toEqual([
      { ok: false, why },
      { ok: false, why },
    ]);
  });

  it('may not where it is of the future: one of the clocks is wrong', () => {
    expect(seen(-61)).toEqual({ ok: false, why: { kind: 'source-ahead', source: 'pool', aheadSeconds: 61 } });
  });

  it('may not where there is none, and says why, cut to what fits a log', () => {
    const words = { kind: 'source-unknown', source: 'panda', words: 'HTTP 503 x' };
    expect(fresh('panda', unknown('HTTP\n503 x'), NOW, 120)).toEqual({ ok: false, why: words });
    const raw = { kind: 'unknown', why: 'HTTP\n503 x' } as const;
    expect(fresh('panda', raw, NOW, 120)).toEqual({ ok: false, why: words });
    expect(unknown('x'.repeat(401))).toEqual({ kind: 'unknown', why: `${'x'.repeat(400)}…` });
  });
});
