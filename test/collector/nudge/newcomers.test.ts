import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condor } from '../../../collector/condor/condor.ts';
import { LOOK_SECONDS, type Newcomers, newcomers } from '../../../collector/nudge/newcomers.ts';
import { CYCLE_DELAY_SECONDS } from '../../../twin/stage/world.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';
import { type FakeCondor, fakeCondor } from '../fake-condor.ts';

const A = 'i-0000000000000000a';
const B = 'i-0000000000000000b';
const row = (id: string, startedAt: number, isWell = 'true') =>
  `${JSON.stringify(id)}\t${startedAt}\t${isWell}\n`;

const shape = { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 };
const likeJobs = { shape, fleet: 'default', running: 1, held: 1 };
const viewOf = (pilotsIdle: number, plainIdle: number): Parameters<Newcomers['seen']>[0] => ({
  pilots: {
    complete: true,
    queues: [
      {
        queue: 'Q',
        shapes: [
          { ...likeJobs, idle: 0 },
          { ...likeJobs, idle: pilotsIdle },
        ],
        recentStarts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ended: { count: 0, short: 0, shortSeconds: 180 },
      },
    ],
  },
  jobs: {
    complete: true,
    fleets: [{ fleet: 'default', shapes: [{ ...likeJobs, idle: plainIdle, waitingSince: [] }] }],
  },
});
const NOTHING = viewOf(0, 0);
const WAITING = viewOf(1, 0);
const PLAIN_WAITING = viewOf(0, 1);

let tools: FakeCondor;
beforeEach(() => {
  tools = fakeCondor();
});
afterEach(() => tools.remove());

