import type { Ledger } from '../../core/ledger.ts';
import { type Lease, lease as leaseRecord } from '../../core/model/lease.ts';
import { nextLease } from '../../core/write/lease.ts';
import { leaseKey } from './items.ts';
import type { LedgerTable } from './table.ts';
import { mustRead } from './version.ts';

/** So often a lease is tried for while others take it in between. */
const TRIES = 3;

export const leasesIn = (table: LedgerTable): Ledger['leases'] => {
  const read = async (name: Lease['name']): Promise<Lease | undefined> => {
    const { pk, sk } = leaseKey(name);
    const item = await table.read(pk, sk);
    return item === undefined ? undefined : mustRead(leaseRecord, item);
  };
  const write = (lease: Lease, last: Lease | undefined): Promise<boolean> => {
    const item = { ...leaseKey(lease.name), ...lease };
    if (last === undefined) return table.putOnce(item);
    return table.put(item, {
      ConditionExpression: 'fence = :last',
      ExpressionAttributeValues: { ':last': last.fence },
    });
  };
  return {
    async take(wish) {
      for (let n = 0; n < TRIES; n += 1) {
        const last = await read(wish.name);
        const lease = nextLease(last, wish);
        if (lease.kind === 'refused' || (await write(lease, last))) return lease;
      }
      return { kind: 'refused', why: { kind: 'lease-contested' } };
    },
    holds: async (lease) => (await read(lease.name))?.fence === lease.fence,
    async release(lease) {
      await write({ ...lease, until: lease.at }, lease);
    },
  };
};
