import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condor } from '../../collector/condor.ts';
import { LOOK_SECONDS, newcomers } from '../../collector/newcomers.ts';
import { CYCLE_DELAY_SECONDS } from '../../twin/stage/world.ts';
import { type FakeCondor, fakeCondor } from './fake-condor.ts';

const A = 'i-0000000000000000a';
const B = 'i-0000000000000000b';
const row = (id: string) => `${JSON.stringify(id)}\t"slot1@${id}"\tfalse\n`;

let tools: FakeCondor;
beforeEach(() => {
  tools = fakeCondor();
});
afterEach(() => tools.remove());

/** Newcomers on a clock that goes as it is told: each look is over before the next moment. */
const waitingRoom = () => {
  let now = 1_000_000;
  let due: { readonly at: number; readonly act: () => void } | undefined;
  const running: Promise<unknown>[] = [];
  const run = condor({ directories: [tools.directory], seconds: 5, outputBytes: 1e6, environment: {} });
  const room = newcomers({
    condor(tool, args, options) {
      const answer = run(tool, args, options);
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
const id = (n: number) => `i-${n.toString(16).padStart(17, '0')}`;
const looks = () => tools.calls('condor_status');
const asked = () => tools.calls('condor_reschedule');

describe('workers that have had their token', () => {
  it('make the negotiator hear of them once they are in the collector, all that have come together once', async () => {
    const { room, pass } = waitingRoom();
    room.expect(A);
    room.expect(B);
    await pass(LOOK_SECONDS);
    expect(asked()).toEqual([]);
    for (const id of [A, B]) expect(looks()[0]?.[1]).toContain(id);
    tools.answers('condor_status', { stdout: row(A) + row(B) });
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
  });

  it('are looked for while there are any, each ten seconds, and not after', async () => {
    const { room, pass, isWaiting } = waitingRoom();
    expect(isWaiting()).toBe(false);
    room.expect(A);
    await pass(3);
    room.expect(B);
    await pass(7);
    expect(looks()).toHaveLength(1);
    tools.answers('condor_status', { stdout: row(A) });
    await pass(LOOK_SECONDS);
    expect(looks()[1]?.[1]).toContain(B);
    tools.answers('condor_status', { stdout: row(B) });
    await pass(LOOK_SECONDS);
    expect(looks()[2]?.[1]).not.toContain(A);
    expect(asked()).toHaveLength(2);
    expect(isWaiting()).toBe(false);
    await pass(1000);
    expect(looks()).toHaveLength(3);
  });

  it('are waited for through an answer that does not come, and not for ever', async () => {
    const { room, pass, isWaiting } = waitingRoom();
    tools.answers('condor_status', { stderr: 'communication error', status: 1 });
    room.expect(A);
    await pass(100);
    tools.answers('condor_status', { stdout: '' });
    await pass(150);
    expect(isWaiting()).toBe(true);
    await pass(100);
    expect(isWaiting()).toBe(false);
    expect(asked()).toEqual([]);
  });

  it('are looked for a thousand at a time, of seven thousand every one', async () => {
    const { room, pass, isWaiting } = waitingRoom();
    const all = Array.from({ length: 7_000 }, (_, n) => id(n));
    for (const instanceId of all) room.expect(instanceId);
    await pass(LOOK_SECONDS);
    expect(looks()).toHaveLength(7);
    const named = looks().map((args) => args[1]?.match(/i-[0-9a-f]{17}/g) ?? []);
    expect(named.map(({ length }) => length)).toEqual(Array.from({ length: 7 }, () => 1_000));
    expect(named.flat()).toEqual(all);
    expect(isWaiting()).toBe(true);
  });

  it('that are not named to a collector which cannot be asked do not hold the others', async () => {
    const { room, pass } = waitingRoom();
    for (let n = 0; n < 2_000; n += 1) room.expect(id(n));
    tools.answers('condor_status', { stdout: row(id(1_999)), status: 0 });
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
    await pass(LOOK_SECONDS);
    expect(looks()[3]?.[1]).not.toContain(id(1_999));
  });

  it('are looked for again after a look that threw', async () => {
    let looked = 0;
    const acts: (() => void)[] = [];
    const room = newcomers({
      condor: () => {
        looked += 1;
        return Promise.reject(new Error('no'));
      },
      elapsed: () => 0,
      later: (_, act) => acts.push(act),
    });
    room.expect(A);
    for (const turn of [1, 2]) {
      acts.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect([looked, acts.length]).toEqual([turn, 1]);
    }
  });

  it('cost nothing more where the negotiator cannot be asked', async () => {
    const { room, pass, isWaiting } = waitingRoom();
    tools.answers('condor_status', { stdout: row(A) });
    tools.answers('condor_reschedule', { stderr: "Can't find address of local schedd", status: 1 });
    room.expect(A);
    await pass(LOOK_SECONDS);
    expect(asked()).toHaveLength(1);
    expect(isWaiting()).toBe(false);
  });
});

it('the delay between two cycles that the twin knows is the one that a central manager is given', () => {
  const shipped = readFileSync(join(import.meta.dirname, '../../collector/60-aerie.condor'), 'utf8');
  expect(/^NEGOTIATOR_CYCLE_DELAY = (\d+)$/m.exec(shipped)?.[1]).toBe(String(CYCLE_DELAY_SECONDS));
});
