import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOf } from '../../../cli/import/configuration.ts';
import { readIni } from '../../../cli/import/ini.ts';
import { importSite } from '../../../cli/import/site.ts';
import { readTemplate } from '../../../collector/templates/template.ts';
import { readConfig } from '../../../lib/stage/config.ts';
import { configuration, imported, SITES } from './sites.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(SITES.map((files) => [files.join(' + '), files] as const))('%s', (_, files) => {
  it('every key of every section has its fate, and nothing else has one', () => {
    const { sections, idle } = configuration(files);
    const stands = [...sections, ...idle].flatMap(({ file, name, options }) =>
      [...options.keys()].map((key) => `${file} [${name}] ${key}`),
    );
    const told = imported(files).rows.map(({ file, section, key }) => `${file} [${section}] ${key}`);
    expect([...new Set(told)].sort()).toEqual(stands.sort());
  });

  it('what lands nowhere says why, and what lands says where', () => {
    for (const { key, kind, to, why } of imported(files).rows) {
      expect(kind === 'landed' || kind === 'changed' ? to : why, key).toMatch(/./);
      expect(why ?? '', key).not.toContain('undefined');
    }
  });

  it('a stage takes the block as it stands', () => {
    const { block } = imported(files);
    const read = readConfig({ stages: { site: block } }, 'site');
    if (block !== null) expect(read.ok ? [] : read.mistakes).toEqual([]);
  });

  it('the endpoint takes every template', async () => {
    for (const { queue, text } of imported(files).templates) {
      await writeFile(join(folder, `${queue}.sub`), text);
      expect(await readTemplate(folder, queue)).toMatchObject({ ok: true, template: { queue } });
    }
  });

  it('no secret is told', () => {
    expect(JSON.stringify(imported(files))).not.toContain('SECRET');
  });
});

describe('a secret that is named anywhere', () => {
  const put = (file: string, secret: string) =>
    configuration([file]).sections.flatMap((section) =>
      [...section.options.keys()].map((key) => {
        const own = [
          [key, `one,%(${secret})s`],
          [secret, 'SECRET = 7'],
        ] as const;
        return [key, { ...section, options: new Map([...section.options, ...own]) }] as const;
      }),
    );

  it.each(['local-pool.conf', 'ec2.conf', 'keep-running.conf', 'all-plugins.conf', 'many-ces.conf'])(
    'is told by no key of %s that names it',
    (file) => {
      for (const [key, section] of put(file, 'pool_password')) {
        const made = importSite({ sections: [section], idle: [], twice: [] });
        expect(JSON.stringify(made), `${section.name} ${key}`).not.toContain('SECRET');
      }
    },
  );
});

type Block = Readonly<
  Record<'queues' | 'fleets', Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>;

const blockOf = (...files: readonly string[]): Block => imported(files).block as Block;

const problemsOf = (...files: readonly string[]) =>
  imported(files).problems.map(({ section, why }) => `${section}: ${why}`);

const fateOf = (files: readonly string[], section: string, key: string) =>
  imported(files)
    .rows.filter((row) => row.section === section && row.key === key)
    .map(({ kind, to, why }) => [kind, to, why]);

