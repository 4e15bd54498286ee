import { describe, expect, it } from 'vitest';
import { type Ec2Event, parseEc2Event } from '../../../runtime/events/ec2-event.ts';
import { workerEvent } from '../../../runtime/events/worker-events.ts';
import { fleet, inLedger, JOINED, type Knobs, NOW, openLaunch } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { memoryPool } from '../memory-pool.ts';

const ID = 'i-0123456789abcdef0';

const body = (detailType: string, detail: object, more: object = {}): string =>
  JSON.stringify({
    source: 'aws.ec2',
    'detail-type': detailType,
    time: '2027-01-15T08:00:00Z',
    detail: { 'instance-id': ID, ...detail },
    ...more,
  });

const STATE_CHANGE = 'EC2 Instance State-change Notification';

describe('an event of EC2', () => {
  it.each([
    [STATE_CHANGE, { state: 'terminated' }, 'ended'],
    [STATE_CHANGE, { state: 'shutting-down' }, 'ended'],
    [STATE_CHANGE, { state: 'pending' }, 'started'],
    [STATE_CHANGE, { state: 'running' }, 'started'],
    [STATE_CHANGE, { state: 'stopping' }, 'stopping'],
    [STATE_CHANGE, { state: 'stopped' }, 'stopped'],
    [STATE_CHANGE, { state: 'something new' }, 'other'],
    ['EC2 Spot Instance Interruption Warning', { 'instance-action': 'terminate' }, 'interruption'],
    ['EC2 Instance Rebalance Recommendation', {}, 'rebalance'],
    ['EC2 Something New', {}, 'other'],
  ])('%s %j is read as: %s', (detailType, detail, kind) => {
    expect(parseEc2Event(body(detailType, detail))).toEqual({ instanceId: ID, at: NOW, kind });
  });

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['another source', body(STATE_CHANGE, {}, { source: 'aws.s3' })],
    ['no instance', body(STATE_CHANGE, {}, { detail: {} })],
    ['an instance id that is none', body(STATE_CHANGE, { 'instance-id': 'i-1; rm' })],
    ['no time', body(STATE_CHANGE, {}, { time: 'yesterday' })],
  ])('cannot be read from %s', (_, text) => {
    expect(parseEc2Event(text)).toBeUndefined();
  });
});

const event = (kind: Ec2Event['kind'], instanceId = ID): Ec2Event => ({ kind, instanceId, at: NOW });

const with_ = (state: Parameters<typeof inLedger>[1], knobs: Knobs = {}) => {
  const { ledger } = fakeLedger({ workers: [inLedger(ID, state)] });
  const pool = memoryPool();
  const calls: string[] = [];
  const drain: typeof pool.port.drain = (ids) => {
    calls.push(`drain ${ids.length}`);
    return pool.port.drain(ids);
  };
  const ports = {
    ledger,
    settings: { all: async () => ({ queues: [], fleets: [fleet({}, 'other'), fleet(knobs)] }) },
    poolWorkers: { ...pool.port, drain },
  };
  return { ledger, pool, calls, ports };
};

