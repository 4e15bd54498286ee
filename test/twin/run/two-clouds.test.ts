import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, type Recorded, recorded, toldBetween } from './recorded.ts';

/** Minutes between which `twin/scenarios/cloud-away.json` has an OpenStack that does not answer. */
const [FROM, TO] = [40, 100];

/** A cloud that did not answer is asked again after a minute, and a tick is some seconds late. */
const ASKED_AGAIN_MINUTES = 2;

const workersOf = ({ told }: Recorded, fleet: string) =>
  told.filter(({ of, whose }) => of === 'workers' && whose === fleet);

const launchesOf = (run: Recorded, fleet: string) =>
  workersOf(run, fleet).flatMap(({ why }) => why.filter(({ kind }) => kind === 'launch'));

/** Jobs of a queue that were done by each minute. */
const doneOf = ({ samples }: Recorded, queue: string) =>
  samples.map(({ queues }) => queues.find((of) => of.queue === queue)?.jobsDone ?? 0);

describe('a fleet on EC2 and one on an OpenStack', () => {
  let both: Recorded;
  let away: Recorded;
  beforeAll(async () => {
    both = await recorded('two-clouds');
    away = await recorded('cloud-away');
  });

  it('do the jobs of their queues, each with machines of its own cloud, and leave none', () => {
    expect(both.summary).toMatchObject({ ...EVERYTHING_DONE, ticksFailed: 0, holds: 0 });
    const flavours = (fleet: string) =>
      launchesOf(both, fleet).flatMap((why) => ('flavours' in why ? why.flavours : []));
    expect(new Set(flavours('site'))).toEqual(new Set(['g1.small']));
    expect(flavours('default').every((name) => /^[cmr]\d[a-z]*\./.test(String(name)))).toBe(true);
    expect(launchesOf(both, 'site').length).toBeGreaterThan(5);
  });

  it('hold alone while their cloud is away: every tick of that hour, and no other', () => {
    const holds = workersOf(away, 'site').filter(({ kind }) => kind === 'hold');
    expect(holds.length).toBeGreaterThan((TO - FROM) * 2);
    for (const { atSeconds, why } of holds) {
      expect(why).toMatchObject([{ kind: 'cloud-unknown', cloud: 'site' }]);
      expect(atSeconds / 60).toBeGreaterThanOrEqual(FROM);
      expect(atSeconds / 60).toBeLessThan(TO + ASKED_AGAIN_MINUTES);
    }
    const meanwhile = toldBetween(away.told, FROM, TO).filter(({ whose }) => whose === 'site');
    expect(meanwhile.filter(({ of, kind }) => of === 'workers' && kind === 'act')).toEqual([]);
  });

  it('go on as before when it is back, and lose no machine', () => {
    expect(away.summary).toMatchObject({ ...EVERYTHING_DONE, ticksFailed: 0, busyKilled: 0 });
    const after = workersOf(away, 'site').filter(({ atSeconds }) => atSeconds / 60 > TO);
    expect(after.some(({ kind }) => kind === 'act')).toBe(true);
  });

  it('leave the other one in peace: it never holds, and its jobs are done as if nothing had been', () => {
    expect(workersOf(away, 'default').filter(({ kind }) => kind === 'hold')).toEqual([]);
    const meanwhile = toldBetween(away.told, FROM, TO).filter(({ whose }) => whose === 'default');
    expect(meanwhile.some(({ of, kind }) => of === 'workers' && kind === 'act')).toBe(true);
    // They share a negotiator, whose cycles begin with what either asks for: seconds, and so a job or two.
    const [usual, then] = [doneOf(both, 'ON_EC2'), doneOf(away, 'ON_EC2')];
    const apart = usual.map((done, minute) => Math.abs(done - (then[minute] ?? done)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
  });
});
