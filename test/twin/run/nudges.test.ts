import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../../twin/run/run.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import type { Scenario } from '../../../twin/scenario/schema.ts';
import type { World } from '../../../twin/stage/world.ts';
import { openInProcess } from '../in-process/sandbox.ts';

/** Two hours of plain jobs that come when they like: how long each waited for a tick, and how many ticks there were. */
const played = async (change: Partial<Scenario>) => {
  const scenario = await readScenario(join(import.meta.dirname, '../../../twin/scenarios/burst.json'));
  const ticks: number[] = [];
  let pool: World['pool'] | undefined;
  await runScenario(
    { ...scenario, ...change },
    {
      seed: 1,
      hours: 1,
      async openSandbox(of, world, options) {
        const sandbox = await openInProcess(of, world, options);
        pool = world.pool;
        return {
          ...sandbox,
          invoke(name, event) {
            if (name === 'workers') ticks.push(world.clock.now);
            return sandbox.invoke(name, event);
          },
        };
      },
    },
  );
  // Before the first tick nobody has said where to.
  const [first = 0] = ticks;
  const jobs = [...(pool?.plain.values() ?? [])].filter(({ queuedAt }) => queuedAt >= first);
  const waits = jobs.map(
    ({ queuedAt }) => (ticks.find((at) => at >= queuedAt) ?? Number.POSITIVE_INFINITY) - queuedAt,
  );
  const gaps = ticks.slice(1).map((at, n) => at - (ticks[n] ?? 0));
  return {
    jobs: waits.length,
    ticks: ticks.length,
    mean: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    longest: Math.max(...waits),
    withinFive: waits.filter((wait) => wait <= 5).length / waits.length,
    shortestGap: Math.min(...gaps),
  };
};

describe('a job that comes between two ticks', () => {
  it('is known within 5 s with nudges, or 10 s where it comes after a nudge, and without when the next tick comes', async () => {
    const [nudged, still] = [await played({}), await played({ nudges: false })];
    expect(still.jobs).toBeGreaterThan(50);
    expect(nudged.jobs).toBe(still.jobs);
    expect(still.longest).toBeGreaterThan(15);
    expect(nudged.longest).toBeLessThanOrEqual(10);
    expect(nudged.withinFive).toBeGreaterThan(0.95);
    expect(nudged.mean).toBeLessThan(still.mean / 3);
  });

  it('is known as soon with a tick each minute, in fewer ticks, none of them within 5 s of another', async () => {
    const [seldom, often] = [await played({ tickSeconds: 60 }), await played({})];
    expect(seldom.longest).toBeLessThanOrEqual(10);
    expect(seldom.withinFive).toBeGreaterThan(0.95);
    expect(seldom.ticks).toBeLessThan(often.ticks);
    expect(Math.min(seldom.shortestGap, often.shortestGap)).toBeGreaterThanOrEqual(5);
  });
});
