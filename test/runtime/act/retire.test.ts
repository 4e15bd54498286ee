import { describe, expect, it } from 'vitest';
import type { Retirement } from '../../../core/model/decision.ts';
import type { EndReply } from '../../../core/model/launch.ts';
import type { WorkerState } from '../../../core/model/worker.ts';
import { lastLook, retire } from '../../../runtime/act/retire.ts';
import { gatherFailures } from '../../../runtime/run/failures.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { inLedger, JOINED, NOW } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { memoryPool } from '../memory-pool.ts';
import { act } from './acting.ts';

const CAUSE = { kind: 'told', words: 'x' } as const;
const DRAINING: WorkerState = { kind: 'draining', since: NOW - 60, cause: CAUSE };
const RETIRING: WorkerState = { kind: 'retiring', since: NOW - 60, cause: CAUSE };

const [A, B, C] = ['i-00000001', 'i-00000002', 'i-00000003'] as const;

/** A pool that can drain those, and what it was asked. */
const listening = (inCollector: readonly string[] = [A, B, C]) => {
  const asked: string[] = [];
  const { port } = memoryPool({}, inCollector);
  const heard =
    (what: 'drain' | 'undrain' | 'forget') =>
    (ids: readonly string[]): ReturnType<typeof port.drain> => {
      asked.push(`${what} ${ids.join(' ')}`.trim());
      return port[what](ids);
    };
  return {
    asked,
    poolWorkers: { drain: heard('drain'), undrain: heard('undrain'), forget: heard('forget') },
  };
};

describe('the last look at workers that are not in the view', () => {
  it('asks nothing where there are none', async () => {
    const { asked, poolWorkers } = listening();
    expect(await lastLook([], poolWorkers)).toEqual(new Set());
    expect(asked).toEqual([]);
  });

  it.each([
    ['joined', `undrain ${A}`],
    ['booting', `undrain ${A}`],
    ['draining', undefined],
    ['retiring', undefined],
  ] as const)(
    'finds one that is there after all; its drain is taken back if it is %s',
    async (state, then) => {
      const { asked, poolWorkers } = listening([A]);
      const unseen = [
        { instanceId: A, state },
        { instanceId: B, state: 'joined' as const },
      ];
      expect(await lastLook(unseen, poolWorkers)).toEqual(new Set([B]));
      expect(asked).toEqual([`drain ${A} ${B}`, ...(then === undefined ? [] : [then])]);
    },
  );

  it('takes nobody for absent who could not be asked about', async () => {
    const { poolWorkers } = listening();
    const drain = async () => ({ done: [], failed: [{ instanceId: A, why: 'does not answer' }] });
    expect(await lastLook([{ instanceId: A, state: 'joined' }], { ...poolWorkers, drain })).toEqual(
      new Set(),
    );
  });
});

interface Given {
  readonly states?: Readonly<Record<string, WorkerState>>;
  readonly inCollector?: readonly string[];
  readonly reply?: Partial<EndReply>;
  readonly seconds?: number;
}

/** Retires workers, and says what was asked of whom, how they stand then, and what went wrong. */
const retired = async (
  retirements: readonly Retirement[],
  { states = {}, inCollector = [A, B, C], reply, seconds = NEEDED_SECONDS.terminate }: Given = {},
) => {
  const workers = Object.entries(states).map(([id, state]) => inLedger(id, state));
  const { ledger } = fakeLedger({ workers });
  const { asked, poolWorkers } = listening(inCollector);
  const failures = gatherFailures();
  const cloud = {
    async terminate(ids: readonly string[], hasTime: () => boolean): Promise<EndReply> {
      asked.push(`end ${ids.join(' ')}${hasTime() ? '' : ' without time'}`);
      return { taken: ids, refused: [], ...reply };
    },
  };
  const written: string[] = [];
  const change: typeof ledger.workers.change = (of, at) => {
    written.push(of.worker.instanceId);
    return ledger.workers.change(of, at);
  };
  const book = { ...ledger, workers: { ...ledger.workers, change } };
  const ports = { cloud, ledger: book, poolWorkers, timeLeft: () => seconds };
  const ended = await retire([act({ retirements })], workers, ports, { failures, now: NOW });
  const left = (await ledger.view()).workers;
  const state = (id: string) => left.find(({ instanceId }) => instanceId === id)?.state;
  return { asked, ended, left, state, failures, written };
};

const step = (instanceId: string, kind: Retirement['step'], more: Partial<Retirement> = {}): Retirement => ({
  instanceId,
  step: kind,
  cause: CAUSE,
  ...more,
});

