import { describe, expect, it } from 'vitest';
import { refusal } from '../../../core/model/pool.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import { cut } from '../../../core/model/words.ts';
import { planPilots, planWorkers } from '../planning.ts';
import { NOW, pilotWorld, poolView, workerWorld } from '../worlds.ts';

const LONG = 'very long\n'.repeat(500_000);

describe('a text from outside', () => {
  it.each([
    ['stays as it is', 'HTTP 503', 'HTTP 503'],
    ['comes to one line', ' two\nlines\tand \u0007 a bell ', 'two lines and a bell'],
    ['of as many letters as there may be is whole', 'x'.repeat(400), 'x'.repeat(400)],
    ['has its letters counted once it is one line', `a${' '.repeat(900)}b`, 'a b'],
    ['is cut', 'x'.repeat(401), `${'x'.repeat(400)}…`],
    ['is looked at only in its beginning', `x${' '.repeat(1_598)}yz`, 'x y'],
    ['is nothing where it says nothing', ' \n ', ''],
  ])('%s', (_, text, expected) => {
    expect(cut(text)).toBe(expected);
  });

  it('is cut where the endpoint’s answers are read', () => {
    expect(refusal.parse({ error: `no\n${'x'.repeat(500)}` })).toEqual({ error: `no ${'x'.repeat(397)}…` });
  });

  it.each([
    ['the endpoint’s failure', { pool: { kind: 'unknown', why: LONG } as const }],
    ['the adapter’s word', { panda: unknown(LONG) }],
    [
      'why a part is not complete',
      { pool: known({ ...poolView([]), workers: { complete: false, why: LONG, workers: [] } }, NOW) },
    ],
    ['the status of a site', { sites: known({ BNL: { status: LONG } }, NOW) }],
  ])('never makes a decision long: %s', (_, given) => {
    const [pilots] = planPilots({ ...pilotWorld({ activated: 5, knobs: { chain: 'Ready()' } }), ...given });
    const [workers] = planWorkers({ ...workerWorld(), ...given });
    expect(JSON.stringify([pilots, workers]).length).toBeLessThan(4000);
  });
});
