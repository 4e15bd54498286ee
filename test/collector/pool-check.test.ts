import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../collector/command-line.ts';
import type { Condor } from '../../collector/condor/condor.ts';
import { domainMistake, type Expected, poolMistakes } from '../../collector/pool-check.ts';

const KNOBS: Readonly<Record<string, string>> = {
  TRUST_DOMAIN: 'pool.site.example',
  COLLECTOR_MAX_FILE_DESCRIPTORS: '10240',
  SHARED_PORT_MAX_FILE_DESCRIPTORS: '20000',
  MAX_JOBS_RUNNING: 'MIN({24105, 10000})',
};

/** Each knob is one daemon's: another may read another value of it. */
const READ_BY: Readonly<Record<string, string>> = {
  TRUST_DOMAIN: 'COLLECTOR',
  COLLECTOR_MAX_FILE_DESCRIPTORS: 'COLLECTOR',
  SHARED_PORT_MAX_FILE_DESCRIPTORS: 'SHARED_PORT',
  MAX_JOBS_RUNNING: 'SCHEDD',
};

/** HTCondor's tools on a central manager with these knobs, those that differ from a usual one. */
const condorWith =
  (changed: Readonly<Record<string, string | undefined>> = {}, version = '23.9.6'): Condor =>
  async (tool, args, { environment = {} } = {}) => {
    const { _CONDOR_NETWORK_HOSTNAME: name = 'this-machine' } = environment;
    const asked = [tool, ...args].join(' ');
    const [knob = ''] = Object.keys(READ_BY).filter(
      (of) => asked === `condor_config_val -subsystem ${READ_BY[of]} ${of}`,
    );
    const stdout =
      asked === 'condor_version'
        ? `$CondorVersion: ${version} 2024-08-08 $`
        : { ...KNOBS, ...changed }[knob]?.replaceAll('$(FULL_HOSTNAME)', name);
    if (stdout !== undefined) return { ok: true, stdout: `${stdout}\n` };
    const why = `${tool}: Not defined: ${args.at(-1)}`;
    return { ok: false, why, stdout: '', stderr: why };
  };

const unreachable: Condor = async (tool) => ({
  ok: false,
  why: `${tool}: not found`,
  stdout: '',
  stderr: '',
});

const POOL = { pool: 'pool.site.example', schedds: [] };

describe("the pool's name", () => {
  it.each([
    ['is TRUST_DOMAIN', 'pool.site.example'],
    ['is the first of a list, for which HTCondor signs', 'pool.site.example, other.site.example'],
  ])('fits where it %s', async (_, TRUST_DOMAIN) => {
    expect(await domainMistake(condorWith({ TRUST_DOMAIN }), POOL.pool)).toBeUndefined();
  });

  it.each([
    [
      "that is not what HTCondor's configuration has is a mistake of the endpoint's: the pool keeps its own",
      'cm.site.example',
      false,
      'pool is "pool.site.example", and TRUST_DOMAIN of HTCondor on this machine is "cm.site.example": workers\' tokens would be refused; write "cm.site.example" as pool, here and in the stage\'s worker block.',
    ],
    [
      'that is not what the machine calls itself may fit once there is a name service',
      '$(FULL_HOSTNAME)',
      true,
      'pool is "pool.site.example", and TRUST_DOMAIN of HTCondor on this machine is "this-machine", which is what the machine calls itself now: workers\' tokens would be refused; unless its name service was only not there yet, write "this-machine" as pool, here and in the stage\'s worker block.',
    ],
  ])('%s', async (_, TRUST_DOMAIN, mayPass, sentence) => {
    expect(await domainMistake(condorWith({ TRUST_DOMAIN }), POOL.pool)).toEqual({ sentence, mayPass });
  });

  it('is not judged where HTCondor does not say', async () => {
    expect(await domainMistake(unreachable, POOL.pool)).toBeUndefined();
    expect(await domainMistake(condorWith({ TRUST_DOMAIN: '' }), POOL.pool)).toBeUndefined();
  });

  it('is judged anew where HTCondor is given another one while it is asked', async () => {
    let asked = 0;
    const changing: Condor = (...call) => {
      asked += 1;
      return condorWith({ TRUST_DOMAIN: asked === 1 ? '$(FULL_HOSTNAME)' : POOL.pool })(...call);
    };
    expect(await domainMistake(changing, POOL.pool)).toBeUndefined();
  });
});

