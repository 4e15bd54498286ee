import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import { cooling, inLedger, JOINED, NOW, openLaunch, submission } from '../../core/worlds.ts';
import { bring } from './bring.ts';

const ID = 'i-00000001';
const BOOTING = inLedger(ID, { kind: 'booting' });

export const remembered = (book: () => Ledger): void => {
  describe('the view', () => {
    it('of an empty ledger is empty', async () => {
      expect(await book().view()).toEqual({
        launches: [],
        workers: [],
        submissions: {},
        cooling: [],
        pilotsEver: {},
      });
    });

    it('is everything that is alive, as it was written', async () => {
      const launch = openLaunch(3);
      await book().launches.open(launch);
      await bring(book(), BOOTING, inLedger('i-00000002', JOINED));
      await book().learned.cool([cooling('m6i.large', 'us-east-1a')]);
      await book().submissions.add(submission(5, NOW));
      await book().launches.open(launch);
      expect(await book().view()).toEqual({
        launches: [launch],
        workers: [BOOTING, inLedger('i-00000002', JOINED)],
        submissions: { BNL: [submission(5, NOW)] },
        cooling: [cooling('m6i.large', 'us-east-1a')],
        pilotsEver: { BNL: 5 },
      });
    });

    it('keeps what a refusal was about, and which offers are on trial', async () => {
      const refused = cooling('m6i.large', 'us-east-1a', { class: 'unsupported' });
      const suspect = cooling('m6i.large', 'us-east-1b', { class: 'configuration', halvings: 2 });
      const launch = { ...openLaunch(3), halvings: 2 };
      await book().launches.open(launch);
      await book().learned.cool([refused, suspect]);
      expect(await book().view()).toMatchObject({ cooling: [refused, suspect], launches: [launch] });
    });
  });

  describe('submissions', () => {
    it('are counted once each, and remembered while the pool may not show them', async () => {
      for (const at of [NOW - 1000, NOW - 60, NOW, NOW]) await book().submissions.add(submission(5, at));
      expect(await book().view()).toMatchObject({
        submissions: { BNL: [submission(5, NOW - 60), submission(5, NOW)] },
        pilotsEver: { BNL: 15 },
      });
    });

    it('keep what rides on their pilots', async () => {
      const riding = { ...submission(5, NOW), fleet: 'gpu', wallSeconds: 7200 };
      await book().submissions.add(riding);
      expect((await book().view()).submissions).toEqual({ BNL: [riding] });
      expect((await book().viewForPilots()).submissions).toEqual({ BNL: [riding] });
    });

    it('of two who write at once are not lost unseen: one is refused, and comes again', async () => {
      await book().submissions.add(submission(1, NOW - 60));
      const both = [submission(2, NOW), submission(4, NOW + 1)];
      const outcomes = await Promise.allSettled(both.map((record) => book().submissions.add(record)));
      const refused = both.filter((_, index) => outcomes[index]?.status === 'rejected');
      for (const record of refused) await book().submissions.add(record);
      expect((await book().view()).pilotsEver).toEqual({ BNL: 7 });
    });
  });

  describe('a refused offer', () => {
    it('stays refused when a launch from before it finds it clear, and is clear where it was a suspect', async () => {
      const refused = cooling('m6i.large', 'us-east-1a', { until: NOW + 600 });
      const suspect = cooling('m6i.large', 'us-east-1b', { until: NOW + 900, halvings: 1 });
      await book().learned.cool([refused, suspect]);
      await book().learned.cool(
        [refused, suspect].map(({ offer }) => ({ offer, until: NOW, why: 'EC2 took it' })),
      );
      const { cooling: known } = await book().view();
      expect(known.map(({ offer, until }) => [offer.zone, until])).toEqual([
        ['us-east-1a', NOW + 600],
        ['us-east-1b', NOW],
      ]);
    });

    it('cools as long as it was last refused', async () => {
      await book().learned.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 100.5 })]);
      await book().learned.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 300.5 })]);
      expect((await book().view()).cooling.map(({ until }) => until)).toEqual([NOW + 300.5]);
    });
  });

  describe('what is remembered', () => {
    it('is part of the view, and replaced as a whole', async () => {
      const pace = { most: 5, notBefore: NOW, waitSeconds: 60 };
      const boots = {
        kind: 'template lt-1 version 2 image ami-1',
        template: { id: 'lt-1', version: '2', imageId: 'ami-1' },
        boots: [{ instanceId: ID, launchedAt: NOW, joined: true }],
      };
      const joins = {
        template: boots.template,
        flavour: 'm6i.large',
        took: [180, null],
        launchedAt: NOW,
      };
      await book().learned.pace({ ...pace, most: 9 });
      await book().learned.pace(pace);
      await book().learned.boots(boots);
      await book().learned.joins({ ...joins, took: [180] });
      await book().learned.joins(joins);
      const wakes = { ...joins, woken: true, took: [35] } as const;
      await book().learned.joins(wakes);
      const view = await book().view();
      expect(view).toMatchObject({ pace, boots: [boots] });
      expect(view.joins).toEqual([joins, wakes]);
      await book().learned.pace(undefined);
      expect((await book().view()).pace).toBeUndefined();
    });

    it('of the audit is kept from the first time on', async () => {
      const mark = { name: 'lost-worker', subject: ID, firstSeenAt: NOW } as const;
      await book().marks.add(mark);
      await book().marks.add({ ...mark, firstSeenAt: NOW + 60 });
      expect(await book().marks.all()).toEqual([mark]);
      await book().marks.remove(mark);
      expect(await book().marks.all()).toEqual([]);
    });

    it('of a console is kept with the past of its fleet', async () => {
      await book().ends.keepConsole({
        worker: inLedger(ID, { kind: 'booting' }),
        at: NOW,
        text: 'boot failed',
      });
      expect((await book().view()).workers).toEqual([]);
    });
  });
};
