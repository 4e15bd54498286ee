import { describe, expect, it } from 'vitest';
import { endpointAbout } from '../../core/model/about.ts';
import { poolView } from '../../core/model/pool.ts';
import { isComplete, type Pool } from './pool.ts';
import { QUEUES } from './subject.ts';

const NO_STARTS = Array.from({ length: 10 }, () => 0);

/** A pool in which nothing has happened yet. */
export const emptyPool = (pool: () => Pool): void => {
  describe('an empty pool', () => {
    it('is complete, without workers, and each queue that has a template is there without pilots', async () => {
      const view = await pool().viewUntil(isComplete, pool().within.answers);
      expect(view.workers).toEqual({ complete: true, workers: [], unreadable: [], unnamed: 0 });
      expect(view.pilots).toEqual({
        complete: true,
        unreadable: 0,
        queues: [...QUEUES]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, credentialExpiresAt }) => ({
            queue: name,
            shapes: [],
            recentStarts: NO_STARTS,
            ended: { count: 0, short: 0, shortSeconds: 300 },
            credentialExpiresAt,
          })),
      });
    });

    it('tells when its collector started, the same each time', async () => {
      const [first, second] = [await pool().view(), await pool().view()];
      expect(first.collectorStartedAt).toBeGreaterThan(0);
      expect(first.collectorStartedAt).toBeLessThanOrEqual(first.observedAt);
      expect(second.collectorStartedAt).toBe(first.collectorStartedAt);
      expect(second.observedAt).toBeGreaterThanOrEqual(first.observedAt);
    });

    it('is told packed to whoever takes gzip, and plain to everybody else', async () => {
      const packed = await pool().get('/v1/pool', { 'accept-encoding': 'gzip' });
      const plain = await pool().get('/v1/pool');
      expect(packed.headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': 'application/json; charset=utf-8',
      });
      expect(plain.headers).not.toHaveProperty('content-encoding');
      const [one, other] = [packed, plain].map(({ text }) => poolView.parse(JSON.parse(text)));
      expect(one?.pilots).toEqual(other?.pilots);
      expect(one?.workers).toEqual(other?.workers);
    });

    it('tells of itself what a stage is compared with: its clock, its HTCondor, whom it admits, its templates', async () => {
      const [before, told, after] = [await pool().view(), await pool().get('/v1/about'), await pool().view()];
      expect([told.status, told.headers['content-type']]).toEqual([
        200,
        expect.stringMatching(/^application\/json/),
      ]);
      const about = endpointAbout.parse(JSON.parse(told.text));
      expect(about).toMatchObject({ api: 1, condor: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } });
      expect(about.pool).not.toBe('');
      expect(about.sts.roles.length).toBeGreaterThan(0);
      expect(about.tokenSeconds).toBeGreaterThanOrEqual(300);
      expect(about.now).toBeGreaterThanOrEqual(before.observedAt);
      expect(after.observedAt).toBeGreaterThanOrEqual(about.now - pool().within.answers);
      expect(about.templates).toEqual(
        [...QUEUES]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, credentialExpiresAt }) => ({ queue: name, asks: {}, credentialExpiresAt })),
      );
    });

    it('tells that it lives to anybody', async () => {
      const { status, text } = await pool().get('/healthz', { authorization: '' });
      expect([status, JSON.parse(text)]).toEqual([200, { ok: true }]);
    });
  });
};
