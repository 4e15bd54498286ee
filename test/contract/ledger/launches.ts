import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import type { LaunchRequest } from '../../../core/model/launch.ts';
import { inLedger, JOINED, NARROW, NOW, openLaunch } from '../../core/worlds.ts';
import { bring } from './bring.ts';

const ID = 'i-00000001';
const BOOTING = inLedger(ID, { kind: 'booting' });
const intent = (fence: number) => ({ ...openLaunch(2), intendedBy: fence });

export const launches = (book: () => Ledger): void => {
  const openNow = async () => (await book().view()).launches;

  describe('an intent', () => {
    it('is asked for by the fence that wrote it, once', async () => {
      await book().launches.open(intent(3));
      expect(await book().launches.ask(intent(2))).toBe(false);
      expect(await book().launches.ask(intent(3))).toBe(true);
      expect(await book().launches.ask(intent(3))).toBe(false);
      expect(await openNow()).toEqual([openLaunch(2)]);
    });

    it('is taken over by a later fence, and by no earlier one', async () => {
      await book().launches.open(intent(3));
      expect(await book().launches.open(intent(2))).toBe(false);
      expect(await book().launches.open(intent(4))).toBe(true);
      expect(await book().launches.ask(intent(3))).toBe(false);
      expect(await book().launches.ask(intent(4))).toBe(true);
    });

    it('that was asked for is nobody’s to take over or to take back', async () => {
      await book().launches.open(intent(3));
      await book().launches.ask(intent(3));
      expect(await book().launches.open(intent(4))).toBe(false);
      expect(await book().launches.withdraw(intent(3))).toBe(false);
      expect(await openNow()).toHaveLength(1);
    });

    it('that was not asked for can be taken back', async () => {
      await book().launches.open(intent(3));
      expect(await book().launches.withdraw(intent(4))).toBe(false);
      expect(await openNow()).toHaveLength(1);
      expect(await book().launches.withdraw(intent(3))).toBe(true);
      expect(await openNow()).toEqual([]);
    });
  });

  describe('a launch whose token EC2 has had', () => {
    it('keeps when EC2 first said so, until it is closed', async () => {
      const launch = openLaunch(3);
      await book().launches.open(launch);
      await book().launches.tokenKnown(launch, NOW);
      await book().launches.tokenKnown(launch, NOW + 60);
      expect((await book().view()).launches).toEqual([{ ...launch, tokenKnownAt: NOW }]);
      await book().launches.close(launch, [], 'empty', NOW + 120);
      await book().launches.tokenKnown(launch, NOW + 180);
      expect((await book().view()).launches).toEqual([]);
    });
  });

  describe('the last call for a launch that was not answered', () => {
    const open = { ...openLaunch(3), unansweredAt: NOW };

    it('is written down by the one that read the last, and by nobody else', async () => {
      await book().launches.open(open);
      expect(await book().launches.unanswered(open, NOW + 120)).toBe(true);
      expect(await book().launches.unanswered(open, NOW + 140)).toBe(false);
      expect(await openNow()).toEqual([{ ...open, unansweredAt: NOW + 120 }]);
    });

    it('is written down for a launch of a version that did not keep it', async () => {
      await book().launches.open(openLaunch(3));
      expect(await book().launches.unanswered(openLaunch(3), NOW + 120)).toBe(true);
      expect(await book().launches.unanswered(openLaunch(3), NOW + 140)).toBe(false);
      expect(await openNow()).toEqual([{ ...openLaunch(3), unansweredAt: NOW + 120 }]);
    });

    it('is nothing to a launch that is closed', async () => {
      await book().launches.open(open);
      await book().launches.close(open, [], 'empty', NOW + 60);
      expect(await book().launches.unanswered(open, NOW + 120)).toBe(false);
      expect(await openNow()).toEqual([]);
    });
  });

  describe('a launch', () => {
    it('that is opened again stays what it was', async () => {
      await book().launches.open(openLaunch(3));
      await book().launches.open({ ...openLaunch(3), offers: NARROW });
      expect((await book().view()).launches).toEqual([openLaunch(3)]);
    });

    it('keeps whether reservations go first', async () => {
      const { request, ...rest } = openLaunch(3);
      const first = { ...rest, request: { ...request, reservationsFirst: true } } as const;
      await book().launches.open(first);
      expect((await book().view()).launches).toEqual([first]);
    });

    it.each<Partial<LaunchRequest>>([
      { onlyQueue: 'BNL' },
      { width: 8 },
      { fleet: 'gpu' },
      { meantFor: '1 2000 10000 0', kept: true, firstWidth: 8 },
    ])('keeps whose it is: %o', async (whose) => {
      const { request, ...rest } = openLaunch(3);
      const launch = { ...rest, request: { ...request, ...whose } };
      await book().launches.open(launch);
      expect(await openNow()).toEqual([launch]);
    });

    it('that is closed leaves its workers', async () => {
      const launch = openLaunch(1, NOW - 300);
      expect(await book().launches.open(launch)).toBe(true);
      await bring(book(), BOOTING);
      expect(await book().view()).toMatchObject({ launches: [], workers: [BOOTING] });
    });

    it('that is closed is over: it cannot be opened again', async () => {
      await bring(book(), BOOTING);
      expect(await book().launches.open(openLaunch(1, NOW - 300))).toBe(false);
      expect((await book().view()).launches).toEqual([]);
    });

    it('that is closed again does not set its workers back', async () => {
      await bring(book(), BOOTING);
      await book().workers.change({ worker: BOOTING, to: JOINED }, NOW);
      await bring(book(), BOOTING);
      expect((await book().workers.find(ID))?.state).toEqual(JOINED);
    });

    it('of a canary is known as that when it is read again', async () => {
      const launch = { ...openLaunch(1), isCanary: true as const };
      await book().launches.open(launch);
      expect((await book().view()).launches).toEqual([launch]);
    });

    it('that is open is known of without reading what is alive', async () => {
      await bring(book(), BOOTING);
      expect(await book().launches.isAnyOpen()).toBe(false);
      await book().launches.open(openLaunch(3));
      expect(await book().launches.isAnyOpen()).toBe(true);
    });
  });
};
