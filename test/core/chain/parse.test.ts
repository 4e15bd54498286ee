import { describe, expect, it } from 'vitest';
import { parseChain } from '../../../core/chain/parse.ts';
import { SCHED_PLUGINS } from '../../../core/chain/plugins.ts';
import { chain } from './chain-facts.ts';

const EXISTING = `they are ${SCHED_PLUGINS.map(({ name }) => name).join(', ')}`;

describe('the same chain can be written in several ways', () => {
  it.each<readonly [string, string]>([
    ['Ready', 'Ready(offset=0)'],
    ['Ready()', 'Ready(offset=0)'],
    [' Ready ( ) ', 'Ready(offset=0)'],
    ['Ready(offset=0), Scale(0.5)', 'Ready(offset=0), Scale(factor=0.5)'],
    ['Ready(0),Scale( factor = .5 )', 'Ready(offset=0), Scale(factor=0.5)'],
    ['Scale(5e-1)', 'Scale(factor=0.5)'],
    ['Ready\n,\tNull', 'Ready(offset=0), Null()'],
    ['MaxPending(50)', 'MaxPending(maximum=50, allow_negative=False)'],
    ...['true', 'True', 'YES', 'on', '1'].map(
      (word) => [`MaxPending(50, ${word})`, 'MaxPending(maximum=50, allow_negative=True)'] as const,
    ),
    ...['false', 'No', 'off', '0'].map(
      (word) => [`MaxPending(50, ${word})`, 'MaxPending(maximum=50, allow_negative=False)'] as const,
    ),
    ['Scale(+2.)', 'Scale(factor=2)'],
    ['Scale(2E1)', 'Scale(factor=20)'],
    ['Scale(12.5e+1)', 'Scale(factor=125)'],
    ['Scale(0)', 'Scale(factor=0)'],
    ['Scale(1000)', 'Scale(factor=1000)'],
    ['Ready(-1000000)', 'Ready(offset=-1000000)'],
    ['MaxPerCycle(+1000000)', 'MaxPerCycle(maximum=1000000)'],
    ['Fillactivated(-0)', 'Fillactivated(default=0)'],
    ['MaxPending(allow_negative=true, maximum=050)', 'MaxPending(maximum=50, allow_negative=True)'],
    ['KeepNRunning', 'KeepNRunning()'],
    ['KeepNRunning(-0)', 'KeepNRunning(keep_running=0)'],
    ['Throttle(3600, 300)', 'Throttle(interval=3600, maxtime=300, ratio=0.5, submit=1)'],
    [
      'Activated(testmode.allowed=on)',
      'Activated(testmode.allowed=True, testmode.pilots=0, testmode.max_pending=10, default=0)',
    ],
    ['Ready, Ready', 'Ready(offset=0), Ready(offset=0)'],
  ])('%j is %j', (text, canonical) => {
    expect(chain(text).text).toBe(canonical);
  });
});

