import { describe, expect, it } from 'vitest';
import type { Condor, ToolOutcome } from '../../../collector/condor/condor.ts';
import { seesShut } from '../../../collector/see/shut.ts';

const idOf = (n: number): string => `i-0aaaaaaaaaaaaaa${n}`;
/** What it had printed until then may be half a row. */
const FAILED: ToolOutcome = { ok: false, why: 'late', stdout: `"${idOf(11)}"\t111\t0\n`, stderr: '' };

/** A collector of workers with these STARTs; those in `shut` are kept shut, as HTCondor evaluates it. */
const pool = (starts: Map<number, string>, shut: readonly number[] = []) => {
  const state = { now: 0, isDown: false, learned: 0, asked: 0 };
  const condor: Condor = async (tool, args) => {
    if (state.isDown || tool !== 'condor_status') return FAILED;
    const constraint = args[args.indexOf('-constraint') + 1] ?? '';
    const others = [...starts].filter(([, start]) => !constraint.includes(`=!= ${JSON.stringify(start)}`));
    if (args.includes('-limit')) {
      state.learned += 1;
      const [first] = others;
      const row = first === undefined ? '' : `"${idOf(first[0])}"\t${JSON.stringify(first[1])}\n`;
      return { ok: true, stdout: row };
    }
    state.asked += 1;
    const judged = [...constraint.matchAll(/ =\?= ("(?:[^"\\]|\\.)*") && \(\(/g)].map(([, text = '']) =>
      JSON.parse(text),
    );
    const rows = shut.flatMap((n) => {
      const index = judged.indexOf(starts.get(n));
      return index === -1 ? [] : [`"${idOf(n)}"\t${100 + n}\t${index}\n`];
    });
    return { ok: true, stdout: rows.join('') };
  };
  const sees = seesShut(() => state.now);
  const look = async () => {
    state.now += 20;
    return sees(condor);
  };
  return { state, look };
};

describe('workers whose START is false whatever the job', () => {
  it('are seen once their START is known, one more at each look, with what keeps them shut', async () => {
    const starts = new Map([
      [11, 'TARGET.A && MY.Closed isnt true'],
      [12, 'ClockMin > 480'],
    ]);
    const { look } = pool(starts, [11, 12]);
    const [closed, night] = [
      { instanceId: idOf(11), startedAt: 111, why: 'START is false: Closed isnt true' },
      { instanceId: idOf(12), startedAt: 112, why: 'START is false: ClockMin > 480' },
    ];
    expect(await look()).toEqual([closed]);
    expect(await look()).toEqual([closed, night]);
  });

  it('are seen at every look while all STARTs are read anew each hour, and a START that nobody has is forgotten', async () => {
    const starts = new Map([
      [11, 'MY.Open'],
      [12, 'ClockMin > 480'],
    ]);
    const { state, look } = pool(starts, [11, 12]);
    await look();
    while (state.now < 7300) expect(await look()).toHaveLength(2);
    starts.clear();
    while (state.now < 14_500) await look();
    const { asked } = state;
    await look();
    expect(state.asked).toBe(asked);
  });

  it('are asked for no more, soon after their STARTs are read anew, where none is closed so', async () => {
    const starts = new Map([[11, 'MY.Open']]);
    const { state, look } = pool(starts, [11]);
    while (state.now < 3_500) await look();
    starts.clear();
    while (state.now < 3_700) await look();
    const { asked } = state;
    await look();
    expect(state.asked).toBe(asked);
  });

  it('are asked for only where a START has a clause of the machine alone, and a new START once a minute', async () => {
    const { state, look } = pool(new Map([[11, 'TARGET.Owner is "x"']]));
    for (let n = 0; n < 10; n += 1) expect(await look()).toEqual([]);
    // At 20 and 40 s, and each minute from there.
    expect([state.learned, state.asked]).toEqual([4, 0]);
  });

  it('are none where the collector does not answer', async () => {
    const { state, look } = pool(new Map([[11, 'MY.Open']]), [11]);
    expect(await look()).toHaveLength(1);
    state.isDown = true;
    expect(await look()).toEqual([]);
    state.isDown = false;
    expect(await look()).toHaveLength(1);
  });

  it('are asked for by no START that was not learned, because the collector did not answer', async () => {
    const { state, look } = pool(new Map([[11, 'TARGET.Owner is "x"']]));
    state.isDown = true;
    await look();
    state.isDown = false;
    state.now += 60;
    expect(await look()).toEqual([]);
    expect([state.learned, state.asked]).toEqual([1, 0]);
  });

  it('are seen beside a worker that shows another START all the time', async () => {
    const starts = new Map<number, string>();
    const { look } = pool(starts, [12]);
    for (let n = 0; n < 20; n += 1) {
      starts.set(11, `ClockMin > ${n}`);
      await look();
    }
    starts.set(12, 'MY.Open');
    starts.set(11, 'ClockMin > 19');
    expect(await look()).toMatchObject([{ instanceId: idOf(12) }]);
  });

  it('are told of what keeps them shut in 200 characters', async () => {
    const [one, two] = [`Site == "${'x'.repeat(300)}"`, 'Open'];
    const { look } = pool(new Map([[11, `${one} && ${two}`]]), [11]);
    expect(await look()).toMatchObject([{ why: `START is false: ${one}`.slice(0, 200) }]);
  });

  it('are of eight STARTs at the most, in a question of bounded length', async () => {
    const starts = new Map(
      Array.from({ length: 20 }, (_, n) => [10 + n, `MY.Open${n} && "${'x'.repeat(3_900)}" == Y`]),
    );
    const lengths: number[] = [];
    const condor: Condor = async (_, args) => {
      lengths.push(...args.map((arg) => arg.length));
      const constraint = args[args.indexOf('-constraint') + 1] ?? '';
      const [first] = [...starts].filter(([, start]) => !constraint.includes(JSON.stringify(start)));
      if (!args.includes('-limit') || first === undefined) return { ok: true, stdout: '' };
      return { ok: true, stdout: `"${idOf(first[0])}"\t${JSON.stringify(first[1])}\n` };
    };
    let now = 0;
    const sees = seesShut(() => now);
    for (let n = 0; n < 30; n += 1) {
      await sees(condor);
      now += 20;
    }
    // The kernel takes 128 KiB in one argument.
    expect(Math.max(...lengths)).toBeLessThan(131_072);
    expect(Math.max(...lengths)).toBeGreaterThan(8 * 3_900);
  });

  it('are those of the first eight STARTs, of which one more is looked for each minute', async () => {
    const numbers = Array.from({ length: 20 }, (_, n) => 10 + n);
    const { state, look } = pool(new Map(numbers.map((n) => [n, `MY.Open${n}`])), numbers);
    let closed: readonly unknown[] = [];
    for (let n = 0; n < 30; n += 1) closed = await look();
    // Eight looks, and seven minutes.
    expect([closed.length, state.learned]).toEqual([8, 15]);
  });

  it('are not asked for by a START that would make the question too long', async () => {
    const long = Array.from({ length: 300 }, (_, n) => `MY.A${n}`).join(' && ');
    const { look } = pool(
      new Map([
        [11, long],
        [12, 'MY.Open'],
      ]),
      [11, 12],
    );
    await look();
    expect(await look()).toMatchObject([{ instanceId: idOf(12) }]);
  });
});
