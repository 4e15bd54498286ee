import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, type Recorded, recorded, toldBetween } from './recorded.ts';

/** The queue whose template is spoilt, and when; minutes. */
const SPOILT = 'RU_SINP';
const [FROM, TO] = [21, 80];

describe('a pool in which little is as it should be', () => {
  let run: Recorded;
  beforeAll(async () => {
    run = await recorded('odd-pool');
  });

  it('costs no job, and holds nobody but the queue whose submissions are refused', () => {
    const { ticksFailed: _, ...done } = EVERYTHING_DONE;
    expect(run.summary).toMatchObject(done);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
    const held = run.told.filter(({ kind }) => kind === 'hold');
    expect(new Set(held.map(({ of, whose }) => `${of} ${whose}`))).toEqual(new Set([`pilots ${SPOILT}`]));
  });

  it.each([
    'workers-small',
    'workers-boastful',
    'workers-elsewhere',
    'workers-contradictory',
    'workers-unreadable',
    'workers-unmatched',
    'workers-black-hole',
  ] as const)('is told: %s, once in a decision', (kind) => {
    const counts = run.told
      .filter(({ of }) => of === 'workers')
      .map(({ why }) => why.filter((one) => one.kind === kind).length);
    expect(new Set(counts)).toEqual(new Set([0, 1]));
  });

  it.each([
    ['PilotsUnshown', 'Queue'],
    ['WorkersDisbelieved', 'Fleet'],
    ['WorkersSmall', 'Fleet'],
    ['WorkersUnmatched', 'Fleet'],
    ['WorkersBlackHole', 'Fleet'],
  ] as const)('is measured: %s by %s', (name, by) => {
    const seen = run.data.filter((datum) => datum.name === name && datum.dimensions[by] !== undefined);
    expect(seen.some(({ value }) => value > 0)).toBe(true);
  });

  it('submits for all queues but the one whose template cannot be counted, and for that one when it can', () => {
    const submitted = (queue: string, from: number, to: number) =>
      toldBetween(run.told, from, to).filter((told) => told.whose === queue && told.kind === 'submit').length;
    const busiest = run.told.filter(({ kind }) => kind === 'submit').map(({ whose }) => whose);
    expect(new Set(busiest)).toEqual(new Set(['RU_KIAE', 'UK_RAL', SPOILT]));
    expect(submitted('RU_KIAE', FROM, TO)).toBeGreaterThan(0);
    expect(submitted(SPOILT, TO, 200)).toBeGreaterThan(0);
  });
});
