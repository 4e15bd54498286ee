import { describe, expect, it } from 'vitest';
import { known } from '../../core/model/snapshot.ts';
import { inLedger, inPool, JOINED, NOW, poolView } from '../core/worlds.ts';
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

describe('an audit', () => {
  const UNASKED = () => Promise.reject(new Error('nobody is to be asked'));

  it('asks pool and cloud for nothing where nothing is to be mended', async () => {
    const { run, ports } = sides({
      instances: [instance()],
      ledger: { workers: [inLedger(ID, JOINED)] },
      view: poolView([], [inPool(ID)]),
    });
    const poolWorkers = { drain: UNASKED, undrain: UNASKED, forget: UNASKED };
    const cloud = { ...ports.cloud, terminate: UNASKED };
    expect(await run(NOW, { poolWorkers, cloud })).toMatchObject({ kind: 'looked', findings: [] });
  });

  it('does not end a worker that has joined since, or of which the ledger says something else by now', async () => {
    const overdue = inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - 4000 });
    for (const moved of [JOINED, undefined]) {
      const { run, ports, ec2State } = sides({
        instances: [instance({ launchedAt: NOW - 4000 })],
        ledger: { workers: [overdue] },
        ...(moved === undefined ? { view: poolView([], [inPool(ID)]) } : {}),
      });
      const { ledger } = ports;
      const find = async () => (moved === undefined ? overdue : { ...overdue, state: moved });
      // The view is from before it joined; a drain finds it.
      const pool = { view: async () => known({ ...poolView([]), observedAt: NOW }, NOW) };
      await run(NOW, { pool, ledger: { ...ledger, workers: { ...ledger.workers, find } } });
      expect(ec2State()).toBe('running');
    }
  });

  it('leaves a worker to the ticks that EC2 will not end', async () => {
    const endRefused = { at: NOW - 60, why: 'OperationNotPermitted' };
    const { run, ec2State } = sides({
      instances: [instance({ launchedAt: NOW - 4000 })],
      ledger: { workers: [inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - 4000, endRefused })] },
    });
    await run(NOW);
    expect(ec2State()).toBe('running');
  });

  it('writes nothing of a worker whose end EC2 has not taken, nor again of one that is retiring', async () => {
    const retiring = { kind: 'retiring', since: NOW - 700, cause: { kind: 'told', words: 'x' } } as const;
    const overdue = inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - 4000 });
    for (const [worker, taken, at] of [
      [overdue, [], NOW],
      [inLedger(ID, retiring), [ID], NOW + 600],
    ] as const) {
      const { run, ports } = sides({
        instances: [instance({ launchedAt: NOW - 4000 })],
        ledger: { workers: [worker] },
      });
      const workers = { ...ports.ledger.workers, change: UNASKED };
      const asked: string[] = [];
      const terminate = async (ids: readonly string[]) => {
        asked.push(...ids);
        return { taken, refused: [] };
      };
      const strict = { ledger: { ...ports.ledger, workers }, cloud: { ...ports.cloud, terminate } };
      await run(NOW, strict);
      await run(at, strict);
      expect(new Set(asked)).toEqual(new Set([ID]));
    }
  });
});