/** Newcomers on a clock that goes as it is told: each look is over before the next moment. */
const waitingRoom = ({ lookSeconds = 0 } = {}) => {
  let now = 1_000_000;
  let due: { readonly at: number; readonly act: () => void } | undefined;
  const running: Promise<unknown>[] = [];
  const run = condor({ directories: [tools.directory], seconds: 5, outputBytes: 1e6, environment: {} });
  const room = newcomers({
    condor(tool, args, options) {
      const answer = run(tool, args, options);
      if (tool === 'condor_status') now += lookSeconds;
      running.push(answer);
      return answer;
    },
    elapsed: () => now,
    later(seconds, act) {
      expect(due).toBeUndefined();
      due = { at: now + seconds, act };
    },
  });
  const settle = async () => {
    for (let seen = -1; seen !== running.length; ) {
      seen = running.length;
      await Promise.all(running);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    room,
    isWaiting: () => due !== undefined,
    async pass(seconds: number) {
      const until = now + seconds;
      while (due !== undefined && due.at <= until) {
        const { at, act } = due;
        now = at;
        due = undefined;
        act();
        await settle();
      }
      now = until;
    },
  };
};
const looks = () => tools.calls('condor_status');
const asked = () => tools.calls('condor_reschedule');

describe('workers that have just come into the collector', () => {
  it('make the negotiator hear of them, all that have come together once', async () => {
    const { room, pass } = waitingRoom();
    room.seen(WAITING);
    await pass(LOOK_SECONDS);
    expect(asked()).toEqual([]);
    tools.answers('condor_status', { stdout: row(A, 1_000) + row(B, 1_000) });
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
    await pass(10 * LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
  });

  it('are new again when they have slept, and when they have become well', async () => {
    const { room, pass } = waitingRoom();
    room.seen(WAITING);
    for (const [rows, times] of [
      [row(A, 1_000), 1],
      ['', 1],
      [row(A, 5_000, 'undefined'), 2],
      [row(A, 5_000), 3],
    ] as const) {
      tools.answers('condor_status', { stdout: rows });
      await pass(LOOK_SECONDS);
      expect(asked()).toHaveLength(times);
    }
  });

  it('are looked for while jobs wait for them, each two seconds, and not after', async () => {
    const { room, pass, isWaiting } = waitingRoom();
    expect(isWaiting()).toBe(false);
    for (const view of [NOTHING, { pilots: NOTHING.pilots }]) room.seen(view);
    expect(isWaiting()).toBe(false);
    room.seen(WAITING);
    await pass(10);
    expect(looks()).toHaveLength(5);
    room.seen(WAITING);
    await pass(10);
    expect(looks()).toHaveLength(10);
    await pass(1_000);
    const all = looks().length;
    expect(all).toBe(65);
    expect(isWaiting()).toBe(false);
    room.seen(PLAIN_WAITING);
    await pass(LOOK_SECONDS);
    expect(looks()).toHaveLength(all + 1);
  });

  it.each([
    [0.1, 2],
    [0.2, 4],
    [3, 10],
  ])('are looked for less often where a look takes its time: %d s', async (lookSeconds, restSeconds) => {
    const { room, pass } = waitingRoom({ lookSeconds });
    room.seen(WAITING);
    await pass(LOOK_SECONDS + 3 * (restSeconds + lookSeconds));
    expect(looks()).toHaveLength(4);
  });

  it('are looked for again after a look that failed, and after one that threw', async () => {
    const { room, pass } = waitingRoom();
    tools.answers('condor_status', { stderr: 'communication error', status: 1 });
    room.seen(WAITING);
    await pass(10);
    tools.answers('condor_status', { stdout: row(A, 1_000) });
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
    tools.answers('condor_status', { stderr: 'communication error', status: 1 });
    await pass(10);
    tools.answers('condor_status', { stdout: row(A, 1_000) });
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);

    let looked = 0;
    const acts: (() => void)[] = [];
    const throwing = newcomers({
      condor: () => {
        looked += 1;
        return Promise.reject(new Error('no'));
      },
      elapsed: () => 0,
      later: (_, act) => acts.push(act),
    });
    throwing.seen(WAITING);
    for (const turn of [1, 2]) {
      acts.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect([looked, acts.length]).toEqual([turn, 1]);
    }
  });

  it('cost nothing more where the negotiator cannot be asked', async () => {
    const { room, pass } = waitingRoom();
    tools.answers('condor_status', { stdout: row(A, 1_000) });
    tools.answers('condor_reschedule', { stderr: "Can't find address of local schedd", status: 1 });
    room.seen(WAITING);
    await pass(10);
    expect(asked()).toHaveLength(1);
  });
});

it.each<[string, Ad, number]>([
  ['a worker that has just come', {}, 1],
  ['one that does not say yet that it is well', { NODE_HEALTHY: '' }, 1],
  ['one that is not well', { NODE_HEALTHY: 'false' }, 0],
  ['one that has been there for five minutes', { MyCurrentTime: '1300' }, 0],
  ['one that comes almost as late', { MyCurrentTime: '1299' }, 1],
  ['a child of a worker', { SlotType: '"Dynamic"' }, 0],
  ["a machine of the pool's own", { AerieWorker: '' }, 0],
  ['one that says with an expression who it is', { EC2InstanceId: 'strcat("i-", "0")' }, 0],
  ['one that does not say when it began', { DaemonStartTime: '' }, 0],
])('the negotiator hears, or does not, of %s', async (_, changes, times) => {
  const whole = {
    ...{ MyType: '"Machine"', SlotType: '"Partitionable"', AerieWorker: 'true', NODE_HEALTHY: 'true' },
    ...{ EC2InstanceId: JSON.stringify(A), DaemonStartTime: '1000', MyCurrentTime: '1001' },
    ...changes,
  };
  const ad = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== ''));
  const tools = adTools({ ads: [ad] });
  const asks: string[] = [];
  const acts: (() => void)[] = [];
  const room = newcomers({
    async condor(tool, args) {
      asks.push(tool);
      return tool === 'condor_status' ? tools(tool, args) : { ok: true, stdout: '' };
    },
    elapsed: () => 0,
    later: (_, act) => acts.push(act),
  });
  room.seen(WAITING);
  acts.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asks).toEqual(['condor_status', ...Array.from({ length: times }, () => 'condor_reschedule')]);
});

it('the delay between two cycles that the twin knows is the one that a central manager is given', () => {
  const shipped = readFileSync(join(import.meta.dirname, '../../../collector/60-aerie.condor'), 'utf8');
  expect(/^NEGOTIATOR_CYCLE_DELAY = (\d+)$/m.exec(shipped)?.[1]).toBe(String(CYCLE_DELAY_SECONDS));
});
