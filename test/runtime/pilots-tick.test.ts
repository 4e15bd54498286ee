import { describe, expect, it } from 'vitest';
import { whose } from '../../core/model/decision.ts';
import type { PandaJobs } from '../../core/model/panda.ts';
import type { RemoveRequest, SubmitRequest } from '../../core/model/pool.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { NEEDED_SECONDS } from '../../runtime/run/time-left.ts';
import { fleet, NARROW, NOW, pilots, poolView, queue } from '../core/worlds.ts';
import { type Outside, outside } from './ports.ts';

const THREE: Outside = {
  queues: [queue({}, 'A'), queue({}, 'B'), queue({ cpus: 'many' }, 'X')],
  jobs: { A: { SCORE: { managed: { activated: 5 } } }, X: { SCORE: { managed: { activated: 9 } } } },
  view: poolView([pilots({ idle: 4 }, { queue: 'B' })]),
};

describe('a tick of the pilots', () => {
  it('submits, removes and holds, each for its queue, and tells every one', async () => {
    const world = outside(THREE);
    const decisions = await pilotsTick(world.ports)(NOW);
    expect(decisions.map((decision) => `${whose(decision)} ${decision.kind}`)).toEqual([
      'A submit',
      'B remove',
      'X hold',
    ]);
    expect([...world.pool.submitted]).toEqual([[`A.${NOW}`, 5]]);
    expect([...world.pool.idle]).toEqual([['B', 0]]);
    expect(world.told).toEqual(decisions);
  });

  it('serves each of very many queues in its turn, though time is short and all always want more', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `Q${String(n).padStart(3, '0')}`);
    const jobs = Object.fromEntries(names.map((name) => [name, { SCORE: { managed: { activated: 900 } } }]));
    const served = new Set<string>();
    for (let minute = 0; minute < 30; minute += 1) {
      const world = outside({ queues: names.map((name) => queue({}, name)), jobs });
      let left = NEEDED_SECONDS.order + 9;
      const submit: typeof world.ports.pilots.submit = async (request) => {
        left -= 1;
        served.add(request.queue);
        return world.ports.pilots.submit(request);
      };
      const pilots = { ...world.ports.pilots, submit };
      await pilotsTick({ ...world.ports, pilots })(NOW + 60 * minute, () => left);
    }
    expect(served.size).toBe(120);
  });

  it('remembers what it submitted, for as long as the pool cannot show it', async () => {
    const world = outside(THREE);
    await pilotsTick(world.ports)(NOW);
    expect((await world.ports.ledger.view()).submissions.A).toEqual([
      {
        ...{ requestId: `A.${NOW}`, queue: 'A', count: 5, shape: NARROW, viewedAt: NOW, at: NOW },
        ...{ fleet: 'default', wallSeconds: 259_200 },
      },
    ]);
  });

  it('has fleet and longest run ride on what it submits, as the queue says', async () => {
    const settings = { fleet: 'gpu', 'pilot-wall-seconds': '7200' };
    const world = outside({ ...THREE, queues: [queue(settings, 'A')], fleets: [fleet(), fleet({}, 'gpu')] });
    const asked: SubmitRequest[] = [];
    const submit: typeof world.ports.pilots.submit = async (request) => {
      asked.push(request);
      return world.ports.pilots.submit(request);
    };
    await pilotsTick({ ...world.ports, pilots: { ...world.ports.pilots, submit } })(NOW);
    const riding = { fleet: 'gpu', wallSeconds: 7200 };
    expect(asked).toEqual([{ requestId: `A.${NOW}`, queue: 'A', count: 5, shape: NARROW, ...riding }]);
    expect((await world.ports.ledger.view()).submissions.A).toMatchObject([riding]);
  });

  it('removes pilots that wait for a fleet which is gone, and no others', async () => {
    const world = outside({
      queues: [queue({}, 'A')],
      jobs: { A: { SCORE: { managed: { activated: 9 } } } },
      view: poolView([
        pilots(
          [
            { idle: 3, fleet: 'gone' },
            { idle: 4, fleet: 'default' },
          ],
          { queue: 'A' },
        ),
      ]),
    });
    const asked: RemoveRequest[] = [];
    const remove: typeof world.ports.pilots.remove = async (request) => {
      asked.push(request);
      return request.count;
    };
    const decisions = await pilotsTick({ ...world.ports, pilots: { ...world.ports.pilots, remove } })(NOW);
    expect(decisions).toMatchObject([
      { kind: 'remove', why: [{ kind: 'pilots-of-no-fleet', fleet: 'gone' }] },
    ]);
    expect(asked).toEqual([{ queue: 'A', count: 3, leave: 0, fleet: 'gone' }]);
    expect((await world.ports.ledger.view()).submissions.A).toMatchObject([{ count: 0, removal: true }]);
  });

  it('says no fleet where it removes whichever wait', async () => {
    const world = outside(THREE);
    const asked: RemoveRequest[] = [];
    const remove: typeof world.ports.pilots.remove = async (request) => {
      asked.push(request);
      return request.count;
    };
    await pilotsTick({ ...world.ports, pilots: { ...world.ports.pilots, remove } })(NOW);
    expect(asked).toEqual([{ queue: 'B', count: 4, leave: 0 }]);
  });

  it('remembers that it removed some, so that they are not missed', async () => {
    const world = outside(THREE);
    await pilotsTick(world.ports)(NOW);
    expect((await world.ports.ledger.view()).submissions.B).toMatchObject([{ count: 0, removal: true }]);
    expect((await world.ports.ledger.view()).pilotsEver.B).toBe(0);
  });

  it('leaves what its function may have no time for to the next one', async () => {
    const world = outside(THREE);
    const told = await pilotsTick(world.ports)(NOW, () => NEEDED_SECONDS.order - 1);
    expect(told.map((decision) => `${whose(decision)} ${decision.kind}`)).toEqual(['X hold']);
    expect(world.told).toEqual(told);
    expect([world.pool.submitted.size, [...world.pool.idle]]).toEqual([0, [['B', 4]]]);
    expect((await world.ports.ledger.view()).submissions).toEqual({});
    await pilotsTick(world.ports)(NOW + 60, () => NEEDED_SECONDS.order);
    expect([...world.pool.submitted]).toEqual([[`A.${NOW + 60}`, 5]]);
  });

  it.each([
    ['again', 1],
    ['at the same time in two containers', 2],
  ])('submits once when it comes %s', async (_, containers) => {
    const world = outside(THREE);
    const ticks = Array.from({ length: containers }, () => pilotsTick(world.ports));
    await Promise.all(ticks.map((tick) => tick(NOW)));
    for (const tick of ticks) await tick(NOW);
    expect([...world.pool.submitted]).toEqual([[`A.${NOW}`, 5]]);
  });

  it('carries out what was first written down, whatever it would decide now', async () => {
    const world = outside(THREE);
    await pilotsTick(world.ports)(NOW);
    const later = { ...world.ports, panda: { ...world.ports.panda, jobs: async () => unknown('down') } };
    expect(await pilotsTick(later)(NOW)).toMatchObject([{ kind: 'submit', count: 5 }, {}, {}]);
    expect(world.pool.submitted.get(`A.${NOW}`)).toBe(5);
  });

  it('lets no queue suffer from what another one meets', async () => {
    const queues = [queue({}, 'A'), queue({}, 'B')];
    const jobs = { A: { SCORE: { managed: { activated: 5 } } }, B: { SCORE: { managed: { activated: 3 } } } };
    const world = outside({ queues, jobs });
    const tick = pilotsTick({
      ...world.ports,
      pilots: {
        ...world.ports.pilots,
        submit: async (request) => {
          if (request.queue === 'A') throw new Error('no template for queue A');
          return world.ports.pilots.submit(request);
        },
      },
    });
    await expect(tick(NOW)).rejects.toThrow('no template for queue A');
    expect([...world.pool.submitted.keys()]).toEqual([`B.${NOW}`]);
  });

  it('does nothing without facts', async () => {
    const world = outside(THREE);
    const tick = pilotsTick({ ...world.ports, pool: { view: async () => unknown('refused') } });
    expect((await tick(NOW)).map(({ kind }) => kind)).toEqual(['hold', 'hold', 'hold']);
    expect(world.pool.submitted.size).toBe(0);
    expect([...world.pool.idle]).toEqual([['B', 4]]);
  });
});

