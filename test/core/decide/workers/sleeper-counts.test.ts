import { describe, expect, it } from 'vitest';
import type { WorkerRecord } from '../../../../core/model/worker.ts';
import { keepSeconds } from '../../../../core/observe/keep-asleep.ts';
import { planWorkers } from '../../planning.ts';
import { fleetSettings, type Given, inLedger, NOW, only, workerWorld } from '../../worlds.ts';

const asleep = (id: string, seconds: number, given: Partial<WorkerRecord> = {}) =>
  inLedger(id, { kind: 'asleep', since: NOW - seconds }, { launchedAt: NOW - 20_000, ...given });
const KEPT =
  keepSeconds(asleep('i-1', 0), fleetSettings(), () => undefined, { cores: 2, wakes: 0, sleptSeconds: 0 }) ??
  0;

const counts = (given: Given) => {
  const { workersAsleep, workersWaking, workersOverslept, dollarsPerHourAsleep } = only(
    planWorkers(workerWorld(given)),
  ).counts;
  return { workersAsleep, workersWaking, workersOverslept, dollarsPerHourAsleep };
};

describe('what of a fleet sleeps and wakes', () => {
  it('is counted, with what its disks cost', () => {
    const waking = inLedger('i-3', { kind: 'waking', since: NOW - 20 });
    expect(counts({ workers: [asleep('i-1', 60), asleep('i-2', 60), waking] })).toEqual({
      workersAsleep: 2,
      workersWaking: 1,
      workersOverslept: undefined,
      dollarsPerHourAsleep: expect.closeTo((2 * 100 * 0.08) / 730, 9),
    });
  });

  it('is not counted where nothing does', () => {
    expect(Object.values(counts({})).filter((count) => count !== undefined)).toEqual([]);
  });
});

describe('a sleeper that has overslept', () => {
  const LIFE = { 'max-life-seconds': '20000', 'pilot-wall-seconds': '3600' };

  it.each<readonly [string, Given, number | undefined]>([
    ['is one whose time was over half an hour ago', { workers: [asleep('i-1', KEPT + 1801)] }, 1],
    [
      'is one though its wakes were refused meanwhile',
      { workers: [asleep('i-1', 100, { sleeps: [[NOW - KEPT - 1801, NOW - 100]] })] },
      1,
    ],
    ['is none before', { workers: [asleep('i-1', KEPT + 1799)] }, undefined],
    [
      'is one whose life was over then, however short it has slept',
      { workers: [asleep('i-1', 60, { launchedAt: NOW - 21_801 })], knobs: LIFE },
      1,
    ],
    [
      'is none that an operator protects',
      { workers: [asleep('i-1', KEPT + 9_000, { isProtected: true })] },
      undefined,
    ],
  ])('%s', (_, given, count) => expect(counts(given).workersOverslept).toBe(count));
});
