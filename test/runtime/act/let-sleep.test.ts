import { describe, expect, it } from 'vitest';
import type { LetStopReply } from '../../../core/model/launch.ts';
import { letSleepAll } from '../../../runtime/act/let-sleep.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { inLedger, JOINED } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { act, launchingNow } from './acting.ts';

const [A, B, C] = ['i-00000001', 'i-00000002', 'i-00000003'] as const;
const REST = { ...act(), kind: 'rest' } as const;

/** Lets A and B sleep, of three; answers with whom the cloud was asked for, and what the ledger says of all then. */
const letSleep = async (
  reply: Partial<LetStopReply> = {},
  { seconds = NEEDED_SECONDS.terminate, holds = true } = {},
) => {
  const workers = [A, B, C].map((id) => inLedger(id, JOINED, id === B ? { mayStop: true } : {}));
  const { ledger } = fakeLedger({ workers });
  const asked: string[] = [];
  const ports = {
    cloud: {
      async letStop(ids: readonly string[], hasTime: () => boolean) {
        asked.push(...ids, ...(hasTime() ? [] : ['without time']));
        return { taken: [], refused: [], ...reply };
      },
    },
    ledger: { ...ledger, leases: { ...ledger.leases, holds: async () => holds } },
    timeLeft: () => seconds,
  };
  const launching = launchingNow();
  await letSleepAll([REST, act(), act({ mayStop: [A, B] })], workers, ports, launching);
  const left = (await ledger.view()).workers;
  const marks = left.map(({ mayStop, stopRefusedAt }) => mayStop ?? stopRefusedAt);
  return { asked, marks, failures: launching.failures, refusedAt: launching.now };
};

describe('letting workers sleep', () => {
  it('asks for those that do not sleep yet, and for no other', async () => {
    const { asked, marks, failures } = await letSleep({ taken: [A] });
    failures.throwAny();
    expect(asked).toEqual([A]);
    expect(marks).toEqual([true, true, undefined]);
  });

  it.each([
    ['the cloud does not take', {}, {}, [A]],
    ['another tick asks for now', {}, { holds: false }, []],
  ] as const)('marks one that %s, so that it is asked for later', async (_, reply, given, asks) => {
    const { asked, marks, failures, refusedAt } = await letSleep(reply, given);
    failures.throwAny();
    expect(asked).toEqual(asks);
    expect(marks).toEqual([refusedAt, true, undefined]);
  });

  it.each([
    ['none of them, as far as is said', { unanswered: 'out' }, true],
    ['some, and not of this one', { unanswered: 'out', unclear: [C] }, false],
    ['this one', { unanswered: 'out', unclear: [A] }, true],
  ])('takes one for one that may sleep where the cloud does not answer for %s', async (_, reply, may) => {
    const { marks, failures, refusedAt } = await letSleep(reply);
    expect(marks[0]).toBe(may ? true : refusedAt);
    expect(() => failures.throwAny()).toThrow('The cloud did not answer whether workers may sleep: out');
  });

  it('writes nothing down without time to ask', async () => {
    const { asked, marks } = await letSleep({}, { seconds: NEEDED_SECONDS.terminate - 1 });
    expect([asked, marks]).toEqual([[], [undefined, true, undefined]]);
  });

  it('asks the cloud nothing where there is nobody to ask for', async () => {
    const { ledger } = fakeLedger({ workers: [inLedger(B, JOINED, { mayStop: true })] });
    const cloud = { letStop: () => Promise.reject(new Error('nobody is to be asked for')) };
    const leases = {
      ...ledger.leases,
      holds: () => Promise.reject(new Error('nobody is to be made sure of')),
    };
    const ports = { cloud, ledger: { ...ledger, leases }, timeLeft: () => 100 };
    const launching = launchingNow();
    await letSleepAll([act({ mayStop: [B, C] })], (await ledger.view()).workers, ports, launching);
    launching.failures.throwAny();
  });
});
