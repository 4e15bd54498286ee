import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { condor } from '../../collector/condor.ts';
import { fakeCondor } from './fake-condor.ts';

const fake = fakeCondor();
afterAll(() => fake.remove());

const tools = (limits: { seconds?: number; outputBytes?: number } = {}, environment = {}) =>
  condor({ directories: [fake.directory], seconds: 5, outputBytes: 1_000_000, environment, ...limits });

describe('a run of one of HTCondor’s tools', () => {
  it('hands every argument over as it stands, whatever is in it', async () => {
    const run = tools();
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((s) => !s.includes('\0') && !s.includes('\u0001') && s.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (args) => {
        fake.forgetCalls();
        await run('condor_q', args);
        expect(fake.calls('condor_q')).toEqual([args.length === 0 ? [''] : args]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['nothing and success', { status: 0 }, { ok: true, stdout: '' }],
    ['nothing and failure', { status: 1 }, { ok: false, why: 'condor_q: exit status 1' }],
    [
      'its reason',
      { status: 2, stderr: 'no\n  such\u0007 schedd' },
      { ok: false, why: 'condor_q: exit status 2, no such schedd' },
    ],
    ['half an answer and failure', { status: 1, stdout: '1\n' }, { ok: false, stdout: '1\n' }],
  ])('that gives %s', async (_, answer, expected) => {
    fake.answers('condor_q', answer);
    expect(await tools()('condor_q', [])).toMatchObject(expected);
  });

  it('ends at its time limit', async () => {
    fake.answers('condor_status', { seconds: 20 });
    expect(await tools({ seconds: 1 })('condor_status', [])).toMatchObject({
      ok: false,
      why: 'condor_status: no answer within 1 s',
    });
  });

  it('ends when it prints more than it may', async () => {
    fake.answers('condor_rm', { stdout: 'x'.repeat(5000) });
    expect(await tools({ outputBytes: 1000 })('condor_rm', [])).toMatchObject({
      ok: false,
      why: 'condor_rm: printed more than 1000 bytes',
    });
  });

  it('is a value also when there is no such tool', async () => {
    expect(await tools()('condor_none', [])).toMatchObject({
      ok: false,
      why: expect.stringContaining('ENOENT'),
    });
  });

  it('sees of the endpoint’s environment what is HTCondor’s and nothing else', async () => {
    const run = condor({
      directories: ['/usr/bin'],
      seconds: 5,
      outputBytes: 10_000,
      environment: {
        CONDOR_CONFIG: '/etc/c',
        _CONDOR_X: '1',
        LD_PRELOAD: '/evil',
        LC_ALL: 'de_DE',
        AWS_KEY: 'x',
      },
    });
    const answer = await run('env', []);
    expect(answer.ok && answer.stdout.trim().split('\n').sort()).toEqual([
      'CONDOR_CONFIG=/etc/c',
      'LC_ALL=C',
      'PATH=/usr/bin:/bin',
      '_CONDOR_X=1',
    ]);
  });
});
