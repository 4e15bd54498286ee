import { describe, expect, it } from 'vitest';
import { inLedger, JOINED } from '../../core/worlds.ts';
import { inJanuary, SPOT_WORKER } from './jobs.ts';

const shortOf = ({ jobs }: ReturnType<typeof inJanuary>) =>
  jobs.map(({ id, coreHours, dollars, isListed }) => [id.split('#')[1], coreHours, dollars, isListed]);

describe('what a finished job cost', () => {
  it('is its part of the machine for the time of its runs: at the fleet’s prices, or by the receipt', () => {
    expect(shortOf(inJanuary())).toEqual([
      ['12.0', 2, expect.closeTo((2 * 0.05) / 2, 9), false],
      ['16.0', 8, expect.closeTo((8 * 0.192) / 4, 9), true],
      ['13.0', 4, undefined, false],
    ]);
  });

  it('is by the receipt where the ledger keeps the machine no more, or knows it as another size', () => {
    const byReceipt = ['12.0', 2, expect.closeTo((2 * 0.096) / 2, 9), true];
    expect(shortOf(inJanuary([]))[0]).toEqual(byReceipt);
    const woken = { ...SPOT_WORKER, offer: { ...SPOT_WORKER.offer, flavour: 'm6i.xlarge' } };
    expect(shortOf(inJanuary([woken]))[0]).toEqual(byReceipt);
  });

  it('leaves out what ended in another month or ran elsewhere, and says how many', () => {
    expect([...inJanuary().leftOut]).toEqual([
      ['never-ran', 1],
      ['other-month', 1],
      ['elsewhere', 1],
    ]);
  });

  it('knows by the ledger what a job ran on whose slot told nothing but its instance', () => {
    const ad = {
      ...{ GlobalJobId: 'cm#1.0#1', JobStatus: 4, Owner: 'ada', JobStartDate: 1767528060 },
      ...{ CompletionDate: 1767531660, RemoteWallClockTime: 3600, RemoteUserCpu: 1, RemoteSysCpu: 0 },
      ...{ CpusProvisioned: 1, MachineAttrEC2InstanceId0: 'i-0bbbbbbbbbbbbbbb1' },
    };
    const worker = inLedger('i-0bbbbbbbbbbbbbbb1', JOINED, { cost: { dollarsPerHour: 0.5, endsBy: 0 } });
    const { jobs, leftOut } = inJanuary([worker], JSON.stringify([ad]));
    expect(leftOut.size).toBe(0);
    expect(jobs[0]).toMatchObject({
      ...{ fleet: 'default', dollars: 0.25, isListed: false },
      machine: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
    });
  });
});