describe('queues', () => {
  it('a section is a queue of its site, on when it is enabled and not offline', () => {
    const { queues } = blockOf('defaults.conf');
    expect(queues).toMatchObject({
      ANALY_SITE: { state: 'active', cpus: 1, 'memory-mb': 2048, 'disk-mb': 10_240 },
      PROD_SITE_MCORE: { state: 'active', siteid: 'PROD_SITE', cpus: 8, 'pilot-wall-seconds': 258_000 },
      OFF_SITE: { state: 'paused' },
    });
  });

  it('sections of one site that say the same are one queue, with the share of Scale of both', () => {
    const { queues } = blockOf('many-ces.conf');
    expect(Object.keys(queues)).toEqual(['BIG_SITE']);
    expect(queues.BIG_SITE?.chain).toMatch(/^Ready\(\), Scale\(factor=0\.1111111111112\), /);
    expect(fateOf(['many-ces.conf'], 'BIG_SITE-gate02.example.org', 'sched.scale.factor')).toEqual([
      [
        'changed',
        'chain',
        'was the share of one of 2 CEs: it is 2 times as much here, where they are one queue',
      ],
    ]);
  });

  it('sections of one site that differ are left out by their names', () => {
    expect(problemsOf('many-ces.conf')).toEqual([
      expect.stringMatching(
        /^ODD_SITE-cream.example.org, ODD_SITE-arc.example.org: .* serve one site, ODD_SITE,/,
      ),
    ]);
  });

  it('what Scale is without other factories is said', () => {
    const notes = imported(['many-ces.conf', 'factory.conf']).notes.map(({ why }) => why);
    expect(notes).toContainEqual(
      'Scale(0.1111111111112) is the share of one of 4 factories; where aerie takes the place of all of them it is Scale(0.444444)',
    );
  });

  it('limits per cycle are told for a shorter cycle', () => {
    expect(imported(['local-pool.conf']).notes.map(({ why }) => why)).toContainEqual(
      'MaxPerCycle(20) was for 360 s and is for 60 s now; MaxPerCycle(4) is the same pace',
    );
  });

  it('pilots too large for the default fleet have one of their own', () => {
    const { queues, fleets } = blockOf('doubtful.conf');
    expect(queues.LARGE).toMatchObject({ state: 'active', fleet: 'LARGE' });
    expect(fleets.LARGE).toMatchObject({ flavours: 'any(8-16c, 66656m)', workerDiskGb: 281 });
  });

  it('a queue that is not sure to decide as before is paused, and said', () => {
    const { queues } = blockOf('doubtful.conf');
    const paused = Object.entries(queues).filter(([, { state }]) => state === 'paused');
    expect(paused.map(([name]) => name)).toEqual([
      'NO_NUMBER',
      'NO_INTEGER',
      'BELOW_ZERO',
      'OWN_PLUGIN',
      'NO_CHAIN',
      'NO_SUCH_NAME',
      'EXPRESSION',
    ]);
    const problems = problemsOf('doubtful.conf');
    for (const [name] of paused) {
      expect(problems.filter((problem) => problem.startsWith(`${name}: `)).length, name).toBe(1);
    }
    expect(problems.filter((problem) => /^(OTHER_SOURCE|NO_SITE|HUGE): /.test(problem))).toHaveLength(3);
    expect(problems).toHaveLength(paused.length + 3);
  });

  it('keys in a case of their own are not read, and said', () => {
    expect(blockOf('twice.conf').queues.TWICE).toMatchObject({
      siteid: 'SECOND',
      chain: 'Ready(), MaxPerCycle(maximum=12)',
    });
    expect(fateOf(['twice.conf'], 'TWICE', 'sched.MaxPerCycle.maximum')).toEqual([
      [
        'dropped',
        null,
        'AutoPyFactory does not read it: the case of keys matters; sched.maxpercycle.maximum is one',
      ],
    ]);
  });

  it('the limit of the factory stands in the chains that have MaxPerFactory', () => {
    const { queues } = blockOf('all-plugins.conf', 'factory.conf');
    expect(queues.KEPT).toMatchObject({
      state: 'active',
      chain: 'KeepNRunning(keep_running=150), MaxPerFactory(maximum=500)',
    });
    expect(blockOf('all-plugins.conf').queues.KEPT?.state).toBe('paused');
  });
});

it('mappings of states and monitors are no queues', () => {
  const { block, problems } = imported(['monitor.conf']);
  expect([block, problems]).toEqual([null, []]);
});

