import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { condor } from '../../../collector/condor/condor.ts';
import { fakeCondor } from '../fake-condor.ts';

const fake = fakeCondor();
afterAll(() => fake.remove());

const tools = (limits: { seconds?: number; outputBytes?: number } = {}, environment = {}) =>
  condor({ directories: [fake.directory], seconds: 60, outputBytes: 1_000_000, environment, ...limits });

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
      late: true,
    });
  });

  it('ends when it prints more than it may', async () => {
    fake.answers('condor_rm', { stdout: 'x'.repeat(5000) });
    const answer = await tools({ outputBytes: 1000 })('condor_rm', []);
    expect(answer).not.toHaveProperty('late');
    expect(answer).toMatchObject({
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

  it('is a value also where its arguments are longer than the system takes', async () => {
    expect(await tools()('condor_q', ['x'.repeat(200_000)])).toEqual({
      ok: false,
      why: 'condor_q: cannot be run (spawn E2BIG)',
      stdout: '',
      stderr: '',
    });
  });

  it.runIf(process.platform === 'linux')(
    'is a value also where there is no descriptor or process for it',
    () => {
      const module = new URL('../../../collector/condor/condor.ts', import.meta.url).href;
      const script = `
      import { openSync } from 'node:fs';
      import { condor } from ${JSON.stringify(module)};
      const run = condor({ directories: ['/usr/bin', '/bin'], seconds: 5, outputBytes: 10, environment: {} });
      console.log((await run('true', [])).ok);
      for (let isFull = false; !isFull; ) try { openSync('/dev/null'); } catch { isFull = true; }
      console.log((await run('true', [])).why);`;
      const said = execFileSync('/bin/sh', [
        '-c',
        'ulimit -n 64; exec "$0" --input-type=module -e "$1"',
        process.execPath,
        script,
      ]);
      expect(said.toString()).toMatch(/^true\ntrue: cannot be run \(.*EMFILE\)\n$/);
    },
  );

  it('ends at its time limit also if the tool itself cannot be ended', async () => {
    // What it has started holds its streams open.
    const run = condor({ directories: ['/bin', '/usr/bin'], seconds: 1, outputBytes: 10, environment: {} });
    expect(await run('sh', ['-c', 'sleep 60 & echo $!; wait'])).toMatchObject({
      ok: false,
      why: 'sh: no answer within 1 s',
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
        _CONDOR_SCHEDD_HOST: 'ap1',
        LD_PRELOAD: '/evil',
        LC_ALL: 'de_DE',
        AWS_KEY: 'x',
        HOMEPAGE: 'x',
        MY_CONDOR_CONFIG: 'x',
        X_CONDOR_X: 'x',
        _CONDOR_: 'x',
      },
    });
    const answer = await run('env', []);
    expect(answer.ok && answer.stdout.trim().split('\n').sort()).toEqual([
      'CONDOR_CONFIG=/etc/c',
      'LC_ALL=C',
      'PATH=/usr/bin:/bin',
      '_CONDOR_SCHEDD_HOST=ap1',
      '_CONDOR_X=1',
    ]);
  });

  it.each([
    [300, 'x'.repeat(300)],
    [301, `${'x'.repeat(299)}…`],
  ])('gives its reason in 300 characters at most: of %d', async (length, said) => {
    fake.answers('condor_q', { status: 1, stderr: `\n${'x'.repeat(length)}  \n` });
    const answer = await tools()('condor_q', []);
    expect(answer).toMatchObject({ ok: false, why: `condor_q: exit status 1, ${said}` });
  });

  it('keeps all that was said of its failure, and no more than it can use of a flood', async () => {
    fake.answers('condor_q', { status: 1, stderr: 'x'.repeat(400) });
    expect(await tools()('condor_q', [])).toMatchObject({ stderr: 'x'.repeat(400) });
    fake.answers('condor_q', { status: 1, stderr: 'x'.repeat(1_000_000) });
    const answer = await tools()('condor_q', []);
    expect(answer.ok ? 0 : answer.stderr.length).toBe(8_192);
  });

  it('gives as much as it may print', async () => {
    fake.answers('condor_q', { stdout: 'x'.repeat(1_000) });
    expect(await tools({ outputBytes: 1_000 })('condor_q', [])).toEqual({
      ok: true,
      stdout: 'x'.repeat(1_000),
    });
    expect(await tools({ outputBytes: 999 })('condor_q', [])).toMatchObject({ ok: false });
  });

  it('is given its input, or an empty one', async () => {
    fake.answers('condor_submit', {});
    await tools()('condor_submit', [], { input: 'queue 1\n' });
    expect(fake.input('condor_submit')).toBe('queue 1\n');
    await tools()('condor_submit', []);
    expect(fake.input('condor_submit')).toBe('');
  });

  it('runs in the folder that is asked for, or in the root, with what is added to its environment', async () => {
    const run = condor({
      directories: ['/bin', '/usr/bin'],
      seconds: 5,
      outputBytes: 10_000,
      environment: {},
    });
    expect(await run('pwd', [])).toEqual({ ok: true, stdout: '/\n' });
    expect(await run('pwd', [], { folder: '/usr' })).toEqual({ ok: true, stdout: '/usr\n' });
    const answer = await run('env', [], { environment: { _CONDOR_X: '2' } });
    expect(answer.ok && answer.stdout.split('\n')).toContain('_CONDOR_X=2');
  });

  it('is that of the first folder that has it', async () => {
    const directories = ['/nonexistent', fake.directory, '/usr/bin'];
    const run = condor({ directories, seconds: 60, outputBytes: 10_000, environment: {} });
    fake.answers('condor_version', { stdout: 'ours' });
    expect(await run('condor_version', [])).toEqual({ ok: true, stdout: 'ours' });
    expect(await run('/usr/bin/true', [])).toEqual({ ok: true, stdout: '' });
    expect(await run('condor_none', [])).toMatchObject({
      why: expect.stringContaining('/nonexistent/condor_none'),
    });
  });

  it('is told of when it ends, with its time and whether it worked', async () => {
    const began = performance.now();
    const ended: unknown[] = [];
    const seconds: number[] = [];
    const onEnd = (tool: string, took: number, ok: boolean) => {
      ended.push([tool, ok]);
      seconds.push(took);
    };
    const run = condor({
      directories: [fake.directory],
      seconds: 5,
      outputBytes: 10,
      environment: {},
      onEnd,
    });
    fake.answers('condor_version', {});
    await run('condor_version', []);
    fake.answers('condor_version', { status: 1 });
    await run('condor_version', []);
    await run('condor_none', []);
    expect(ended).toEqual([
      ['condor_version', true],
      ['condor_version', false],
      ['condor_none', false],
    ]);
    // In seconds: all of them together are not more than what has gone by.
    const passed = (performance.now() - began) / 1_000;
    expect(seconds.every((took) => took > 0)).toBe(true);
    expect(seconds.reduce((sum, took) => sum + took)).toBeLessThan(passed);
  });

  it('that is ended by somebody says by which signal', async () => {
    const run = condor({ directories: ['/bin', '/usr/bin'], seconds: 60, outputBytes: 10, environment: {} });
    expect(await run('sh', ['-c', 'kill -TERM $$'])).toMatchObject({ why: 'sh: ended by SIGTERM' });
  });

  it('lets everything else have the processor first, if it is to', async () => {
    const run = condor({ directories: ['/bin', '/usr/bin'], seconds: 60, outputBytes: 10, environment: {} });
    const nice = ['-c', 'until [ "$(nice)" = 10 ]; do :; done; nice'];
    expect(await run('sh', nice, { yields: true })).toEqual({ ok: true, stdout: '10\n' });
  });
});