describe('a worker', () => {
  it('that has ended is gone from the ledger, and forgotten in the pool', async () => {
    const { ledger, pool, ports } = with_(JOINED);
    expect(await workerEvent(event('ended'), 1, ports)).toBe('ours');
    expect(await ledger.workers.find(ID)).toBeUndefined();
    expect([...pool.forgotten]).toEqual([ID]);
    expect(await workerEvent(event('ended'), 1, ports)).toBe('not ours');
  });

  it.each([
    ['interruption', { kind: 'spot-interruption' }],
    ['rebalance', { kind: 'spot-rebalance' }],
  ] as const)('that gets a %s drains, from the first such event on', async (kind, cause) => {
    const { ledger, pool, ports } = with_(JOINED, { rebalance: 'drain' });
    await workerEvent(event(kind), 1, ports);
    await workerEvent({ ...event('interruption'), at: NOW + 90 }, 1, ports);
    expect((await ledger.workers.find(ID))?.state).toEqual({
      kind: 'draining',
      since: NOW,
      cause,
      undated: true,
    });
    expect([...pool.draining]).toEqual([ID]);
  });

  it('that has not joined, as far as the ledger knows, is not counted on any more, and drains if it has', async () => {
    const { ledger, calls, ports } = with_({ kind: 'booting' });
    await workerEvent(event('interruption'), 1, ports);
    expect((await ledger.workers.find(ID))?.state.kind).toBe('draining');
    expect(calls).toEqual(['drain 1']);
  });

  it('that is being ended stays so', async () => {
    const retiring = { kind: 'retiring', since: NOW - 60, cause: { kind: 'told', words: 'x' } } as const;
    const { ledger, ports } = with_(retiring);
    await workerEvent(event('interruption'), 1, ports);
    expect((await ledger.workers.find(ID))?.state).toEqual(retiring);
  });

  it('that loses its power is asleep, and forgotten in the pool', async () => {
    const { ledger, pool, ports } = with_(JOINED);
    expect(await workerEvent(event('stopping'), 1, ports)).toBe('ours');
    expect((await ledger.workers.find(ID))?.state).toEqual({ kind: 'asleep', since: NOW, stopping: true });
    expect([...pool.forgotten]).toEqual([ID]);
    expect(await workerEvent({ ...event('stopped'), at: NOW + 30 }, 1, ports)).toBe('ours');
    expect((await ledger.workers.find(ID))?.state).toEqual({ kind: 'asleep', since: NOW });
  });

  it.each([
    ['serves since', { kind: 'joined', joinedAt: NOW + 1 }],
    ['is woken since', { kind: 'waking', since: NOW + 1 }],
    ['sleeps again since', { kind: 'asleep', since: NOW + 1, stopping: true }],
  ] as const)('that %s is left alone by news of a sleep before', async (_, state) => {
    const { ledger, pool, ports } = with_(state);
    for (const kind of ['stopping', 'stopped', 'started'] as const)
      expect(await workerEvent(event(kind), 1, ports)).toBe('left alone');
    expect((await ledger.workers.find(ID))?.state).toEqual(state);
    expect([...pool.forgotten]).toEqual([]);
  });

  it('that slept and has power wakes, whoever started it', async () => {
    const { ledger, ports } = with_({ kind: 'asleep', since: NOW - 600 });
    expect(await workerEvent(event('started'), 1, ports)).toBe('ours');
    const found = await ledger.workers.find(ID);
    expect(found?.state).toEqual({ kind: 'waking', since: NOW });
    expect(found?.sleeps).toEqual([[NOW - 600, NOW]]);
    expect(await workerEvent({ ...event('started'), at: NOW + 10 }, 1, ports)).toBe('left alone');
  });

  it.each([{ kind: 'booting' }, JOINED, { kind: 'waking', since: NOW - 10 }] as const)(
    'that has power as the ledger knows (%j) is left alone by its start',
    async (state) => {
      const { ledger, ports } = with_(state);
      expect(await workerEvent(event('started'), 1, ports)).toBe('left alone');
      expect((await ledger.workers.find(ID))?.state).toEqual(state);
    },
  );

  it('is left alone by all other events', async () => {
    const { ledger, calls, ports } = with_(JOINED);
    expect(await workerEvent(event('other'), 1, ports)).toBe('left alone');
    expect((await ledger.workers.find(ID))?.state).toEqual(JOINED);
    expect(calls).toEqual([]);
  });

  it.each(['ended', 'stopping', 'stopped', 'started', 'interruption', 'rebalance', 'other'] as const)(
    'of somebody else is never touched (%s)',
    async (kind) => {
      const { ledger, pool, calls, ports } = with_(JOINED);
      expect(await workerEvent(event(kind, 'i-0fedcba9876543210'), 1, ports)).toBe('not ours');
      expect((await ledger.workers.find(ID))?.state).toEqual(JOINED);
      expect([...calls, ...pool.forgotten]).toEqual([]);
    },
  );

  it.each([
    ['says nothing of it', {}],
    ['says so', { rebalance: 'ignore' }],
  ])('that gets a rebalance recommendation goes on where its fleet %s', async (_, knobs) => {
    const { ledger, calls, ports } = with_(JOINED, knobs);
    expect(await workerEvent(event('rebalance'), 1, ports)).toBe('left alone');
    expect((await ledger.workers.find(ID))?.state).toEqual(JOINED);
    expect(calls).toEqual([]);
  });

  it.each([
    ['ended', { kind: 'failed', at: NOW - 60, cause: { kind: 'ended-before-joining' } }],
    ['stopping', { kind: 'asleep', since: NOW - 60 }],
    ['stopped', { kind: 'asleep', since: NOW - 60 }],
    ['interruption', { kind: 'asleep', since: NOW - 60 }],
    ['interruption', { kind: 'retiring', since: NOW - 60, cause: { kind: 'drained' } }],
  ] as const)(
    'is not written down again by an event (%s) that changes nothing of it (%j)',
    async (kind, state) => {
      const { ledger, ports } = with_(state);
      const change = () => Promise.reject(new Error('nothing is to be written'));
      const strict = { ...ports, ledger: { ...ledger, workers: { ...ledger.workers, change } } };
      expect(await workerEvent(event(kind), 1, strict)).toBe('ours');
      expect((await ledger.workers.find(ID))?.state).toEqual(state);
    },
  );

  it('that joined, slept or was woken at the very moment of an event is moved by it, but for its start', async () => {
    for (const [state, kind, answer] of [
      [{ kind: 'joined', joinedAt: NOW }, 'stopping', 'ours'],
      [{ kind: 'asleep', since: NOW }, 'stopped', 'ours'],
      [{ kind: 'asleep', since: NOW }, 'started', 'left alone'],
      [{ kind: 'booting' }, 'stopped', 'ours'],
    ] as const)
      expect(await workerEvent(event(kind), 1, with_(state).ports)).toBe(answer);
  });

  it('is not drained for a fleet whose settings cannot be used', async () => {
    const { calls, ports } = with_(JOINED);
    const bad = { ok: false, name: 'default', problems: [] } as const;
    const settings = {
      all: async () => ({ queues: [], fleets: [bad, fleet({ rebalance: 'drain' }, 'other')] }),
    };
    expect(await workerEvent(event('rebalance'), 1, { ...ports, settings })).toBe('left alone');
    expect(calls).toEqual([]);
  });

  it('stays in the ledger while the pool cannot be told that it has ended', async () => {
    const { ledger, ports } = with_(JOINED);
    const refusing = {
      ...ports,
      poolWorkers: { ...ports.poolWorkers, forget: () => Promise.reject(new Error('refused')) },
    };
    await expect(workerEvent(event('ended'), 1, refusing)).rejects.toThrow('refused');
    expect((await ledger.workers.find(ID))?.state).toEqual(JOINED);
  });
});

