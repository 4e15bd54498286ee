import { expect, it } from 'vitest';
import type { Condor, ToolOutcome } from '../../../collector/condor/condor.ts';
import { otherSchedds } from '../../../collector/see/other-schedds.ts';

/** Whoever can answer has done so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const answer = (stdout: string): ToolOutcome => ({ ok: true, stdout });
const failed = (why: string): ToolOutcome => ({ ok: false, why, stdout: '', stderr: '' });

/** Schedds by what they answer; `hangs`: nothing, until it is let go. */
const pool = (schedds: Readonly<Record<string, ToolOutcome | 'hangs'>>) => {
  const asked: (readonly string[])[] = [];
  const waiting: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const patient: Condor = async (tool, args) => {
    asked.push([tool, ...args]);
    const [, name = ''] = args;
    const says = schedds[name];
    if (says !== 'hangs') return says ?? failed('unknown');
    return new Promise((resolve) => waiting.push(() => resolve(answer('late\n'))));
  };
  const look = otherSchedds(Object.keys(schedds), { patient, later: (_, act) => void timers.push(act) });
  return {
    ...{ asked, look },
    timeIsUp: () => timers.splice(0).forEach((act) => void act()),
    letGo: () => waiting.splice(0).forEach((act) => void act()),
  };
};

it('nobody is asked where none is named', async () => {
  const { look, asked } = pool({});
  expect(await look()).toEqual({ stdout: '' });
  expect(asked).toEqual([]);
});

it('each is asked by its name, for plain jobs alone, whose queue is none', async () => {
  const { look, asked } = pool({ ap2: answer('a\n'), ap3: answer('b\n') });
  expect(await look()).toEqual({ stdout: 'a\nb\n' });
  expect(asked.map(([tool, option, name]) => [tool, option, name])).toEqual([
    ['condor_q', '-name', 'ap2'],
    ['condor_q', '-name', 'ap3'],
  ]);
  const [args = []] = asked;
  expect(args[args.indexOf('-constraint') + 1]).toMatch(/AerieFleet.* && !\(.*MATCH_APF_QUEUE/);
  expect(args[args.indexOf('-af:t') + 1]).toBe('""');
});

it('what the others have stays where one fails', async () => {
  const { look } = pool({ ap2: failed('condor_q: connection refused'), ap3: answer('b\n') });
  expect(await look()).toEqual({ stdout: 'b\n', away: 'ap2: condor_q: connection refused' });
});

it('each that fails is named with its own reason', async () => {
  const { look } = pool({ ap2: failed('condor_q: connection refused'), ap3: failed('condor_q: no route') });
  expect(await look()).toEqual({
    stdout: '',
    away: 'ap2: condor_q: connection refused; ap3: condor_q: no route',
  });
});

it('one that hangs is waited for five seconds once, and not asked again beside that', async () => {
  const { look, asked, timeIsUp, letGo } = pool({ ap2: 'hangs', ap3: answer('b\n') });
  const first = look();
  await settled();
  timeIsUp();
  expect(await first).toEqual({ stdout: 'b\n', away: 'ap2: no answer within 5 s' });
  expect(await look()).toEqual({ stdout: 'b\n', away: 'ap2: it has not answered yet' });
  expect(asked).toHaveLength(3);
  letGo();
  // The one that hung has answered: it is asked anew.
  await settled();
  const again = look();
  letGo();
  expect(await again).toEqual({ stdout: 'late\nb\n' });
});
