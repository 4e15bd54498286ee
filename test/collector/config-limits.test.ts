import { describe, expect, it } from 'vitest';
import { readConfig } from '../../collector/config.ts';

const STS = { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['worker'] };
const LEAST = {
  listen: { host: '127.0.0.1' },
  secretFiles: ['/secret'],
  pool: 'cm.example.org',
  templatesDirectory: '/templates',
  stateDirectory: '/state',
  sts: STS,
  joining: { tokenSeconds: 3_600 },
};
const read = (changes: object) => readConfig(JSON.stringify({ ...LEAST, ...changes }));
const mistakesOf = (changes: object): readonly string[] => {
  const given = read(changes);
  return given.ok ? [] : given.mistakes;
};

/** Each number, how it is set, and its bounds. */
const NUMBERS: readonly (readonly [string, (value: unknown) => object, number, number])[] = [
  ['listen.port', (port) => ({ listen: { host: '::1', port } }), 0, 65_535],
  ['tools.seconds', (seconds) => ({ tools: { seconds } }), 1, 300],
  ['tools.outputBytes', (outputBytes) => ({ tools: { outputBytes } }), 1_000_000, 512_000_000],
  ['joining.tokenSeconds', (tokenSeconds) => ({ joining: { tokenSeconds } }), 300, 31_536_000],
  ['joining.perMinute', (perMinute) => ({ joining: { tokenSeconds: 300, perMinute } }), 1, 100_000],
  ['shortSeconds', (shortSeconds) => ({ shortSeconds }), 1, 86_400],
  ['snapshotSeconds', (snapshotSeconds) => ({ snapshotSeconds }), 0, 30],
];

describe('a number of the configuration', () => {
  it.each(NUMBERS)('%s may be its bounds, and is a whole number between them', (name, set, min, max) => {
    expect([mistakesOf(set(min)), mistakesOf(set(max))]).toEqual([[], []]);
    expect(mistakesOf(set(min - 1))).toEqual([`${name} has to be at least ${min}.`]);
    expect(mistakesOf(set(max + 1))).toEqual([`${name} may be ${max} at most.`]);
    expect(mistakesOf(set(min + 0.5))).toEqual([`${name} has to be a whole number from ${min} to ${max}.`]);
  });
});

describe('a configuration that says no more than it has to', () => {
  it('has the numbers that fit most sites', () => {
    const given = read({});
    expect(given.ok && given.config).toEqual({
      ...LEAST,
      listen: { host: '127.0.0.1', port: 9_619 },
      tools: { directories: ['/usr/bin', '/usr/sbin'], seconds: 20, outputBytes: 128_000_000 },
      joining: { tokenSeconds: 3_600, perMinute: 300 },
      credentialFiles: [],
      schedds: [],
      shortSeconds: 300,
      snapshotSeconds: 2,
    });
  });
});

