import { describe, expect, it } from 'vitest';
import { inLedger, JOINED, NOW } from '../core/worlds.ts';
import { ID, instance, sides } from './audit-sides.ts';

const OTHER = 'i-00000002';
const THIRD = 'i-00000003';

/** Two instances that nobody knows, and a worker whose instance is gone. */
const three = () =>
  sides({
    instances: [instance(), instance({ instanceId: OTHER })],
    ledger: { workers: [inLedger(THIRD, JOINED)] },
  });

describe('an audit one of whose remedies fails', () => {
  it('does the rest, and throws at its end', async () => {
    const { run, states, ports } = three();
    await run(NOW);
    const { workers } = ports.ledger;
    const adopt = async (worker: Parameters<typeof workers.adopt>[0]) => {
      if (worker.instanceId === ID) throw new Error('the table does not answer');
      return workers.adopt(worker);
    };
    const ledger = { ...ports.ledger, workers: { ...workers, adopt } };
    await expect(run(NOW + 600, { ledger })).rejects.toThrow('the table does not answer');
    expect(await states()).toEqual([`${OTHER} booting`]);
  });

  it('finds what is left at its next run', async () => {
    const { run, states } = three();
    await run(NOW);
    await run(NOW + 600);
    expect((await states()).sort()).toEqual([`${ID} booting`, `${OTHER} booting`]);
  });
});
