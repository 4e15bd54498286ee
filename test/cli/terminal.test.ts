import { describe, expect, it } from 'vitest';
import { wantsColor } from '../../cli/command/paint.ts';
import { emptyHistory, recorded } from '../../cli/shown/history.ts';
import { terminal } from '../../cli/terminal.ts';
import { drawFrame } from '../../cli/terminal-frame.ts';
import type { Shown } from '../../twin/report/sample.ts';
import { CLOSING, DAY_SECONDS, QUEUES, syntheticRun } from './shown/run.ts';
import { screen } from './terminal-screen.ts';

const XTERM = { TERM: 'xterm' };
const run = syntheticRun({ queues: QUEUES, samples: 100, loadSeconds: DAY_SECONDS });

/** Time that passes by so much each time it is asked. */
const ticking = (ms: number) => {
  let now = 0;
  return () => {
    now += ms;
    return now;
  };
};

const frameOf = (shown: readonly Shown[], columns: number, rows: number): readonly string[] => {
  const history = shown.reduce(recorded, emptyHistory());
  return drawFrame(history, columns, rows, { notice: 'Ctrl-C ends it' })
    .split('\n')
    .map((line) => line.trimEnd());
};

const pipe = () => {
  const chunks: string[] = [];
  return { isTTY: false, write: (text: string) => chunks.push(text), text: () => chunks.join('') };
};

describe('the view on a TTY', () => {
  it.each([60, 80, 120])(
    'redraws in place at %d columns: the screen holds the newest frame and no other',
    (columns) => {
      const stream = screen(columns, 24);
      const view = terminal({ stream, env: XTERM, color: true, nowMs: ticking(10_000) });
      for (const shown of run) view.show(shown);
      expect(stream.lines()).toEqual(frameOf(run, columns, 24));
      expect(stream.wrapped).toBe(false);
    },
  );

  it('hides the cursor, gives it back on close, leaves the last frame and says how far it is', () => {
    const stream = screen(80, 24);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: ticking(10_000) });
    for (const shown of run.slice(0, 50)) view.show(shown);
    expect(stream.cursorShown).toBe(false);
    view.close();
    view.close();
    expect(stream.cursorShown).toBe(true);
    expect(stream.lines()).toEqual([
      ...frameOf(run.slice(0, 50), 80, 24),
      'Stopped at 10:56. So far 10,422 of 10,896 jobs are done, for $394 at AWS’s list',
      'prices; 81 workers in the pool, 474 of 744 cores busy; held 2 h 33 min: told.',
      '',
    ]);
    expect(stream.listeners).toBe(0);
  });

  it('gives the cursor back while the process is stopped, and draws anew afterwards', () => {
    const stream = screen(80, 24);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: ticking(10_000) });
    for (const shown of run.slice(0, 50)) view.show(shown);
    view.pause();
    expect(stream.cursorShown).toBe(true);
    stream.write('[1]+  Stopped\r\n');
    view.resume();
    expect(stream.cursorShown).toBe(false);
    // What stood there before has gone up and out of the screen.
    const frame = frameOf(run.slice(0, 50), 80, 24);
    expect(stream.lines().slice(-frame.length)).toEqual(frame);
    view.close();
    view.pause();
    view.resume();
    expect(stream.cursorShown).toBe(true);
  });

  it('says how fast it goes as soon as that can be told, and not across a pause', () => {
    const stream = screen(120, 24);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: ticking(250) });
    for (const shown of run.slice(0, 50)) view.show(shown);
    expect(stream.lines()[1]).toMatch(/ · [\d,]+ × real time, load done in about /);
    view.pause();
    view.resume();
    expect(stream.lines().findLast((line) => line.includes(' of 24:00'))).not.toContain('real time');
    view.close();
  });

  it('is not redrawn where a cursor cannot be moved', () => {
    const stream = screen(80, 24);
    const view = terminal({ stream, env: { TERM: 'dumb' } });
    for (const shown of [...run, CLOSING]) view.show(shown);
    view.close();
    expect(stream.written).not.toContain('\u001b');
    expect(stream.written).toMatch(/^A working day with two outages: faults; seed 42.*\n/);
  });

  it('draws for the new size when the terminal is resized', () => {
    const stream = screen(120, 40);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: ticking(10_000) });
    for (const shown of run.slice(0, 50)) view.show(shown);
    stream.resize(70, 20);
    expect(stream.lines().filter((line) => line !== '')).toEqual(
      frameOf(run.slice(0, 50), 70, 20).filter((line) => line !== ''),
    );
    for (const shown of run.slice(50, 90)) view.show(shown);
    expect(stream.wrapped).toBe(false);
  });

  it('leaves out frames that come too fast, but never the last one', () => {
    const stream = screen(80, 24);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: () => 0 });
    for (const shown of run) view.show(shown);
    expect(stream.written.length).toBeLessThan(2000);
    view.close();
    const last = frameOf(run, 80, 24);
    expect(stream.lines().slice(0, last.length)).toEqual(last);
  });

  it('ends with the summary below the last frame, once', () => {
    const stream = screen(80, 24);
    const view = terminal({ stream, env: XTERM, color: false, nowMs: ticking(10_000) });
    for (const shown of [...run, CLOSING]) view.show(shown);
    view.close();
    const below = stream.lines().slice(frameOf(run, 80, 24).length);
    expect(below.slice(0, 5)).toEqual([
      'jobs done                24,000',
      'mean wait            2 min 13 s',
      'p95 wait             3 min 47 s',
      'useful                    1,204  core-hours',
      'paid                      1,312  core-hours',
    ]);
    expect(stream.cursorShown).toBe(true);
  });

  it('colours only if asked to', () => {
    const written = (color: boolean) => {
      const stream = screen(80, 24);
      const view = terminal({ stream, env: XTERM, color, nowMs: ticking(10_000) });
      for (const shown of run.slice(0, 50)) view.show(shown);
      return stream.written;
    };
    expect(written(true)).toContain('\u001b[33m');
    expect(written(false)).not.toMatch(/\p{Control}\[\d+m/u);
  });

  it('prints nothing if nothing was shown', () => {
    const stream = screen(80, 24);
    terminal({ stream, env: XTERM, color: false }).close();
    expect(stream.written).toBe('');
  });
});

