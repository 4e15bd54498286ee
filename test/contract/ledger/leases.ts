import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import type { Lease } from '../../../core/model/lease.ts';
import { NOW } from '../../core/worlds.ts';

const wish = (at = NOW) => ({ name: 'workers', at, viewedAt: at - 5 }) as const;

const taken = async (ledger: Ledger, at = NOW): Promise<Lease> => {
  const lease = await ledger.leases.take(wish(at));
  if (lease.kind === 'refused') throw new Error(lease.why.kind);
  return lease;
};

export const leases = (book: () => Ledger): void => {
  describe('the lease', () => {
    it('is held by the last who took it', async () => {
      const first = await taken(book());
      expect(await book().leases.holds(first)).toBe(true);
      const second = await taken(book());
      expect([await book().leases.holds(first), await book().leases.holds(second)]).toEqual([false, true]);
      await book().leases.release(first);
      expect((await book().leases.take(wish(NOW + 1))).kind).toBe('refused');
      await book().leases.release(second);
      expect(await book().leases.take(wish(NOW + 1))).toMatchObject({ kind: 'lease', fence: 3 });
    });

    it('has another fence for each who takes it at once', async () => {
      const fences = (await Promise.all([1, 2, 3].map(() => book().leases.take(wish())))).flatMap((lease) =>
        lease.kind === 'lease' ? [lease.fence] : [],
      );
      expect(fences.length).toBeGreaterThan(0);
      expect(new Set(fences).size).toBe(fences.length);
    });

    it('of the pilots is another one', async () => {
      await taken(book());
      expect(await book().leases.take({ ...wish(NOW + 1), name: 'pilots' })).toMatchObject({
        kind: 'lease',
        fence: 1,
      });
    });
  });
};
