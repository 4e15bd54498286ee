import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { workerSight } from '../../../collector/see/worker-sight.ts';
import { COLLECTOR_ROW } from '../serving.ts';

const [GOOD, BAD] = ['i-0abc123def4560012', 'i-0abc123def45600fe'];
const slot = (id: string): string =>
  [
    'undefined',
    `"${id}"`,
    'undefined',
    '"A"',
    'undefined',
    '0',
    '0',
    'undefined',
    8,
    100,
    1024,
    0,
    8,
    100,
    1024,
    0,
    0,
    '{  }',
    '{  }',
    '{  }',
    100,
    200,
    'true',
    200,
  ].join('\t');

/** Which of these ids a question is about, as far as its endings say. */
const askedFor = (constraint: string, ids: readonly string[]): readonly string[] => {
  const [, not, endings] =
    /^(!\()?regexp\("\(([0-9a-f|]+)\)\\"\$", unparse\(EC2InstanceId\)\)/.exec(constraint) ?? [];
  if (endings === undefined) return ids;
  const isNamed = (id: string) => endings.split('|').some((ending) => id.endsWith(ending));
  return ids.filter((id) => isNamed(id) === (not === undefined));
};

/** A collector that answers no question about slots in which a worker of `hanging` is. */
const collector = (hanging: readonly string[], all: readonly string[] = [GOOD, BAD]) => {
  const state = { hanging, now: 1_000, asked: 0, isDown: false };
  const condor: Condor = async (_tool, args) => {
    state.asked += 1;
    const ids = askedFor(args[args.indexOf('-constraint') + 1] ?? '', all);
    const last = args.at(-1);
    if (last === 'AuthenticatedIdentity') {
      const isOdd = args.some((arg) => arg.includes('!(regexp("^'));
      return { ok: true, stdout: isOdd ? '' : ids.map((id) => `"${id}@cm"\n`).join('') };
    }
    if (last === 'DaemonStartTime' || last?.startsWith('replaceall(')) return { ok: true, stdout: '' };
    if (state.isDown || ids.some((id) => state.hanging.includes(id))) {
      return { ok: false, late: true, why: 'condor_status: no answer within 20 s', stdout: '', stderr: '' };
    }
    return { ok: true, stdout: ids.map((id) => `${slot(id)}\n`).join('') + COLLECTOR_ROW };
  };
  return { state, look: workerSight(condor, () => state.now) };
};

/** Lets all that has been begun come to its end. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a question for workers that is not answered in time', () => {
  it('says so once, and then goes on without the worker that is at fault, which it names', async () => {
    const { look } = collector([BAD]);
    expect(await look()).toEqual({ ok: false, why: 'condor_status: no answer within 20 s' });
    await settled();
    expect(await look()).toMatchObject({
      ok: true,
      workers: [{ instanceId: GOOD }],
      unreadable: [{ instanceId: BAD, why: expect.stringContaining('does not answer') }],
    });
  });

  it('asks for all together again after ten minutes', async () => {
    const { state, look } = collector([BAD]);
    await look();
    await settled();
    state.hanging = [];
    state.now += 600;
    expect(await look()).toMatchObject({ workers: [{ instanceId: GOOD }] });
    state.now += 1;
    expect(await look()).toMatchObject({
      workers: [{ instanceId: GOOD }, { instanceId: BAD }],
      unreadable: [],
    });
  });

  /** Workers whose ids end in all digits. */
  const ALL = [...'0123456789'].map((digit) => `i-0abc123def456007${digit}`);

  it.each([
    [4, 6],
    [5, 10],
  ])('goes on without %d workers, if that are no more than four', async (count, left) => {
    const { state, look } = collector(ALL.slice(0, count), ALL);
    await look();
    await settled();
    state.hanging = left === 10 ? [] : state.hanging;
    expect(await look()).toMatchObject({
      workers: ALL.slice(10 - left).map((instanceId) => ({ instanceId })),
      unreadable: ALL.slice(0, 10 - left).map((instanceId) => ({ instanceId })),
    });
  });

  it('is looked into again when it comes again', async () => {
    const { state, look } = collector([BAD]);
    await look();
    await settled();
    state.hanging = [GOOD];
    state.now += 601;
    expect(await look()).toMatchObject({ ok: false });
    await settled();
    expect(await look()).toMatchObject({
      workers: [{ instanceId: BAD }],
      unreadable: [{ instanceId: GOOD }],
    });
  });

  it('looks for it once at a time', async () => {
    const { state, look } = collector([BAD]);
    await Promise.all([look(), look()]);
    await settled();
    // Four questions each, and then three levels of sixteen.
    expect(state.asked).toBe(4 + 4 + 3 * 16);
  });

  it('is the collector’s own fault where most slices are late: nobody is blamed, and the search ends', async () => {
    const { state, look } = collector([]);
    state.isDown = true;
    await look();
    await settled();
    expect(state.asked).toBe(4 + 16);
    state.isDown = false;
    expect(await look()).toMatchObject({ ok: true, workers: [{}, {}], unreadable: [] });
  });

  it('is three questions where all is well, and a fourth for what START says once a minute', async () => {
    const { state, look } = collector([]);
    for (const asked of [4, 7, 10]) {
      expect(await look()).toMatchObject({ ok: true, workers: [{}, {}], unreadable: [] });
      expect(state.asked).toBe(asked);
      state.now += 20;
    }
    await look();
    expect(state.asked).toBe(14);
  });
});
