import { describe, expect, it } from 'vitest';
import type { PlannedWake, WakeReply } from '../../../core/model/wake.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { wakeAll } from '../../../runtime/act/wake-all.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { inLedger, JOINED, LARGE, NOW, WIDE } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { act, launchingNow } from './acting.ts';

const [A, B] = ['i-00000001', 'i-00000002'] as const;
const ON_SITE = 'os-00000000-0000-4000-8000-000000000001';
const ASLEEP: WorkerState = { kind: 'asleep', since: NOW - 600 };

const wakeOf = (instanceId: string, more: Partial<PlannedWake> = {}): PlannedWake => ({
  instanceId,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  ...{ offers: LARGE, meantFor: '1c', ...more },
});

const nobody: WakeReply = { taken: [], refused: [], unasked: [] };

interface Given {
  readonly workers?: readonly WorkerRecord[];
  readonly reply?: (ids: readonly string[]) => WakeReply;
  readonly holds?: boolean | 'nobody knows';
  readonly seconds?: number;
  readonly throttled?: 'brake' | 'otherBrake';
}

/** Wakes sleepers; answers with what was asked of the cloud, and how all stand then. */
const woken = async (
  wakes: readonly PlannedWake[],
  {
    workers = [A, B, ON_SITE].map((id) => inLedger(id, ASLEEP)),
    reply = (taken) => ({ ...nobody, taken }),
    holds = true,
    seconds = NEEDED_SECONDS.launch,
    throttled,
  }: Given = {},
) => {
  const { ledger } = fakeLedger({ workers });
  const asked: string[] = [];
  const launching = launchingNow();
  if (throttled !== undefined) launching[throttled].throttled = 1;
  const cloud = {
    async wake(all: readonly PlannedWake[], hasTime: () => boolean) {
      const ids = all.map(({ instanceId }) => instanceId);
      asked.push(ids.join(' '), ...(hasTime() ? [] : ['without time']));
      return reply(ids);
    },
  };
  const leases = {
    ...ledger.leases,
    async holds() {
      if (holds === 'nobody knows') throw new Error('the table is away');
      return holds;
    },
  };
  const cooled: unknown[] = [];
  const learned: typeof ledger.learned = { ...ledger.learned, cool: async (of) => void cooled.push(of) };
  const ports = { cloud, ledger: { ...ledger, leases, learned }, timeLeft: () => seconds };
  const decisions = [{ ...act(), kind: 'rest' } as const, act(), act({ wakes })];
  await wakeAll(decisions, workers, launching, ports);
  const left = (await ledger.view()).workers;
  const of = (id: string) => left.find(({ instanceId }) => instanceId === id);
  return { asked, of, cooled, launching };
};

