import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { WorkerOptions } from '../../worker/options.ts';
import { programs, programsMark, programsOfCloud } from '../../worker/programs.ts';
import { MOST_USER_DATA_BYTES, packed, userData } from '../../worker/user-data.ts';
import { certificate, LEAST, LONG } from './options.ts';

const SYSTEMS = ['el9', 'debian', 'baked'] as const;

const cloudConfig = z.strictObject({
  bootcmd: z.array(z.array(z.string())),
  write_files: z.array(
    z.strictObject({ path: z.string(), content: z.string(), permissions: z.literal('0755').optional() }),
  ),
  runcmd: z.array(z.array(z.string())),
});

/** What cloud-init makes of it: JSON is YAML. */
const read = (text: string) => cloudConfig.parse(JSON.parse(text.replace(/^#cloud-config\n/, '')));

const fileOf = (text: string, path: string): string => {
  const file = read(text).write_files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file.content;
};

const factsOf = (text: string) => JSON.parse(fileOf(text, '/etc/aerie/worker.json'));
const PROGRAMS = '/usr/local/libexec/aerie/';
const programsOf = (text: string) => read(text).write_files.filter(({ path }) => path.startsWith(PROGRAMS));

/** Digits that no packing makes smaller than half. */
const digits = (seed: string): string => createHash('sha512').update(seed).digest('hex');
const names = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, at) => `a${digits(`${at}`).slice(0, 60)}.a${digits(`b${at}`).slice(0, 60)}a`,
  );

const SITE = { script: '#!/bin/sh\n/usr/bin/site-setup\n' };

describe('user-data', () => {
  it.each(SYSTEMS)('fits into what EC2 takes, with long options and for %s', (os) => {
    expect(packed(userData({ ...LONG, os })).byteLength).toBeLessThanOrEqual(MOST_USER_DATA_BYTES);
  });

  it.each(SYSTEMS)('is no longer for an OpenStack, and brings the programs of that cloud, for %s', (os) => {
    const of = (cloud: 'ec2' | 'openstack') => userData({ ...LONG, os, cloud });
    const [ec2, openstack] = [of('ec2'), of('openstack')];
    expect(packed(openstack).byteLength).toBeLessThanOrEqual(MOST_USER_DATA_BYTES);
    expect(fileOf(openstack, `${PROGRAMS}cloud.py`)).toBe(programsOfCloud('openstack')['cloud.py']);
    const { programs: mark, ...facts } = factsOf(openstack);
    const { programs: other, ...same } = factsOf(ec2);
    expect(facts).toEqual(same);
    expect([mark, other]).toEqual([programsMark('openstack'), programsMark()]);
    const order = read(openstack).write_files.map(({ path }) => path);
    // An image's unit starts as soon as there are facts: what is to be in its place is there before.
    expect(order.indexOf(`${PROGRAMS}cloud.py`)).toBeLessThan(order.indexOf('/etc/aerie/worker.json'));
  });

  it.each(SYSTEMS)("has room for a site's layer beside long options, for %s", (os) => {
    expect(packed(userData({ ...LONG, os, site: SITE })).byteLength).toBeLessThanOrEqual(
      MOST_USER_DATA_BYTES,
    );
  });

  it('is far shorter for an image that has everything', () => {
    expect(packed(userData({ ...LEAST, os: 'baked' })).byteLength).toBeLessThan(
      packed(userData(LEAST)).byteLength / 10,
    );
  });

  it('says so when it does not fit', () => {
    const options = {
      ...LEAST,
      endpointCa: Array.from({ length: 8 }, (_, at) => certificate(`${at}`)).join(''),
      cvmfs: { repositories: [...names(32)] },
      requiredHosts: names(32).map((host) => `${host.split('').reverse().join('')}:1094`),
    };
    expect(() => packed(userData(options))).toThrow(
      /^The user-data has \d+ bytes when packed, EC2 takes 16384; name fewer hosts/,
    );
  });

  it.each(SYSTEMS)('is the same for the same options for %s, so that no deploy changes a template', (os) => {
    expect(packed(userData({ ...LONG, os }))).toEqual(packed(userData({ ...LONG, os })));
  });

  it('begins with an end: a machine whose cloud-init dies does not live for ever', () => {
    const [[setsid, shell, , script = '', , seconds] = []] = read(
      userData({ ...LEAST, bootSeconds: 600 }),
    ).bootcmd;
    expect([setsid, shell, seconds]).toEqual(['setsid', 'sh', '720']);
    expect(script).toMatch(/ &$/);
    const folder = mkdtempSync(join(tmpdir(), 'aerie-end-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ['sleep', 'shutdown', 'poweroff']) {
      const path = join(folder, name);
      writeFileSync(path, `#!/bin/sh\necho ${name} "$@" >>${folder}/called\n`, { mode: 0o755 });
    }
    /** What it does at its end, on a machine whose files and commands are in the folder alone. */
    const atItsEnd = (): string => {
      rmSync(join(folder, 'called'), { force: true });
      const here = script.replaceAll('/run/aerie', folder).replace('/dev/console', `${folder}/console`);
      const waited = here.replace(/ &$/, '');
      execFileSync('/bin/sh', ['-c', waited, 'sh', seconds ?? ''], { env: { PATH: folder } });
      return readFileSync(join(folder, 'called'), 'utf8');
    };
    expect(atItsEnd()).toBe('sleep 720\nshutdown -h now\n');
    expect(readFileSync(join(folder, 'console'), 'utf8')).toBe('aerie: power-off: no worker after 720 s\n');
    writeFileSync(join(folder, 'accepting'), '');
    expect(atItsEnd()).toBe('sleep 720\n');
  });

  it('is packed in a way that cloud-init unpacks', () => {
    const options = { ...LEAST, sessionManager: true, site: SITE };
    for (const text of [userData(LEAST), userData(options)]) {
      expect(gunzipSync(packed(text)).toString()).toBe(text);
    }
    expect(gzipSync(userData(options), { level: 9 }).length).toBeGreaterThan(MOST_USER_DATA_BYTES);
  });

  it('brings programs that can be executed', () => {
    const brought = programsOf(userData(LEAST));
    expect(brought.map(({ path }) => path)).toContain(`${PROGRAMS}begin`);
    const run = brought.filter(({ permissions }) => permissions === '0755').map(({ content }) => content);
    expect(run).toEqual(brought.map(({ content }) => content).filter((content) => content.startsWith('#!')));
  });

  it.each([
    ['nothing more', {}, []],
    ['sessions', { sessionManager: true }, ['agents.py', 'timed.py']],
    ['logs in CloudWatch', { logGroup: '/aerie/dev/machines' }, ['agents.py', 'timed.py']],
    ['logs on a syslog host', { syslogHost: 'logs.example.org:514' }, ['agents.py', 'timed.py']],
    ["a site's layer", { site: SITE }, ['layer.py', 'timed.py']],
  ])('brings to a plain image the programs that are asked for: %s', (_, more, expected) => {
    const brought = programsOf(userData({ ...LEAST, ...more })).map(({ path }) => path.replace(PROGRAMS, ''));
    const some = Object.keys(programs('el9')).filter((name) => !name.startsWith('packages-'));
    const always = programsOf(userData(LEAST)).map(({ path }) => path.replace(PROGRAMS, ''));
    expect(brought.filter((name) => !always.includes(name)).sort()).toEqual(expected);
    expect(some.filter((name) => !always.includes(name))).toEqual([
      ...['agents.py', 'layer.py', 'timed.py', 'version.py'],
    ]);
  });

  it.each(SYSTEMS)("has room for sessions, logs and a site's layer beside the least, for %s", (os) => {
    const logs = { logGroup: '/aerie/dev/machines', syslogHost: 'logs.example.org:514' };
    const options = { ...LEAST, ...logs, os, sessionManager: true, site: SITE };
    expect(packed(userData(options)).byteLength).toBeLessThanOrEqual(MOST_USER_DATA_BYTES);
  });

  it('says what YAML takes of a file only when it is escaped', () => {
    const script = '#!/bin/sh\necho "\u007f \u0085 \u2028"\n';
    const text = userData({ ...LEAST, site: { script } });
    expect(text).not.toMatch(/[\x7f-\x9f\u2028]/);
    expect(text).toContain('\\u007f \\u0085 \\u2028');
  });

  it('is refused if the site’s layer leaves a boot no time', () => {
    const options = { ...LEAST, bootSeconds: 900, checkSeconds: 60, site: { ...SITE, seconds: 840 } };
    expect(() => userData(options)).toThrow('site.seconds is 840, and with checkSeconds (60)');
    expect(() => userData({ ...options, site: { ...SITE, seconds: 839 } })).not.toThrow();
  });

  it('is a cloud-config in plain ASCII', () => {
    expect(userData(LONG)).toMatch(/^#cloud-config\n\{[\x20-\x7e\n]*\}\n$/);
  });

  it("tells the pool's facts to the worker, and the defaults of what was left out", () => {
    expect(factsOf(userData({ ...LEAST, os: 'debian' }))).toEqual({
      os: 'debian',
      osg: '25',
      scratchVolume: false,
      sessionManager: false,
      logGroup: '',
      syslogHost: '',
      pool: 'cm.example.org',
      centralManager: 'cm.example.org',
      endpointUrl: 'https://cm.example.org:9619',
      pins: {},
      requiredHosts: [],
      cvmfs: { repositories: [], proxy: 'DIRECT', quotaMb: 10_000, later: 'refuse' },
      environment: {},
      programs: expect.stringMatching(/^[0-9a-f]{16}$/),
      memory: 2,
      listPrices: {},
      minScratchMb: 5_000,
      checkSeconds: 60,
      bootSeconds: 900,
    });
  });

  it('names every central manager of a pool that has several, as HTCondor reads them', () => {
    const centralManager = ['cm1.example.org', 'cm2.example.org:9700'];
    expect(factsOf(userData({ ...LEAST, centralManager })).centralManager).toBe(
      'cm1.example.org, cm2.example.org:9700',
    );
  });

  it("gives jobs of EL9 the place of OSG's worker-node client, unless the site has another", () => {
    expect(factsOf(userData(LEAST)).environment).toEqual({ OSG_GRID: '/etc/osg/wn-client' });
    const environment = { OSG_GRID: '/opt/wn' };
    expect(factsOf(userData({ ...LEAST, environment })).environment).toEqual(environment);
  });

  it('lets a host that does not answer keep a new worker away, and not one that is there', () => {
    const own = { host: 'door.example.org:1094', later: 'refuse' as const };
    expect(
      factsOf(userData({ ...LEAST, requiredHosts: ['squid.example.org:3128', own] })).requiredHosts,
    ).toEqual([
      { host: 'squid.example.org:3128', boot: 'refuse', later: 'tell' },
      { host: 'door.example.org:1094', boot: 'refuse', later: 'refuse' },
    ]);
  });

  it('brings the package list of its own system only', () => {
    const lists = (os: WorkerOptions['os']) =>
      programsOf(userData({ ...LEAST, os })).flatMap(({ path }) => path.match(/packages-.*/) ?? []);
    expect(lists('el9')).toEqual(['packages-el9.sh']);
    expect(lists('debian')).toEqual(['packages-debian.sh']);
  });

  it.each(SYSTEMS)(
    'has nothing in it that looks like a secret, and nothing left to fill in, for %s',
    (os) => {
      const all = userData({ ...LONG, os });
      expect(all).not.toMatch(
        /PRIVATE KEY|AKIA[A-Z0-9]{16}|ASIA[A-Z0-9]{16}|eyJ[\w-]+\.eyJ|password\s*[=:]/i,
      );
      expect(all).not.toMatch(/@@|<%|\{\{|__[A-Z]+__/);
    },
  );
});

const HOSTILE = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        ' ',
        '$',
        '`',
        '\n',
        '\r',
        '\\',
        '$(',
        ')',
        '#',
        ';',
        '|',
        ':',
        'a.b',
        '\u0085',
        '\u2028',
      ),
    )
    .map((parts) => parts.join('')),
);

/** Every option that is a text, with something in its place. */
const PLACES: readonly ((text: string) => Partial<WorkerOptions>)[] = [
  (pool) => ({ pool }),
  (centralManager) => ({ centralManager }),
  (endpointUrl) => ({ endpointUrl }),
  (more) => ({ endpointUrl: `https://cm.example.org/${more}` }),
  (endpointCa) => ({ endpointCa }),
  (stsHost) => ({ stsHost }),
  (name) => ({ pins: { [name]: '10.0.0.1' }, requiredHosts: [`${name}:80`] }),
  (address) => ({ pins: { 'lfc.example.org': address }, requiredHosts: ['lfc.example.org:80'] }),
  (place) => ({ requiredHosts: [place] }),
  (repository) => ({ cvmfs: { repositories: [repository] } }),
  (proxy) => ({ cvmfs: { repositories: ['atlas.cern.ch'], proxy } }),
  (name) => ({ environment: { [name]: '1' } }),
];

/** The user-data, or the sentence of its refusal. */
const made = (options: WorkerOptions): { readonly text: string } | { readonly why: string } => {
  try {
    return { text: userData(options) };
  } catch (error) {
    return { why: String(error) };
  }
};

describe('whatever text is given as an option', () => {
  it('is refused, or arrives as it is and means nothing to a shell, to YAML or to HTCondor', () => {
    const commands = read(userData(LEAST)).runcmd;
    const law = fc.property(fc.constantFrom(...PLACES), HOSTILE, (place, text) => {
      const options = { ...LEAST, ...place(text) };
      const outcome = made(options);
      if ('why' in outcome) return /^Error: .*\.$/s.test(outcome.why);
      expect(read(outcome.text).runcmd).toEqual(commands);
      const { requiredHosts = [], ...others } = place(text);
      const given = factsOf(outcome.text);
      expect(given).toMatchObject(others);
      expect(given.requiredHosts).toMatchObject(requiredHosts.map((host) => ({ host })));
      return !/["'`$\\\s#()&<>*?]/.test(text);
    });
    fc.assert(law, { numRuns: 1000 });
  });

  it('is a value of a variable if it can be printed, and arrives as it is', () => {
    const commands = read(userData(LEAST)).runcmd;
    const law = fc.property(fc.oneof(HOSTILE, fc.string({ maxLength: 1001 })), (value) => {
      const outcome = made({ ...LEAST, os: 'debian', environment: { A: value } });
      if ('why' in outcome) return !/^[ -~]{0,1000}$/.test(value);
      expect(read(outcome.text).runcmd).toEqual(commands);
      return factsOf(outcome.text).environment.A === value;
    });
    fc.assert(law, { numRuns: 500 });
  });
});
