import { expect, it } from 'vitest';
import { locateArgs } from '../../collector/condor/locate.ts';
import { QUEUE_ARGS } from '../../collector/see/job-rows.ts';
import { CLOSED_ARGS, ODD_ARGS, STATUS_ARGS, shutArgs } from '../../collector/see/status-args.ts';
import { INSTANCE_ID } from '../../core/model/pool.ts';

/** Names of attributes that stand in an expression without `unparse` around them: those it evaluates. */
const evaluated = (expression: string): readonly string[] =>
  expression
    .replaceAll(/unparse\(\w+\)/g, '')
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .match(/\b[A-Z]\w+/g) ?? [];

it.each([
  ['workers', STATUS_ARGS],
  ['workers that cannot be read', ODD_ARGS],
  ['slots that take nothing', CLOSED_ARGS],
  ['where workers are', locateArgs(['i-1', 'i-2'])],
])('the constraint that asks for %s evaluates nothing that an ad says', (_, args) => {
  const constraint = args[args.indexOf('-constraint') + 1] ?? '';
  expect(constraint).toContain('unparse(');
  expect(evaluated(constraint)).toEqual([]);
});

it.each([
  ['workers', STATUS_ARGS, ['COLLECTOR_StartTime', 'StatsLastUpdateTime', 'StatsLifetime']],
  // The collector itself writes that one into every ad.
  ['workers that cannot be read', ODD_ARGS, ['AuthenticatedIdentity']],
  ['slots that take nothing', CLOSED_ARGS, []],
  // Those that are looked for are spelled out in the question.
  ['where workers are', locateArgs(['i-1', 'i-2']), ['EC2InstanceId']],
])('of %s only literals are asked for', (_, args, others) => {
  const constraint = args[args.indexOf('-constraint') + 1] ?? '';
  const literals = /regexp\("\^\(.*", strcat\((.*?)\)\) =\?= true/.exec(constraint)?.[1] ?? '';
  const asked = args.slice(args.indexOf('-af:tV') + 1).flatMap(evaluated);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((name) => !literals.includes(`unparse(${name})`) && !others.includes(name))).toEqual(
    [],
  );
});

/** What an ad has written at each name, and whether the question for slots that take nothing finds it. */
it.each([
  ['a drain', { Draining: 'true' }, true],
  ['a drain that has come to its end', { State: '"Drained"' }, true],
  ['condor_off -peaceful', { Requirements: 'false', State: '"Unclaimed"' }, true],
  ["an operator's START = False", { Start: 'false', State: '"Owner"' }, true],
  ['a machine that is not well', { NODE_HEALTHY: 'false' }, true],
  ['the START of every worker', { Start: 'NODE_HEALTHY && MATCH_APF_QUEUE =?= APF_QUEUE' }, false],
  ['a text for a truth value', { Start: '"false"', Draining: '"true"' }, false],
  ['a machine that is well', { NODE_HEALTHY: 'true', Start: 'true', State: '"Unclaimed"' }, false],
] as const)('a slot takes nothing new by what is written in its ad: %s', (_, ad, takesNothing) => {
  const constraint = CLOSED_ARGS[CLOSED_ARGS.indexOf('-constraint') + 1] ?? '';
  const alternatives = constraint.slice(constraint.lastIndexOf('&& (')).split('||');
  const isSo = (alternative: string) => {
    const [, name = '', value = ''] = /unparse\((\w+)\) =\?= ("(?:[^"\\]|\\.)*")/.exec(alternative) ?? [];
    return new Map<string, string>(Object.entries(ad)).get(name) === JSON.parse(value);
  };
  expect(alternatives.some(isSo)).toBe(takesNothing);
});

it('the schedd is asked for the pilots of all users, and for plain jobs that name a fleet, and for no others', () => {
  expect(QUEUE_ARGS).toEqual([
    '-allusers',
    '-constraint',
    '(unparse(MATCH_APF_QUEUE) != "" || unparse(AerieFleet) != "") && JobUniverse == 5',
    '-af:t',
    ...['MATCH_APF_QUEUE', 'AerieFleet'].map((name) => `replaceall("[^!-~]", unparse(${name}), " ")`),
    'int(JobStatus)',
    ...['RequestCpus', 'RequestMemory', 'RequestDisk', 'RequestGPUs', 'AerieWallSeconds'].map(
      (name) => `real(${name})`,
    ),
    `JobStatus == 1 ? int(LastJobStatus) : regexp("@${INSTANCE_ID}@", RemoteHost)`,
    'JobStatus == 1 ? EnteredCurrentStatus / 30 : MATCH_APF_QUEUE is undefined ? 0 : int(JobCurrentStartDate)',
  ]);
});

it('a START that comes to 0 is false as well: HTCondor takes a number for a truth value', () => {
  const clause = { text: '0', present: [], looked: [] };
  const args = shutArgs([{ start: '0', clauses: [clause] }]);
  expect(args[1]).toContain('((0) ? true : false) =?= false');
});