describe('retiring', () => {
  it('asks nothing where nothing was decided, or nobody of it is there', async () => {
    for (const steps of [[], (['drain', 'undrain', 'terminate'] as const).map((kind) => step(A, kind))]) {
      const { asked, ended } = await retired(steps);
      expect([asked, ended]).toEqual([[], new Set()]);
    }
  });

  it('drains all in one call, and ends all in one, each written down as it was decided', async () => {
    const states = { [A]: JOINED, [B]: JOINED, [C]: DRAINING };
    const { asked, ended, state } = await retired(
      [step(A, 'drain'), step(B, 'drain', { surplus: true }), step(C, 'terminate')],
      { states },
    );
    expect(asked).toEqual([`drain ${A} ${B}`, `end ${C}`]);
    expect(ended).toEqual(new Set([C]));
    expect(state(A)).toEqual({ kind: 'draining', since: NOW, cause: CAUSE });
    expect(state(B)).toEqual({ kind: 'draining', since: NOW, cause: CAUSE, surplus: true });
    expect(state(C)).toEqual({ kind: 'retiring', since: NOW, cause: CAUSE });
  });

  it('counts a drain anew that is ordered again, and no other', async () => {
    const states = { [A]: DRAINING, [B]: DRAINING };
    const { asked, state, written } = await retired([step(A, 'drain', { again: true }), step(B, 'drain')], {
      states,
    });
    expect([asked, written]).toEqual([[`drain ${A} ${B}`], [A]]);
    expect([state(A), state(B)]).toMatchObject([{ since: NOW }, { since: NOW - 60 }]);
  });

  it('takes a drain back of whom the ledger lets go of it', async () => {
    const { asked, state } = await retired([step(A, 'undrain')], { states: { [A]: DRAINING } });
    expect(asked).toEqual([`undrain ${A}`]);
    expect(state(A)).toEqual({ kind: 'joined', joinedAt: NOW - 3600, undrainedAt: NOW });
  });

  it('writes the end of an empty worker down before it asks for it, and of no other', async () => {
    const states = { [A]: DRAINING, [B]: DRAINING };
    const { asked, state } = await retired([step(A, 'terminate', { empty: true }), step(B, 'terminate')], {
      states,
      reply: { taken: [] },
    });
    expect(asked).toEqual([`end ${A} ${B}`]);
    expect([state(A), state(B)]).toEqual([
      { kind: 'retiring', since: NOW, cause: CAUSE, pending: true },
      DRAINING,
    ]);
  });

  it('looks once more for those that were not in the view, and ends those that are not there', async () => {
    const states = { [A]: JOINED, [B]: JOINED, [C]: RETIRING };
    const { asked } = await retired(
      [step(A, 'terminate', { unseen: true }), step(B, 'terminate', { unseen: true }), step(C, 'terminate')],
      { states, inCollector: [A] },
    );
    expect(asked).toEqual([`drain ${A} ${B}`, `undrain ${A}`, `end ${B} ${C}`]);
  });

  it('asks the cloud for nothing where the last look leaves nobody to be ended', async () => {
    const unseen = step(A, 'terminate', { unseen: true });
    const { asked } = await retired([unseen], { states: { [A]: JOINED } });
    expect(asked).toEqual([`drain ${A}`, `undrain ${A}`]);
  });

  it('ends nobody without time for it, nor once a last look has taken it', async () => {
    const states = { [A]: DRAINING };
    const short = NEEDED_SECONDS.terminate - 1;
    expect((await retired([step(A, 'terminate')], { states, seconds: short })).asked).toEqual([]);
    let looks = 0;
    const { ledger } = fakeLedger({ workers: [inLedger(A, DRAINING)] });
    const { asked, poolWorkers } = listening([]);
    const ports = {
      ...{ ledger, poolWorkers },
      cloud: { terminate: () => Promise.reject(new Error('there is no time')) },
      timeLeft: () => {
        looks += 1;
        return looks === 1 ? NEEDED_SECONDS.terminate : short;
      },
    };
    const failures = gatherFailures();
    const decision = act({ retirements: [step(A, 'terminate', { unseen: true })] });
    await retire([decision], [inLedger(A, DRAINING)], ports, { failures, now: NOW });
    failures.throwAny();
    expect(asked).toEqual([`drain ${A}`]);
  });

  it('marks whom the cloud will not end, and fails where it does not answer', async () => {
    const why = 'OperationNotPermitted: protected';
    const { left, ended, failures } = await retired([step(A, 'terminate'), step(B, 'terminate')], {
      states: { [A]: DRAINING, [B]: DRAINING },
      reply: {
        taken: [B],
        refused: [{ instanceId: A, code: 'OperationNotPermitted', why }],
        unanswered: 'out',
      },
    });
    expect(ended).toEqual(new Set([B]));
    expect(left.map(({ endRefused }) => endRefused)).toEqual([{ at: NOW, why }, undefined]);
    expect(() => failures.throwAny()).toThrow('The cloud did not answer an order to end workers: out');
  });
});