describe('waking', () => {
  it('asks each cloud for its own, once', async () => {
    const { asked, of, launching, cooled } = await woken([A, ON_SITE, B].map((id) => wakeOf(id)));
    launching.failures.throwAny();
    expect(asked).toEqual([`${A} ${B}`, ON_SITE]);
    expect([A, B, ON_SITE].map((id) => of(id)?.state)).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'waking', since: NOW })),
    );
    expect([launching.brake.isOpen, launching.otherBrake.isOpen, cooled]).toEqual([true, true, []]);
  });

  it.each([
    ['nobody is to wake', []],
    ['one that is to wake is not there', [wakeOf('i-00000009')]],
    ['one that is to wake does not sleep any more', [wakeOf(B)]],
  ])('asks for nothing where %s', async (_, wakes) => {
    const workers = [inLedger(A, ASLEEP), inLedger(B, JOINED)];
    const { asked, of, launching } = await woken(wakes, { workers });
    launching.failures.throwAny();
    expect(asked).toEqual([]);
    expect(of(B)?.state).toEqual(JOINED);
  });

  it('writes nothing down without time to ask', async () => {
    const { asked, of } = await woken([wakeOf(A)], { seconds: NEEDED_SECONDS.launch - 1 });
    expect([asked, of(A)?.state]).toEqual([[], ASLEEP]);
  });

  it.each([
    ['brake', [ON_SITE], [ASLEEP, { kind: 'waking', since: NOW }]],
    ['otherBrake', [A], [{ kind: 'waking', since: NOW }, ASLEEP]],
  ] as const)('lets those sleep on whose cloud wants fewer calls (%s)', async (throttled, asks, states) => {
    const { asked, of } = await woken([wakeOf(A), wakeOf(ON_SITE)], { throttled });
    expect(asked).toEqual(asks);
    expect([of(A)?.state, of(ON_SITE)?.state]).toEqual(states);
  });

  it('keeps what each is woken as, and what it costs then', async () => {
    const cost = { dollarsPerHour: 0.1, endsBy: NOW + 1 };
    const workers = [inLedger(A, ASLEEP, { cost }), inLedger(B, ASLEEP, { cost }), inLedger(ON_SITE, ASLEEP)];
    const offer = { flavour: 'm6i.2xlarge', zone: 'us-east-1a', market: 'on-demand' } as const;
    const larger = { offer, offers: { ...WIDE, cpus: 8 }, meantFor: '8c', dollarsPerHour: 0.4 };
    const { of } = await woken([wakeOf(A, larger), wakeOf(B), wakeOf(ON_SITE, larger)], { workers });
    expect(of(A)).toMatchObject({
      offer,
      offers: { cpus: 8 },
      meantFor: '8c',
      cost: { ...cost, dollarsPerHour: 0.4 },
    });
    expect(of(B)).toMatchObject({ meantFor: '1c', cost });
    expect(of(ON_SITE)).not.toHaveProperty('cost');
  });

  it.each([false, 'nobody knows'] as const)(
    'puts all back to sleep, as not asked for, once another tick has the lease (%s)',
    async (holds) => {
      const { asked, of } = await woken([wakeOf(A, { isResized: true }), wakeOf(B)], { holds });
      expect(asked).toEqual([]);
      expect([of(A)?.state, of(B)?.state]).toEqual([
        { kind: 'asleep', since: NOW, isTypeUnknown: true },
        { kind: 'asleep', since: NOW },
      ]);
    },
  );

  it.each([
    ['capacity', true],
    ['quota', true],
    ['state', false],
    ['configuration', false],
  ] as const)('leaves an offer alone that is refused for %s: %s', async (kind, cools) => {
    const { of, cooled, launching } = await woken([wakeOf(A), wakeOf(B)], {
      reply: () => ({
        ...{ taken: [], unasked: [B] },
        refused: [{ instanceId: A, class: kind, code: 'No', why: 'No: no' }],
      }),
    });
    launching.failures.throwAny();
    expect([of(A)?.state, of(B)?.state]).toEqual([
      { kind: 'asleep', since: NOW, refusedAt: NOW },
      { kind: 'asleep', since: NOW },
    ]);
    expect(cooled).toHaveLength(cools ? 1 : 0);
    expect(launching.brake.isOpen).toBe(false);
  });

  it('says of the cloud that throttles how many it was asked for, and fails where one does not answer', async () => {
    const { of, launching } = await woken(
      [A, B, ON_SITE].map((id) => wakeOf(id)),
      {
        reply: ([first]) =>
          first === ON_SITE
            ? { ...nobody, unanswered: 'out' }
            : { ...nobody, unasked: [A, B], throttled: { code: 'slow', why: 'slow' } },
      },
    );
    expect([launching.brake.throttled, launching.otherBrake.throttled]).toEqual([2, undefined]);
    expect([of(A)?.state.kind, of(ON_SITE)?.state.kind]).toEqual(['asleep', 'waking']);
    expect(() => launching.failures.throwAny()).toThrow(
      'The cloud did not answer an order to start sleeping workers: out',
    );
  });
});
