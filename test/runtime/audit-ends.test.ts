import { describe, expect, it } from 'vitest';
import { isByOthers } from '../../core/model/instance.ts';
import { known } from '../../core/model/snapshot.ts';
import { type AuditPorts, type AuditReport, audit } from '../../runtime/audit.ts';
import { NEEDED_SECONDS } from '../../runtime/run/time-left.ts';
import { inLedger, JOINED, NOW, poolView } from '../core/worlds.ts';
import { BOOTING, ID, instance, sides } from './audit-sides.ts';

describe('an end', () => {
  const reason = { code: 'Server.SpotInstanceTermination', message: 'Spot instance termination' };
  const ended = instance({ state: 'terminated', reason });
  /** One container of the audit, over an empty pool that it can see. */
  const container = (ports: AuditPorts) => {
    let moment = NOW;
    const pool = { view: async () => known({ ...poolView([]), observedAt: moment }, moment) };
    const run = audit({ ...ports, pool });
    return (at: number) => {
      moment = at;
      return run(at);
    };
  };
  const endsOf = (report: AuditReport) => {
    if (report.kind === 'hold') throw new Error(report.why.kind);
    return report.ends;
  };

  it("is kept with EC2's reason, and told once", async () => {
    const { ports, book } = sides({ instances: [ended, instance({ instanceId: 'i-00000002' })] });
    const note = expect.objectContaining({ instanceId: ID, fleet: 'default', reason, at: NOW });
    const run = container(ports);
    expect(endsOf(await run(NOW))).toEqual([note]);
    expect(endsOf(await run(NOW + 600))).toEqual([]);
    // A cold start has forgotten it; the ledger has not.
    expect(endsOf(await container(ports)(NOW + 1200))).toEqual([]);
    expect(book.all()).toMatchObject({ ends: [[ID, note]] });
  });

  it.each([
    [
      'aerie was ending',
      { kind: 'retiring', since: NOW - 60, cause: { kind: 'told', words: 'x' } },
      undefined,
    ],
    ['aerie was not ending', JOINED, true],
  ] as const)('that somebody asked for, of a worker that %s, says so', async (_, state, askedByOther) => {
    const asked = { code: 'Client.UserInitiatedShutdown', message: 'User initiated shutdown' };
    const { ports, book } = sides({
      instances: [{ ...ended, reason: asked }],
      ledger: { workers: [inLedger(ID, state)] },
    });
    const [note] = endsOf(await container(ports)(NOW));
    expect(note?.askedByOther).toBe(askedByOther);
    expect(note && isByOthers(note)).toBe(askedByOther ?? false);
    expect(await book.ledger.workers.find(ID)).toBeUndefined();
  });

  it.each([
    ['Client.InstanceInitiatedShutdown', false],
    ['Client.InternalError', true],
    ['Server.SpotInstanceTermination', true],
  ])('for %s is brought about by others: %s', async (code, byOthers) => {
    const { ports } = sides({ instances: [{ ...ended, reason: { code, message: '' } }] });
    expect(endsOf(await container(ports)(NOW)).map(isByOthers)).toEqual([byOthers]);
  });

  it('is written once by one container, however long EC2 shows it', async () => {
    const { ports, book } = sides({ instances: [ended] });
    let writes = 0;
    const counting: AuditPorts['ledger']['ends'] = {
      ...book.ledger.ends,
      keep: (note) => {
        writes += 1;
        return book.ledger.ends.keep(note);
      },
    };
    const run = container({ ...ports, ledger: { ...book.ledger, ends: counting } });
    for (const minute of [0, 10, 20, 30]) {
      expect(endsOf(await run(NOW + 60 * minute))).toHaveLength(minute === 0 ? 1 : 0);
    }
    expect(writes).toBe(1);
  });

  it('that cannot be kept is tried again, and loses no other: the next report tells both', async () => {
    const { ports, book } = sides({ instances: [ended, { ...ended, instanceId: 'i-00000002' }] });
    let isDown = true;
    const failing: AuditPorts['ledger']['ends'] = {
      ...book.ledger.ends,
      keep: async (note) => {
        if (isDown && note.instanceId === ID) throw new Error('the table is gone');
        return book.ledger.ends.keep(note);
      },
    };
    const run = container({ ...ports, ledger: { ...book.ledger, ends: failing } });
    await expect(run(NOW)).rejects.toThrow('the table is gone');
    expect(book.all()).toMatchObject({ ends: [['i-00000002', { at: NOW }]] });
    isDown = false;
    const told = endsOf(await run(NOW + 600)).map(({ instanceId, at }) => [instanceId, at]);
    expect(told).toEqual([
      ['i-00000002', NOW],
      [ID, NOW + 600],
    ]);
    expect(endsOf(await run(NOW + 1200))).toEqual([]);
  });

  it('is kept again by a container that has not seen it for a while: it remembers no more than EC2 shows', async () => {
    const { ports, book, ec2 } = sides({ instances: [ended] });
    let writes = 0;
    const counting: AuditPorts['ledger']['ends'] = {
      ...book.ledger.ends,
      keep: (note) => {
        writes += 1;
        return book.ledger.ends.keep(note);
      },
    };
    const run = container({ ...ports, ledger: { ...book.ledger, ends: counting } });
    await run(NOW);
    ec2.instances.delete(ID);
    await run(NOW + 600);
    ec2.instances.set(ID, ended);
    expect(endsOf(await run(NOW + 1200))).toEqual([]);
    expect(writes).toBe(2);
  });

  it.each(['shutting-down', 'stopped', 'running'] as const)(
    'is none of an instance that is %s, though EC2 has a reason for that',
    async (state) => {
      const { run } = sides({ instances: [{ ...ended, state }] });
      expect(endsOf(await run(NOW))).toEqual([]);
    },
  );

  it('that EC2 gives no reason for, or of an instance without a fleet, is not kept', async () => {
    const { run } = sides({
      instances: [
        instance({ state: 'terminated' }),
        { ...ended, instanceId: 'i-00000002', tags: { 'aerie:stage': 'lab' } },
      ],
    });
    expect(endsOf(await run(NOW))).toEqual([]);
  });
});

describe('an audit whose function has little time left', () => {
  it('ends nothing; the next one does', async () => {
    const late = inLedger(ID, BOOTING, { launchedAt: NOW - 4000 });
    const { ports, ec2State } = sides({
      instances: [instance({ launchedAt: NOW - 4000 })],
      ledger: { workers: [late] },
    });
    await audit(ports)(NOW, () => NEEDED_SECONDS.terminate - 1);
    expect(ec2State()).toBe('running');
    await audit(ports)(NOW, () => NEEDED_SECONDS.terminate);
    expect(ec2State()).toBe('shutting-down');
  });
});
