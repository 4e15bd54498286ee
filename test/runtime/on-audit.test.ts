import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EndReply } from '../../core/model/launch.ts';
import { audit } from '../../runtime/audit.ts';
import { onAudit } from '../../runtime/on-audit.ts';
import { toldCloud } from '../../runtime/tell/tell-refusals.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { inLedger, NOW } from '../core/worlds.ts';
import { BOOTING, ID, instance, sides } from './audit-sides.ts';
import { quietly } from './invocation.ts';

beforeAll(quietly);
afterEach(() => void vi.restoreAllMocks());

/** The audit's function on an EC2 that answers every end like this: the worker is overdue, so its end is asked for. */
const auditing = (reply: EndReply) => {
  const warned: unknown[] = [];
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((...said) => void warned.push(said[0]));
  const { ports, book } = sides({
    instances: [instance()],
    ledger: { workers: [inLedger(ID, BOOTING, { launchedAt: NOW - 901 })] },
  });
  const handler = onAudit('lab', (tellRefusal) =>
    audit({ ...ports, cloud: toldCloud({ ...ports.cloud, terminate: async () => reply }, tellRefusal) }),
  );
  const run = () => handler({ time: new Date(NOW * 1000).toISOString() }, CONTEXT);
  return { run, warned, worker: () => book.ledger.workers.find(ID) };
};

describe('an end that EC2 refuses the audit', () => {
  const why = 'OperationNotPermitted: protected';

  it('is told once, and marked with its worker, so that ticks count it', async () => {
    const { run, warned, worker } = auditing({
      taken: [],
      refused: [{ instanceId: ID, code: 'OperationNotPermitted', why }],
    });
    expect(await run()).toMatchObject({ kind: 'looked' });
    await run();
    expect(warned).toEqual([`EC2 refuses to end ${ID} (configuration): ${why}`]);
    expect(await worker()).toMatchObject({ state: BOOTING, endRefused: { at: NOW, why } });
  });

  it.each([
    [
      'not answered',
      { unanswered: 'Unavailable: out' },
      'The cloud did not answer an order to end workers: Unavailable: out',
    ],
    [
      'of a caller that is not accepted',
      { unheard: { code: 'AuthFailure', why: 'AuthFailure: who' } },
      'The cloud did not accept the caller of an order to end workers: AuthFailure: who',
    ],
  ])('because it is %s fails the audit, which is then none', async (_, said, expected) => {
    await expect(auditing({ taken: [], refused: [], ...said }).run()).rejects.toThrow(expected);
  });
});
