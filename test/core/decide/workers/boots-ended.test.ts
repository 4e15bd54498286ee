import { describe, expect, it } from 'vitest';
import { bootsEnded } from '../../../../core/decide/workers/boots-ended.ts';
import { cut } from '../../../../core/model/words.ts';
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

  it('are told by their own fleet, with the machine where it was one, and cut', () => {
    const lost = { code: 'Client.InternalError', message: 'x'.repeat(900) };
    const ended = [
      { worker: worker(1), reason },
      { worker: { ...worker(2), fleet: 'gpu' }, reason },
      { worker: worker(3), reason: lost },
    ];
    expect(bootsEnded(ended, 'default')).toEqual([
      { kind: 'boots-ended', workers: 1, instanceId: 'i-00000001', reason },
      {
        ...{ kind: 'boots-ended', workers: 1, instanceId: 'i-00000003' },
        reason: { code: lost.code, message: cut(lost.message) },
      },
    ]);
  });

  it('are told by a fleet that holds for its settings too', () => {
    const why = whyOf('sideways');
    expect(why.map(({ kind }) => kind)).toEqual(['bad-settings', 'boots-ended']);
  });
});