describe('counts that PanDA may have added up twice', () => {
  const asked = async (answers: readonly (number | string)[]) => {
    const world = outside({ queues: [queue({ chain: 'Ready' }, 'A')] });
    const left = [15, ...answers];
    let asks = 0;
    const tick = pilotsTick({
      ...world.ports,
      panda: {
        ...world.ports.panda,
        async jobs(now) {
          asks += 1;
          const activated = left.shift();
          if (typeof activated === 'string') return unknown(activated);
          return known({ A: { SCORE: { managed: { activated: activated ?? 0, assigned: 1 } } } }, now);
        },
      },
    });
    await tick(NOW);
    const [decision] = await tick(NOW + 60);
    const count = decision?.kind === 'submit' ? decision.count : undefined;
    return { kind: decision?.kind, why: decision?.why, count, asks: asks - 1 };
  };

  it.each([
    ['15 again after 30', [30, 15], { count: 15, asks: 2 }],
    ['17 after 45', [45, 17], { count: 17, asks: 2 }],
    ['30 twice: jobs have come', [30, 30], { count: 30, asks: 2 }],
    ['45 after 30: both are too many', [30, 45], { count: 30, asks: 2 }],
    ['31, which cannot be', [31, 99], { count: 31, asks: 1 }],
  ])('are asked for once more: %s', async (_, answers, expected) => {
    expect(await asked(answers)).toMatchObject({ kind: 'submit', ...expected });
  });

  it('are not known if the second answer fails', async () => {
    expect(await asked([30, 'HTTP 503'])).toMatchObject({
      kind: 'hold',
      why: [{ kind: 'source-unknown', source: 'panda', words: 'HTTP 503' }],
    });
  });
});