describe('the view into a pipe or a file', () => {
  const lines = (shown: readonly Shown[], notice?: string): readonly string[] => {
    const stream = pipe();
    const view = terminal({ stream, env: XTERM, color: true, ...(notice === undefined ? {} : { notice }) });
    for (const one of shown) view.show(one);
    view.close();
    return stream.text().split('\n');
  };

  it('is one plain line for each simulated half hour, and the opening, faults and summary', () => {
    const all = lines([...run, CLOSING]);
    expect(all.slice(0, 4)).toEqual([
      `A working day with two outages: faults; seed 42, 1 d of load on ${QUEUES.join(', ')}; workers of fleet default`,
      'fault from 7:12 to 9:07: PanDA is silent',
      'fault from 14:24 to 15:07: EC2 has no capacity in us-east-1a',
      '0:00 jobs 0 of 280 done, 15 activated; pilots 14 idle, 265 running; workers 3 booting, 34 joined, 0 draining, 0 asleep; cores 265 of 296 busy; $0.00 at list prices; never held',
    ]);
    const times = all.filter((line) => /^\d+:\d\d jobs /.test(line)).map((line) => line.split(' ', 1)[0]);
    expect(times.slice(0, 5)).toEqual(['0:00', '0:30', '1:01', '1:31', '2:02']);
    expect(times.at(-1)).toBe('25:12');
    expect(all).toContain('the run has ended');
    expect(all).toContain('paid                      1,312  core-hours');
    expect(all.join('\n')).not.toContain('\u001b');
  });

  it('ends with how far it came if it was stopped, and only then', () => {
    expect(lines(run.slice(0, 50)).slice(-2)).toEqual([
      'Stopped at 10:56. So far 10,422 of 10,896 jobs are done, for $394 at AWS’s list prices; 81 workers in the pool, 474 of 744 cores busy; held 2 h 33 min: told.',
      '',
    ]);
    expect(lines([...run, CLOSING]).join('\n')).not.toContain('Stopped');
  });

  it('says nothing of what workers have cost where that is not known', () => {
    const unpriced = run.map((shown) => {
      if (shown.kind !== 'sample') return shown;
      const { listDollars: _, ...sample } = shown;
      return sample;
    });
    expect(lines(unpriced)[3]).toMatch(/; cores 265 of 296 busy; never held$/);
  });

  it('begins with the notice', () => {
    expect(lines([], 'watch it at http://127.0.0.1:8080/')).toEqual([
      'watch it at http://127.0.0.1:8080/',
      '',
    ]);
  });

  it('says a hold when it begins, and again only after it has ended', () => {
    const told = (atSeconds: number, kind: 'hold' | 'act'): Shown => ({
      kind: 'told',
      told: {
        atSeconds,
        of: 'workers',
        whose: 'A',
        kind,
        what: kind,
        why: [{ kind: 'source-unknown', text: 'pool is unknown:\u001b[2J timeout' }],
      },
    });
    expect(lines([told(60, 'hold'), told(120, 'hold'), told(180, 'act'), told(240, 'hold')])).toEqual([
      '0:01 hold fleet A workers: pool is unknown: timeout',
      '0:04 hold fleet A workers: pool is unknown: timeout',
      '',
    ]);
  });
});

describe('colour', () => {
  const tty = { isTTY: true, write: () => true };
  it.each([
    [tty, {}, true],
    [tty, { NO_COLOR: '1' }, false],
    [tty, { NO_COLOR: '' }, true],
    [tty, { TERM: 'dumb' }, false],
    [pipe(), {}, false],
  ] as const)('is welcome on %o with %o: %s', (stream, env, expected) => {
    expect(wantsColor(stream, env)).toBe(expected);
  });
});