describe('every mistake gives one sentence', () => {
  it.each([
    ['', 'the chain is empty; write one such as Ready(), MaxPerCycle(50)'],
    [' \n', 'the chain is empty; write one such as Ready(), MaxPerCycle(50)'],
    ['Ready,', 'the chain ends with a comma; write a plugin after it or take it away'],
    [',Ready', 'the chain begins with a comma; write a plugin before it or take it away'],
    ['Ready,,Null', 'nothing stands between two commas after step 1 of the chain; take one of them away'],
    ['xxxReady', `there is no sched plugin "xxxReady"; ${EXISTING.trimStart()}`],
    ['Redy', `there is no sched plugin "Redy", did you mean Ready? ${EXISTING}`],
    ['maxpending(5)', `there is no sched plugin "maxpending", did you mean MaxPending? ${EXISTING}`],
    ['constructor', `there is no sched plugin "constructor"; ${EXISTING}`],
    ['Ready Null', '"Ready Null" is no plugin\'s name; steps are separated by commas'],
    ['Ready() Null()', 'a comma is missing between "Ready()" and "Null()"'],
    ['(5)', '"(5)" has no plugin\'s name before its bracket'],
    ['Ready, Scale(0.5', '"Scale(0.5" has no closing bracket'],
    ['Scale(0.5, Ready()', '"Scale(0.5, Ready(" opens a second bracket inside the first'],
    ['Ready, Scale 0.5)', '"Scale 0.5)" closes a bracket that was never opened'],
    ['Scale(0.5,)', 'Scale has a comma too many between its brackets'],
    ['Scale(=5)', 'Scale: "=5" has no name before its "="'],
    ['Scale(factor=)', 'Scale: "factor" has no value after its "="'],
    ['Scale(facter=1)', 'Scale has no parameter "facter": Scale takes factor'],
    ['Scale(__proto__=1)', 'Scale has no parameter "__proto__": Scale takes factor'],
    ['MaxPending(MAXIMUM=5)', 'MaxPending has no parameter "MAXIMUM": here it is maximum'],
    ['Simple(default=0)', 'Simple has no parameter "default": here it is defaultnbpilots'],
    ['Trivial(default=0)', 'Trivial has no parameter "default": here it is defaultnbpilots'],
    [
      'SimpleNQueue(2, pilotlimit=9)',
      'SimpleNQueue has no parameter "pilotlimit": here it is a MaxToRun behind it',
    ],
    [
      'Activated(MAX_JOBS_RUNNING=9)',
      'Activated has no parameter "MAX_JOBS_RUNNING": here it is max_jobs_torun',
    ],
    ['Null(1)', '"1" is one too many: Null takes no parameters'],
    ['Scale(1, 2)', '"2" is one too many: Scale takes factor'],
    ['Scale(1, factor=2)', 'Scale: factor is given twice'],
    ['MaxPending(maximum=1, True)', 'MaxPending: "True" has no name, but follows a parameter that has one'],
    ['MaxPending(1, 2)', 'MaxPending: allow_negative is "2"; expected True or False'],
    ['MaxPending(1, maximum)', 'MaxPending: allow_negative is "maximum"; expected True or False'],
    ['MaxPending()', 'MaxPending needs maximum, a whole number from 0 to 1000000'],
    ['MaxPending(x=1)', 'MaxPending has no parameter "x": MaxPending takes maximum, allow_negative'],
    ['Null(x=1)', 'Null has no parameter "x": Null takes no parameters'],
    ['Ready(', '"Ready(" has no closing bracket'],
    ['Ready,,', 'nothing stands between two commas after step 1 of the chain; take one of them away'],
    [
      'Ready, Null,,Null',
      'nothing stands between two commas after step 2 of the chain; take one of them away',
    ],
    ['Ready(), -', '"-" is no plugin\'s name; steps are separated by commas'],
    ['Ready ()x', 'a comma is missing between "Ready ()" and "x"'],
    ['MaxPerCycle', 'MaxPerCycle needs maximum, a whole number from 0 to 1000000'],
    ['MaxPerCycle(many)', 'MaxPerCycle: maximum is "many"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(0.5)', 'MaxPerCycle: maximum is "0.5"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(-1)', 'MaxPerCycle: maximum is "-1"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(1000001)', 'MaxPerCycle: maximum is "1000001"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(1 0)', 'MaxPerCycle: maximum is "1 0"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(x1)', 'MaxPerCycle: maximum is "x1"; expected a whole number from 0 to 1000000'],
    ['MaxPerCycle(--1)', 'MaxPerCycle: maximum is "--1"; expected a whole number from 0 to 1000000'],
    ['Ready(-1000001)', 'Ready: offset is "-1000001"; expected a whole number from -1000000 to 1000000'],
    ['Scale(x1)', 'Scale: factor is "x1"; expected a number from 0 to 1000'],
    ['Scale(1x)', 'Scale: factor is "1x"; expected a number from 0 to 1000'],
    ['Scale(.)', 'Scale: factor is "."; expected a number from 0 to 1000'],
    ['Scale(1e)', 'Scale: factor is "1e"; expected a number from 0 to 1000'],
    ['Scale(-0.1)', 'Scale: factor is "-0.1"; expected a number from 0 to 1000'],
    ['Scale(NaN)', 'Scale: factor is "NaN"; expected a number from 0 to 1000'],
    ['Scale(Infinity)', 'Scale: factor is "Infinity"; expected a number from 0 to 1000'],
    ['Scale(1e99)', 'Scale: factor is "1e99"; expected a number from 0 to 1000'],
    ['Scale(1=2)', 'Scale has no parameter "1": Scale takes factor'],
    [
      'Throttle(60)',
      'Throttle: interval is "60"; expected 3600, because the pool counts the pilots that ended within one hour',
    ],
    [
      'Fillactivated(5)',
      'Fillactivated: default is "5"; expected 0, because a queue whose facts are missing holds',
    ],
    [
      'Activated(max_pilots_pending=0)',
      'Activated: max_pilots_pending is "0"; expected a whole number from 1 to 1000000',
    ],
  ])('%j', (text, why) => {
    expect(parseChain(text)).toEqual({ ok: false, why });
  });

  it.each([
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), `"${'x'.repeat(40)}…"`],
    ['x'.repeat(10_000), `"${'x'.repeat(40)}…"`],
  ])('cuts what it quotes, if that is long: %#', (text, quoted) => {
    const parsed = parseChain(text);
    expect(parsed.ok ? '' : parsed.why).toContain(quoted);
  });
});