describe("PanDA's last counts", () => {
  const running = (count: number) => ({ CERN: { SCORE: { managed: { running: count } } } });
  const kinds = async (moments: readonly (readonly [number, number])[]) => {
    const world = outside({ queues: [queue({}, 'A')] });
    let jobs = running(0);
    const tick = pilotsTick({
      ...world.ports,
      panda: { ...world.ports.panda, jobs: async (now) => ({ kind: 'known', observedAt: now, value: jobs }) },
    });
    const seen: string[] = [];
    for (const [at, count] of moments) {
      jobs = running(count);
      seen.push((await tick(at))[0]?.kind ?? 'none');
    }
    return seen;
  };

  it('are a measure for those of the next minutes', async () => {
    expect(
      await kinds([
        [NOW, 1000],
        [NOW + 60, 2000],
      ]),
    ).toEqual(['rest', 'hold']);
  });

  it('are none, for another process too, if one of the sites could not be read', async () => {
    const world = outside({ queues: [queue({}, 'A')] });
    const BNL = { SCORE: { managed: { running: 1000 } } };
    const decided = async (at: number, CERN: PandaJobs[string]) => {
      const tick = pilotsTick({
        ...world.ports,
        panda: { ...world.ports.panda, jobs: async (now) => known({ BNL, CERN }, now) },
      });
      return (await tick(at))[0]?.kind;
    };
    expect(await decided(NOW, 'data.CERN: expected record, received null')).toBe('rest');
    expect(await decided(NOW + 60, { SCORE: { managed: { running: 5000 } } })).toBe('rest');
    expect(await decided(NOW + 120, { SCORE: { managed: { running: 50_000 } } })).toBe('hold');
  });

  it('are none when they could not be true themselves', async () => {
    const moments = [0, 60, 120, 601].map((age) => [NOW + age, age === 0 ? 1000 : 2000] as const);
    expect(await kinds(moments)).toEqual(['rest', 'hold', 'hold', 'rest']);
  });

  it('are none for those of a later time', async () => {
    expect(
      await kinds([
        [NOW, 1000],
        [NOW + 601, 2000],
      ]),
    ).toEqual(['rest', 'rest']);
  });
});
