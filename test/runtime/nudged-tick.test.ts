import { describe, expect, it } from 'vitest';
import type { PandaJobs } from '../../core/model/panda.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Panda } from '../../core/ports.ts';
import { NO_END } from '../../runtime/run/time-left.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { NOW, pilots, poolView } from '../core/worlds.ts';
import { apart } from './launching.ts';
import { outside } from './ports.ts';

const GROWING = apart({ A: 5 }, { 'max-workers': '3', flavours: 'm6i.large' });

describe('a nudged tick', () => {
  it('does what a tick does', async () => {
    const world = outside(GROWING);
    await workersTick(world.ports)(NOW + 7, NO_END, true);
    expect(world.ec2.instances.size).toBe(3);
  });

  it('leaves it to the tick that is at work, and says nothing', async () => {
    const world = outside(GROWING);
    const { ledger } = world.ports;
    await workersTick({
      ...world.ports,
      ledger: { ...ledger, leases: { ...ledger.leases, release: async () => {} } },
    })(NOW);
    const [before, told] = [world.state(), world.told.length];
    expect(await workersTick(world.ports)(NOW + 7, NO_END, true)).toEqual([]);
    expect(world.state()).toEqual(before);
    expect(world.told).toHaveLength(told);
    // One that comes by itself says that it holds.
    expect(await workersTick(world.ports)(NOW + 20)).toMatchObject([
      { kind: 'hold', why: [{ kind: 'lease-held' }] },
    ]);
  });

  it('that was there before a late tick of an earlier moment leaves nothing to do for it: no hold', async () => {
    const world = outside(GROWING);
    await workersTick(world.ports)(NOW + 31, NO_END, true);
    const [before, told] = [world.state(), world.told.length];
    expect(await workersTick(world.ports)(NOW + 20)).toEqual([]);
    expect(world.state()).toEqual(before);
    expect(world.told).toHaveLength(told);
  });

  it('of the moment of another tick does what that one has decided, once', async () => {
    const world = outside(GROWING);
    await workersTick(world.ports)(NOW);
    await workersTick(world.ports)(NOW, NO_END, true);
    expect(world.ec2.instances.size).toBe(3);
  });
});

describe('what is asked of PanDA', () => {
  /** A stage whose PanDA counts how often it is asked. */
  const asking = () => {
    const world = outside(GROWING);
    let asked = 0;
    let idle = 5;
    let clock = NOW;
    const jobs: PandaJobs = { A: { SCORE: { managed: { activated: 5 } } } };
    const panda: Panda = {
      ...world.ports.panda,
      async jobs(now) {
        asked += 1;
        return known(jobs, now);
      },
    };
    const pool = {
      view: async () =>
        known({ ...poolView([pilots({ idle, fleet: 'A' }, { queue: 'A' })]), observedAt: clock }, clock),
    };
    const tick = workersTick({ ...world.ports, panda, pool });
    return {
      async at(seconds: number, isNudged: boolean, pilotsIdle = idle) {
        idle = pilotsIdle;
        clock = NOW + seconds;
        asked = 0;
        await tick(clock, NO_END, isNudged);
        return asked;
      },
    };
  };

  it('is nothing, seconds after a tick that has asked, where no queue has more idle pilots', async () => {
    const world = asking();
    expect(await world.at(0, false)).toBe(1);
    expect(await world.at(7, true)).toBe(0);
    expect(await world.at(12, true, 4)).toBe(0);
  });

  it('is how many jobs there are, where pilots have come: they have jobs that were not counted yet', async () => {
    const world = asking();
    await world.at(0, false);
    expect(await world.at(7, true, 6)).toBe(1);
    expect(await world.at(13, true)).toBe(0);
  });

  it('is the same as ever of a tick that comes by itself, and of one that follows none', async () => {
    const world = asking();
    expect(await world.at(0, true)).toBe(1);
    expect(await world.at(20, false)).toBe(1);
    expect(await world.at(40, false)).toBe(1);
  });
});
