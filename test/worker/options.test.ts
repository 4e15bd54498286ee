import { describe, expect, it } from 'vitest';
import { userData } from '../../worker/user-data.ts';
import { LEAST } from './options.ts';

describe('a mistake in the options of a worker', () => {
  it.each([
    [{ os: 'windows' }, 'os is "windows"; expected el9, debian or baked.'],
    [{ osg: '23' }, 'osg is "23"; expected "24" or "25".'],
    [{ osg: 25 }, 'osg is 25; expected "24" or "25".'],
    [{ pool: 'a b' }, 'pool is "a b"; expected the pool\'s name, such as cm.example.org.'],
    [{ pool: undefined }, "pool is missing; expected the pool's name, such as cm.example.org."],
    [{ centralManager: '$(id)' }, 'centralManager is "$(id)"; expected a host name such as cm.example.org.'],
    [
      { centralManager: 7 },
      'centralManager is 7; expected a host name such as cm.example.org, or a list of one to 4',
    ],
    [
      { centralManager: ['cm1.example.org', 'cm2.example.org'], pins: { 'cm3.example.org': '10.0.0.1' } },
      'pins.cm3.example.org is not among requiredHosts',
    ],
    [
      { centralManager: [] },
      'centralManager is []; expected a host name such as cm.example.org, or a list of one to 4',
    ],
    [
      { centralManager: ['cm1.example.org', 'a b'] },
      'centralManager.1 is "a b"; expected a host name such as cm.example.org.',
    ],
    [
      { endpointUrl: 'http://cm.example.org' },
      'endpointUrl is "http://cm.example.org"; expected an https URL',
    ],
    [{ endpointUrl: 'https://u:p@cm.example.org' }, 'expected an https URL.'],
    [{ endpointCa: 'no PEM' }, 'endpointCa is "no PEM"; expected PEM certificates.'],
    [{ pins: { 'lfc.example.org': 'here' } }, 'pins.lfc.example.org is "here"; expected an IP address.'],
    [{ pins: { 'a b': '10.0.0.1' } }, 'pins.a b is not a host name.'],
    [
      { pins: { 'lfc.example.org': '10.0.0.1' } },
      'pins.lfc.example.org is not among requiredHosts; add it there',
    ],
    [{ requiredHosts: ['squid'] }, 'requiredHosts.0 is "squid"; expected a host with its port'],
    [{ cvmfs: { repositories: ['$x'] } }, 'cvmfs.repositories.0 is "$x"; expected a repository'],
    [{ cvmfs: { repositories: [], proxy: '"; id' } }, 'cvmfs.proxy is "\\"; id"; expected CVMFS proxies'],
    [
      { environment: { HOME: '/root' } },
      'environment.HOME is not the name of an environment variable other than HOME and AERIE_NOTICE.',
    ],
    [
      { environment: { ['__proto__']: '1' } },
      'environment.__proto__ is not the name of an environment variable other than HOME and AERIE_NOTICE.',
    ],
    [{ pins: { ['__proto__']: '10.0.0.1' } }, 'pins.__proto__ is not a host name.'],
    [{ environment: { AERIE_NOTICE: '/x' } }, 'environment.AERIE_NOTICE is not the name'],
    [
      { environment: { A: 'a\nb' } },
      'environment.A is "a\\nb"; expected up to 1000 printable characters of ASCII.',
    ],
    [{ memory: 'firm' }, 'memory is "firm"; expected hard, soft, or a number from 1 to 10.'],
    [{ memory: 0.5 }, 'memory is 0.5; expected hard, soft, or a number from 1 to 10.'],
    [
      { requiredHosts: [{ host: 'squid:3128', later: 'drain' }] },
      'requiredHosts.0 is {"host":"squid:3128","later":"drain"}; expected a host with its port',
    ],
    [
      { requiredHosts: [{ host: 'squid:3128', often: 1 }] },
      'requiredHosts.0.often is no option of a worker.',
    ],
    [{ cvmfs: { repositories: [], later: 'hold' } }, 'cvmfs.later is "hold"; expected refuse or tell.'],
    [{ listPrices: { 'a b': 1 } }, 'listPrices.a b is not an instance type or a family.'],
    [{ listPrices: { m6i: -1 } }, 'listPrices.m6i is -1; expected dollars an hour.'],
    [{ minScratchMb: -1 }, 'minScratchMb is -1; expected a whole number of MB from 0 to 10000000.'],
    [{ bootSeconds: 1 }, 'bootSeconds is 1; expected a whole number of seconds from 60 to 7200.'],
    [{ token: 'x' }, 'token is no option of a worker.'],
  ])('%j is said in a sentence', (wrong, sentence) => {
    // @ts-expect-error What cdk.json has is checked when it is read.
    const make = () => userData({ ...LEAST, ...wrong });
    expect(make).toThrow(sentence);
  });

  it('is said together with all others', () => {
    const make = () => userData({ ...LEAST, pool: '', centralManager: '' });
    expect(make).toThrow(/pool is "".*centralManager is ""/);
  });
});
