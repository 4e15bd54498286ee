import { describe, expect, it } from 'vitest';
import { planWorkers } from '../../planning.ts';
import { fleet, inLedger, workerWorld } from '../../worlds.ts';

const worker = (n: number) => inLedger(`i-0000000${n}`, { kind: 'booting' });
const reason = { code: 'Server.InternalError', message: 'Internal error on launch' };

const whyOf = (state: string) => {
  const world = workerWorld();
  const endedBoots = [1, 2].map((n) => ({ worker: worker(n), reason }));
  const decisions = planWorkers({
    ...world,
    fleets: [fleet({ state })],
    ledger: { ...world.ledger, endedBoots },
  });
  return decisions.flatMap(({ why }) => why);
};

describe('boots that ended before they joined', () => {
  it('are told once for each of EC2’s reasons', () => {
    expect(whyOf('active')).toContainEqual({ kind: 'boots-ended', workers: 2, reason });
  });

  it('are told by a fleet that holds for its settings too', () => {
    const why = whyOf('sideways');
    expect(why.map(({ kind }) => kind)).toEqual(['bad-settings', 'boots-ended']);
  });
});