describe('a name of the configuration', () => {
  it.each([
    { pool: 'c' },
    { pool: `c${'m'.repeat(251)}c` },
    { listen: { host: 'localhost' } },
    { sts: { ...STS, url: 'http://localhost:1/' } },
    { sts: { ...STS, roles: ['a', 'b'.repeat(64)] } },
    { joining: { tokenSeconds: 300, key: 'a'.repeat(64), keyDirectory: '/keys' } },
    { schedds: ['ap2', 'ap3@access.example.org'] },
    { metricsSecretFile: '/m', landingsFile: '/l', secretFiles: ['/a', '/b'] },
  ])('may be that of %j', (changes) => {
    expect(mistakesOf(changes)).toEqual([]);
  });

  const URL_MISTAKE = 'sts.url has to be an https URL such as https://sts.us-east-1.amazonaws.com/.';
  it.each([
    [
      { schedds: ['-name'] },
      'schedds.0 has to be a name such as ap2.example.org, as condor_status -schedd prints it.',
    ],
    [{ schedds: Array(17).fill('ap') }, 'schedds may name 16 schedds at most.'],
    [{ pool: `c${'m'.repeat(252)}c` }, 'pool has to be a name such as cm.example.org.'],
    [{ pool: '.cm' }, 'pool has to be a name such as cm.example.org.'],
    [{ pool: 'cm.' }, 'pool has to be a name such as cm.example.org.'],
    [{ pool: 'pool.example' }, /^pool is still the example's; write TRUST_DOMAIN/],
    [{ sts: { ...STS, url: 'sts' } }, URL_MISTAKE],
    [{ sts: { ...STS, url: 'ftp://localhost/' } }, URL_MISTAKE],
    [{ sts: { ...STS, url: 'https://user@sts.us-east-1.amazonaws.com/' } }, URL_MISTAKE],
    [{ sts: { ...STS, url: 'https://sts.us-east-1.amazonaws.com/?a=1' } }, URL_MISTAKE],
    [{ sts: { ...STS, url: 'https://sts.us-east-1.amazonaws.com/#a' } }, URL_MISTAKE],
    [{ sts: { ...STS, account: '1234567890123' } }, 'sts.account has to be an account number of 12 digits.'],
    [{ sts: { ...STS, account: '000000000000' } }, /^sts\.account is still the example's/],
    [{ sts: { ...STS, roles: [] } }, 'sts.roles has to name a role.'],
    [{ sts: { ...STS, roles: ['a role'] } }, 'sts.roles.0 has to be the name of a role.'],
    [{ sts: { ...STS, roles: ['b'.repeat(65)] } }, 'sts.roles.0 has to be the name of a role.'],
    [{ joining: { tokenSeconds: 300, key: '' } }, 'joining.key has to be the name of a key.'],
    [{ joining: { tokenSeconds: 300, key: 'a'.repeat(65) } }, 'joining.key has to be the name of a key.'],
    [
      { joining: { tokenSeconds: 300, keyDirectory: 'k' } },
      'joining.keyDirectory has to be an absolute path.',
    ],
    [{ tools: { directories: [] } }, 'tools.directories has to name a folder.'],
    [{ tools: { directories: ['bin'] } }, 'tools.directories.0 has to be an absolute path.'],
    [{ tls: { keyFile: 'k', certFile: '/c' } }, 'tls.keyFile has to be an absolute path.'],
    [{ tls: { keyFile: '/k' } }, 'tls.certFile is missing.'],
    [{ sts: { ...STS, region: 'x' } }, 'sts.region is no setting of the endpoint; remove it.'],
    [{ joining: { tokenSeconds: 300, x: 1 } }, 'joining.x is no setting of the endpoint; remove it.'],
    [{ listen: { host: '::1', x: 1 } }, 'listen.x is no setting of the endpoint; remove it.'],
  ])('of %j is refused: %s', (changes, sentence) => {
    expect(mistakesOf(changes)).toEqual([
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ]);
  });

  it('is not there at all in what is no object', () => {
    expect(readConfig('{')).toEqual({ ok: false, mistakes: ['The configuration is not JSON.'] });
    expect(readConfig('7')).toEqual({
      ok: false,
      mistakes: [expect.stringMatching(/^The configuration .+\.$/)],
    });
  });
});

describe('the OpenStack of a configuration', () => {
  const KEYSTONE = 'https://keystone.example.org:5000/v3';
  const LEAST_OF_IT = { region: 'RegionOne', project: 'grid', stage: 'prod', credentialFile: '/credential' };
  const mistakesWith = (changes: object) =>
    mistakesOf({ openstack: { authUrl: KEYSTONE, ...LEAST_OF_IT, ...changes } });

  it.each([
    {},
    { authUrl: `${KEYSTONE}/` },
    { authUrl: 'http://127.0.0.1:5000/v3' },
    { caFile: '/ca.pem', project: 'x'.repeat(255) },
  ])('may be %j', (changes) => {
    expect(mistakesWith(changes)).toEqual([]);
  });

  const URL_MISTAKE =
    'openstack.authUrl has to be an https URL such as https://keystone.example.org:5000/v3.';
  it.each([
    [{ authUrl: 'http://keystone.example.org:5000/v3' }, URL_MISTAKE],
    [{ authUrl: 'https://keystone.example.org:5000' }, URL_MISTAKE],
    [{ authUrl: `${KEYSTONE}/auth` }, URL_MISTAKE],
    [{ authUrl: 'https://keystone.example.org:5000/x-v3' }, URL_MISTAKE],
    [{ region: '' }, 'openstack.region is empty.'],
    [{ project: 'x'.repeat(256) }, 'openstack.project may have 255 characters at most.'],
    [{ stage: undefined }, 'openstack.stage is missing.'],
    [{ credentialFile: 'credential' }, 'openstack.credentialFile has to be an absolute path.'],
    [{ caFile: 'ca.pem' }, 'openstack.caFile has to be an absolute path.'],
    [{ user: 'me' }, 'openstack.user is no setting of the endpoint; remove it.'],
  ])('may not be %j', (changes, sentence) => {
    expect(mistakesWith(changes)).toEqual([sentence]);
  });
});