describe('HTCondor on the central manager', () => {
  const found = (condor: Condor, expected?: Expected) => poolMistakes(condor, POOL, expected);

  it.each(['23.9.6', '24.0.1', '25.14.0'])('of version %s can be used', async (version) => {
    expect(await found(condorWith({}, version))).toEqual([]);
  });

  it.each(['23.8.1', '10.9.0', '8.9.11'])('of version %s is too old', async (version) => {
    expect(await found(condorWith({}, version))).toEqual([
      `HTCondor ${version.split('.').slice(0, 2).join('.')} is too old; update it to 23.9 or newer.`,
    ]);
  });

  it('that is of another pool is said to be so, beside all else', async () => {
    const odd = await found(condorWith({ TRUST_DOMAIN: 'cm.site.example' }, '23.8.1'));
    expect(odd).toEqual([
      expect.stringContaining('too old'),
      expect.stringMatching(/^pool is "pool.site.example", and TRUST_DOMAIN .* "cm.site.example"/),
    ]);
  });

  it('that does not say its version is not taken for new enough', async () => {
    expect(await found(condorWith({}, 'unknown'))).toEqual([
      'HTCondor 0.0 is too old; update it to 23.9 or newer.',
    ]);
  });

  it('whose tools are not there is said to be so', async () => {
    expect(await found(unreachable)).toEqual(["HTCondor's tools cannot be run: condor_version: not found."]);
  });

  it('names each schedd that does not answer, and says where its name stands', async () => {
    const condor: Condor = (tool, args, options) =>
      tool !== 'condor_q'
        ? condorWith()(tool, args, options)
        : args.join(' ') === '-name ap1 -allusers -limit 1 -af ClusterId'
          ? Promise.resolve({ ok: true, stdout: '' })
          : unreachable(tool, args, options);
    expect(await poolMistakes(condor, { ...POOL, schedds: ['ap1', 'ap2'] })).toEqual([
      'schedds names "ap2", which does not answer: condor_q: not found; write the name that condor_status -schedd prints, and let this machine read there (ALLOW_READ).',
    ]);
  });

  const TOO_SMALL: readonly (readonly [string, Expected, readonly string[]])[] = [
    ['3,000 workers with a pilot each: nothing', { workers: 3000 }, []],
    ['3,246 workers: nothing', { workers: 3246 }, []],
    ['3,247 workers: the collector', { workers: 3247 }, ['COLLECTOR_MAX_FILE_DESCRIPTORS']],
    ['many pilots: the schedd', { workers: 1000, pilots: 10_001 }, ['MAX_JOBS_RUNNING']],
    [
      '7,000 workers: both',
      { workers: 7000 },
      ['COLLECTOR_MAX_FILE_DESCRIPTORS', 'SHARED_PORT_MAX_FILE_DESCRIPTORS'],
    ],
  ];
  it.each(TOO_SMALL)('is too small for %s', async (_, expected, knobs) => {
    const said = await found(condorWith(), expected);
    expect(said.map((sentence) => sentence.split(' ')[0])).toEqual(knobs);
  });

  it('says what it needs, and what to write', async () => {
    expect(await found(condorWith({ MAX_JOBS_RUNNING: '500' }), { workers: 1000, pilots: 800 })).toEqual([
      "MAX_JOBS_RUNNING is 500; 800 running pilots need 800: write MAX_JOBS_RUNNING = 800 into HTCondor's configuration.",
    ]);
  });

  it('says so of each daemon that every worker connects to', async () => {
    expect(await found(condorWith(), { workers: 6_501, pilots: 1 })).toEqual([
      "COLLECTOR_MAX_FILE_DESCRIPTORS is 10240; 6501 workers need 20003: write COLLECTOR_MAX_FILE_DESCRIPTORS = 20003 into HTCondor's configuration.",
      "SHARED_PORT_MAX_FILE_DESCRIPTORS is 20000; 6501 workers need 20003: write SHARED_PORT_MAX_FILE_DESCRIPTORS = 20003 into HTCondor's configuration.",
    ]);
  });

  it.each([
    ['not defined', undefined, 'cannot be read'],
    ['an expression', '10 * $(X)', 'is 10 * $(X)'],
    ['large in words of others', '1e9', 'is 1e9'],
    ['large in another notation', '0x99999', 'is 0x99999'],
  ])('whose limit is %s is not taken for large enough', async (_, MAX_JOBS_RUNNING, words) => {
    const [said] = await found(condorWith({ MAX_JOBS_RUNNING }), { workers: 10 });
    expect(said).toContain(`MAX_JOBS_RUNNING ${words}; 10 running pilots need 10`);
  });
});

describe('the command line', () => {
  it.each([
    [['c.json'], { file: 'c.json', checkOnly: false }],
    [['--check', 'c.json'], { file: 'c.json', checkOnly: true }],
    [
      ['--check', '--workers', '7000', 'c.json'],
      { file: 'c.json', checkOnly: true, expected: { workers: 7000 } },
    ],
    [
      ['c.json', '--pilots', '9', '--workers', '7', '--check'],
      { file: 'c.json', checkOnly: true, expected: { workers: 7, pilots: 9 } },
    ],
  ])('%j is understood', (given, asked) => {
    expect(readCommandLine(given)).toEqual(asked);
  });

  it.each([
    [[]],
    [['a.json', 'b.json']],
    [['--chekc', 'c.json']],
    [['--workers', '7', 'c.json']],
    [['--check', '--pilots', '7', 'c.json']],
    [['--check', '--workers', 'many', 'c.json']],
    [['--check', '--workers', '0', 'c.json']],
    [['--check', '--workers']],
  ])('%j is none', (given) => {
    expect(readCommandLine(given)).toBeUndefined();
  });
});
