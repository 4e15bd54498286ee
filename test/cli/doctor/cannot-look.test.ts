import { describe, expect, it } from 'vitest';
import { answers } from './breakages.ts';
import { SECRET, wellAccount } from './well-account.ts';
import { type Examination, examineWorld, wellWorld } from './world.ts';

const STACK_TRACE = /\n\s+at |\.ts:\d+|\[object Object\]/;
const ACTIONS = Object.keys(wellAccount());

const levelsOf = ({ findings }: Examination) => new Set(findings.map(({ level }) => level));
const linesOf = ({ findings }: Examination) => findings.map(({ text, fix = '' }) => `${text} ${fix}`);

/** What AWS says instead, to every call but those that are left as they are. */
const all = (answer: () => Record<string, unknown>, but: readonly string[] = []) =>
  Object.fromEntries(ACTIONS.filter((action) => !but.includes(action)).map((action) => [action, answer]));

const WHO = ['sts:GetCallerIdentity', 'ssm:GetParameter'];

describe('what cannot be looked at is said in a sentence, and stops nothing else', () => {
  it('without credentials: the site is looked at all the same, with a secret from a file', async () => {
    const world = wellWorld();
    const expired = () => ({
      refused: 'ExpiredToken',
      message: 'The security token has expired',
      status: 403,
    });
    world.given = SECRET;
    answers(world, all(expired));
    const examination = await examineWorld(world);
    expect(levelsOf(examination)).toEqual(new Set(['ok', 'warn', 'skip']));
    const warnings = examination.findings.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ kind, text }) => [kind, text])).toEqual([
      [
        'signed-in',
        expect.stringMatching(/AWS does not take your credentials .*expired.*the account is not looked at/),
      ],
    ]);
    const ofEndpoint = examination.findings.filter(({ kind }) => /^endpoint-|templates|clocks/.test(kind));
    expect(ofEndpoint.map(({ level }) => level)).toEqual(ofEndpoint.map(() => 'ok'));
    expect(examination.code).toBe(0);
  });

  it('without a right to anything: each says which one is missing', async () => {
    const world = wellWorld();
    const denied = () => ({ refused: 'AccessDeniedException', message: 'not authorized', status: 403 });
    answers(world, all(denied, WHO));
    const examination = await examineWorld(world);
    expect([...levelsOf(examination)].sort()).toEqual(['ok', 'skip', 'warn']);
    for (const { level, text, kind } of examination.findings) {
      if (level === 'warn') expect(`${kind}: ${text}`).toMatch(/\w+:\w+ was denied/);
    }
    expect(examination.code).toBe(0);
  });

  it('an AWS that answers with HTML: each says so', async () => {
    const world = wellWorld();
    answers(
      world,
      all(() => ({ html: true }), WHO),
    );
    const examination = await examineWorld(world);
    for (const line of linesOf(examination)) expect(line).not.toMatch(STACK_TRACE);
    expect(examination.findings.length).toBeGreaterThan(30);
  });

  it('a stage that is not deployed: what needs it is left out', async () => {
    const world = wellWorld();
    answers(world, {
      'cloudformation:DescribeStacks': () => ({
        refused: 'ValidationError',
        message: 'Stack with id aerie-prod does not exist',
      }),
    });
    const { findings } = await examineWorld(world);
    const skipped = findings.filter(({ level }) => level === 'skip');
    expect(new Set(skipped.map(({ text }) => text))).toEqual(new Set(['the stage is not deployed yet']));
    expect(skipped.map(({ kind }) => kind)).toContain('ticks');
    // A parameter that is there and belongs to no stack would be in the deploy's way.
    expect(findings.filter(({ level }) => level === 'FAIL').map(({ kind }) => kind)).toEqual(['parameters']);
  });
});

describe('a single call that fails', () => {
  it.each(ACTIONS)('%s: nothing breaks, and everything else is still looked at', async (action) => {
    const world = wellWorld();
    answers(world, { [action]: () => ({ refused: 'InternalFailure', message: 'an outage', status: 500 }) });
    const examination = await examineWorld(world);
    for (const line of linesOf(examination)) expect(line).not.toMatch(STACK_TRACE);
    expect(examination.findings.filter(({ level }) => level === 'ok').length).toBeGreaterThan(
      action === 'sts:GetCallerIdentity' ? 2 : 20,
    );
    expect(examination.findings.filter(({ level }) => level === 'FAIL')).toEqual([]);
  });
});
