import { expect, it } from 'vitest';
import { startAndKill } from './start-and-kill.ts';
import { verdict } from './verdict.ts';

it('npm start, its functions killed at random, ends with every job done; npm run test:kills does it for ten minutes', async () => {
  const killed = await startAndKill({ minutes: 0.25, leastKills: 20, seed: 1 });
  expect(killed.stderr).toBe('');
  expect(verdict(killed).wrong).toEqual([]);
  expect(killed.kills).toBeGreaterThanOrEqual(20);
});

it('a run that leaves something undone is told apart', () => {
  const summary = {
    ...{ jobsArrived: 9, jobsDone: 8, workersLaunched: 3, workersAtEnd: 1, overCap: 0, busyKilled: 0 },
    ...{ deadLetters: 0, ticks: 99, ticksFailed: 0, simulatedHours: 1 },
  };
  const of = (code: number) =>
    verdict({ kills: 1, code, stdout: JSON.stringify(summary), stderr: 'why' }).wrong;
  expect(of(0)).toEqual(['every job is done', 'no worker is left', 'some ticks were killed in their midst']);
  expect(of(1)).toEqual(['npm start ended with exit code 1']);
});
