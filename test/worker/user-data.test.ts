import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { WorkerOptions } from '../../worker/options.ts';
import { MOST_USER_DATA_BYTES, packed, userData } from '../../worker/user-data.ts';
import { LEAST, LONG } from './options.ts';

const SYSTEMS = ['el9', 'debian', 'baked'] as const;

const cloudConfig = z.strictObject({
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
const certificate = (seed: number): string => {
  const lines = Array.from({ length: 12 }, (_, at) =>
    createHash('sha384').update(`${seed}.${at}`).digest('base64'),
  );
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

describe('user-data', () => {
  it.each(SYSTEMS)('fits into what EC2 takes, with long options and for %s', (os) => {
    expect(packed(userData({ ...LONG, os })).byteLength).toBeLessThanOrEqual(MOST_USER_DATA_BYTES);
  });

  it('is far shorter for an image that has everything', () => {
    expect(packed(userData({ ...LEAST, os: 'baked' })).byteLength).toBeLessThan(
      packed(userData(LEAST)).byteLength / 10,
    );
  });

  it('says so when it does not fit', () => {
    const options = {
      ...LEAST,
      endpointCa: Array.from({ length: 8 }, (_, at) => certificate(at)).join(''),
      cvmfs: { repositories: [...names(32)] },
      requiredHosts: names(32).map((host) => `${host.split('').reverse().join('')}:1094`),
    };
    expect(() => userData(options)).toThrow(
      /^The user-data has \d+ bytes when packed, EC2 takes 16384; name fewer hosts/,
    );
  });

  it.each(SYSTEMS)('is the same for the same options for %s, so that no deploy changes a template', (os) => {
    expect(userData({ ...LONG, os })).toBe(userData({ ...LONG, os }));
  });

  it('is packed in a way that cloud-init unpacks, the same for the same text', () => {
    const text = userData(LONG);
    expect(gunzipSync(packed(text)).toString()).toBe(text);
    expect(packed(text)).toEqual(packed(text));
  });

  it('brings programs that can be executed', () => {
    const brought = programsOf(userData(LEAST));
    expect(brought.map(({ path }) => path)).toContain(`${PROGRAMS}begin`);
    expect(new Set(brought.map(({ permissions }) => permissions))).toEqual(new Set(['0755']));
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
      cvmfs: { repositories: [], proxy: 'DIRECT', quotaMb: 10_000 },
      environment: {},
      programs: expect.stringMatching(/^[0-9a-f]{16}$/),
      minScratchMb: 5_000,
      checkSeconds: 60,
      bootSeconds: 900,
    });
  });

  it("gives jobs of EL9 the place of OSG's worker-node client, unless the site has another", () => {
    expect(factsOf(userData(LEAST)).environment).toEqual({ OSG_GRID: '/etc/osg/wn-client' });
    const environment = { OSG_GRID: '/opt/wn' };
    expect(factsOf(userData({ ...LEAST, environment })).environment).toEqual(environment);
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
  (value) => ({ environment: { A: value } }),
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
      expect(factsOf(outcome.text)).toMatchObject(place(text));
      return !/["'`$\\\s#()&<>*?]/.test(text);
    });
    fc.assert(law, { numRuns: 1000 });
  });
});
