import { describe, expect, it } from 'vitest';
import { eventsOf, momentOfLaunch, outcomesOf } from '../../../cli/page/events.ts';
import { coresPaidOver, countsOver, stepsOf } from '../../../cli/page/series.ts';
import type { Life } from '../../../cli/stage/lives.ts';
import type { Decision } from '../../../core/model/decision.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';

const QUEUE = { of: 'queue', name: 'Q' } as const;
const FLEET = { of: 'fleet', name: 'f' } as const;
const told = (at: number) => ({ at, counts: {}, why: [] });

const submit = (at: number, count: number): Decision => ({
  ...{ of: 'pilots', queue: 'Q', kind: 'submit', requestId: `r${at}`, count, viewedAt: at },
  shape: { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 },
  ...told(at),
});
const rest = (at: number): Decision => ({ of: 'pilots', queue: 'Q', kind: 'rest', ...told(at) });
const hold = (at: number, youngSeconds: number): Decision => ({
  ...{ of: 'pilots', queue: 'Q', kind: 'hold', ...told(at) },
  why: [{ kind: 'collector-young', youngSeconds } as never],
});
const launch = (at: number, count: number): Decision => ({
  ...{ of: 'workers', fleet: 'f', kind: 'act', retirements: [], ...told(at) },
  launches: [{ request: { count, overrides: [{ flavour: 'm6i.large' }] } } as never],
});
const worker = (launchId: string, flavour: string, zone: string, market: 'spot' | 'on-demand') =>
  ({ fleet: 'f', launchId, offer: { flavour, zone, market } }) as const;

describe('events', () => {
  it('join what was submitted in turns that follow each other', () => {
    const events = eventsOf(QUEUE, [submit(60, 3), submit(120, 5), rest(180), submit(240, 2)], new Map());
    expect(events.map(({ what, from, to, times }) => [what, from, to, times])).toEqual([
      ['submit 8', 60, 120, 2],
      ['submit 2', 240, 240, 1],
    ]);
  });

  it('say from when to when it held, and that it still does', () => {
    const events = eventsOf(QUEUE, [hold(60, 5), rest(360), hold(900, 7)], new Map());
    expect(events.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['hold', 60, 360],
      ['hold', 900, undefined],
    ]);
  });

  it('have what came of a launch beside it, of what type, where and in which market', () => {
    const workers = [
      worker('f.60.0', 'm6a.large', 'use1-az2', 'on-demand'),
      worker('f.60.0', 'm6a.large', 'use1-az2', 'on-demand'),
      worker('f.60.1', 'm6i.large', 'use1-az1', 'spot'),
      worker('f.120.0', 'm6i.large', 'use1-az1', 'spot'),
    ];
    const outcomes = outcomesOf('f', workers);
    const [first, second] = eventsOf(FLEET, [launch(60, 3), launch(180, 1)], outcomes);
    expect(first?.outcome).toBe('2 m6a.large in use1-az2; 1 m6i.large in use1-az1, spot');
    expect(second?.outcome).toBe('none yet');
  });

  it.each([
    ['default.1767225600.2', 1_767_225_600],
    ['a.b.1767225600.5.0', 1_767_225_600.5],
    ['odd', undefined],
  ])('know the moment of launch %s', (id, moment) => {
    expect(momentOfLaunch(id)).toBe(moment);
  });
});

const life = (launchedAt: number, goneAt: number | undefined, more: Partial<WorkerRecord> = {}): Life => ({
  record: { launchedAt, offers: { cpus: 2 }, state: { kind: 'booting' }, ...more } as WorkerRecord,
  goneAt,
});

describe('what was over time', () => {
  const steps = { from: 0, stepSeconds: 10, count: 6, to: 60 };

  it('has its steps at the same moments from look to look', () => {
    const [one, other] = [stepsOf(10_000, 3600), stepsOf(10_020, 3600)];
    expect([one.stepSeconds, one.from % 40, other.from - one.from]).toEqual([40, 0, 0]);
  });

  it('is the last count of each step, goes on for a while, and is not known after', () => {
    const points = [
      { at: 5, jobsReady: 1 },
      { at: 8, jobsReady: 2 },
      { at: 31, jobsReady: 7 },
    ];
    expect(countsOver(points, 'jobsReady', steps, 5)).toEqual([2, 2, null, 7, 7, null]);
    expect(countsOver(points, 'jobsReady', steps, 900)).toEqual([2, 2, 2, 7, 7, 7]);
  });

  it('counts cores of machines that are on at the end of each step, and not of those that sleep', () => {
    expect(coresPaidOver([life(-5, undefined)], steps)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(coresPaidOver([life(15, 35)], steps)).toEqual([0, 2, 2, 0, 0, 0]);
    expect(coresPaidOver([life(-5, undefined, { sleeps: [[12, 33]] })], steps)).toEqual([2, 0, 0, 2, 2, 2]);
    expect(coresPaidOver([life(-50, -20)], steps)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