describe('the end of an instance that the ledger does not know', () => {
  const NEW = 'i-0fedcba9876543210';
  const opened = async () => {
    const world = with_(JOINED);
    await world.ledger.launches.open({ ...openLaunch(1), intendedBy: 1 });
    return world;
  };

  it('is not ours where no launch is open', async () => {
    expect(await workerEvent(event('ended', NEW), 1, with_(JOINED).ports)).toBe('not ours');
  });

  it('comes again while a launch is open, and is one of its workers then', async () => {
    const { ledger, ports } = await opened();
    expect(await workerEvent(event('ended', NEW), 1, ports)).toBe('comes again');
    await ledger.launches.close(openLaunch(1), [inLedger(NEW, { kind: 'booting' })], 'whole', NOW);
    expect(await workerEvent(event('ended', NEW), 2, ports)).toBe('ours');
    expect((await ledger.workers.find(NEW))?.state).toMatchObject({ kind: 'failed', at: NOW });
  });

  it('is ours if its launch is closed just then', async () => {
    const { ledger, ports } = await opened();
    const isAnyOpen = async () => {
      await ledger.launches.close(openLaunch(1), [inLedger(NEW, { kind: 'booting' })], 'whole', NOW);
      return false;
    };
    const closing = { ...ledger, launches: { ...ledger.launches, isAnyOpen } };
    expect(await workerEvent(event('ended', NEW), 1, { ...ports, ledger: closing })).toBe('ours');
  });

  it('is given up after five tries, whatever is open', async () => {
    const { ports } = await opened();
    expect(await workerEvent(event('ended', NEW), 4, ports)).toBe('comes again');
    expect(await workerEvent(event('ended', NEW), 5, ports)).toBe('not ours');
  });

  it.each(['interruption', 'rebalance', 'other'] as const)(
    'does not come again if it is none (%s)',
    async (kind) => {
      expect(await workerEvent(event(kind, NEW), 1, (await opened()).ports)).toBe('not ours');
    },
  );
});