it('a section of release 1 is left out, with what it is', () => {
  const read = readIni('factory.conf', '[TRIUMF_ce1]\nnickname = TRIUMF-LCG2-ce1\n');
  const put = read.ok ? configurationOf([read.file]) : undefined;
  expect(put?.ok === true ? importSite(put.configuration).problems : []).toEqual([
    { section: 'TRIUMF_ce1', why: expect.stringMatching(/is its file one of release 1\?$/) },
  ]);
});

describe('fleets', () => {
  it('machines for the jobs of the pool are a fleet, and pilots run on it', () => {
    const { queues, fleets } = blockOf('ec2.conf');
    expect(fleets.CLOUD_MACHINES).toEqual({
      state: 'active',
      flavours: 'm5.2xlarge',
      market: 'spot-first',
      'max-launch-per-tick': 10,
      'max-workers': 80,
      'max-booting': 15,
    });
    expect(queues.CLOUD_PILOTS?.fleet).toBe('CLOUD_MACHINES');
  });

  it('machines that ran pilots themselves are a fleet, and a queue that waits for its template', () => {
    const { queues, fleets } = blockOf('ec2.conf');
    expect(queues.DIRECT_MACHINES).toMatchObject({
      state: 'paused',
      fleet: 'DIRECT_MACHINES',
      siteid: 'DIRECT',
    });
    expect(fleets.DIRECT_MACHINES).toEqual({ state: 'active' });
    expect(imported(['ec2.conf']).templates.map(({ queue }) => queue)).toEqual(['CLOUD_PILOTS']);
  });

  it('a number of machines that is kept is min-workers', () => {
    expect(blockOf('keep-running.conf').fleets['cluster-on-slurm']).toMatchObject({
      'min-workers': 12,
      'max-workers': 12,
    });
    expect(problemsOf('keep-running.conf')).toEqual([
      expect.stringMatching(/^kept-in-the-pool: keeps jobs in the local/),
    ]);
  });
});

describe('templates', () => {
  const linesOf = (file: string, queue: string) =>
    imported([file])
      .templates.find((template) => template.queue === queue)
      ?.text.split('\n') ?? [];

  it('have the arguments with every name put in, and blanks of variables in single quotes', () => {
    expect(linesOf('defaults.conf', 'PROD_SITE_MCORE')).toEqual(
      expect.arrayContaining([
        'arguments = --wrappergrid=OSG --wrapperwmsqueue=PROD_SITE --wrapperbatchqueue=PROD_SITE_MCORE --wrappervo=ATLAS --rate=50%',
        `environment = "PANDA_JSID=aerie APFCID=$(Cluster).$(Process) RUCIO_ACCOUNT=pilot FRONTIER_SERVER='(a b)'"`,
      ]),
    );
  });

  it('leave out what is about a CE, and say time() where CurrentTime was', () => {
    expect(linesOf('defaults.conf', 'ANALY_SITE')).toContain(
      'periodic_remove = (JobStatus == 5 && (time() - EnteredCurrentStatus) > 3600)',
    );
    expect(linesOf('defaults.conf', 'PROD_SITE_MCORE').join('\n')).not.toMatch(/globus|periodic_remove/);
  });

  it('keep a comma that a backslash made literal', () => {
    expect(linesOf('doubtful.conf', 'EXPRESSION')).toEqual(
      expect.arrayContaining(['+Who = "a, b"', '+Path = c\\', '+Load = 1']),
    );
  });

  it('leave out every secret, and the queue waits where its arguments held one', () => {
    expect(linesOf('secrets.conf', 'HIDDEN')).toContain(
      'environment = "PANDA_JSID=aerie APFCID=$(Cluster).$(Process) RUCIO_ACCOUNT=pilot"',
    );
    expect(problemsOf('secrets.conf')).toEqual(
      ['HIDDEN', 'THROUGH', 'BY-ITS-LOOKS'].map(
        (queue) => `${queue}: executable.arguments is withheld: its template is to be completed`,
      ),
    );
    expect(fateOf(['secrets.conf'], 'THROUGH', 'login')[0]?.[0]).toBe('withheld');
  });
});
