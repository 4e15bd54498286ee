import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../collector/config.ts';

const shipped = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../../collector/aerie-endpoint.example.json', import.meta.url), 'utf8'));

const STS = { url: 'https://sts.eu-west-1.amazonaws.com/', account: '123456789012' };
const example = () => ({
  ...shipped(),
  pool: 'cm.example.org',
  sts: { ...STS, roles: ['aerie-prod-worker'] },
});

const mistakesOf = (changes: Record<string, unknown>): readonly string[] => {
  const read = readConfig(JSON.stringify({ ...example(), ...changes }));
  return read.ok ? [] : read.mistakes;
};

describe('the configuration', () => {
  it('of the example is valid once what only the site knows is written', () => {
    expect(mistakesOf({})).toEqual([]);
  });

  it('of the example as it is shipped is refused: it would admit no worker', () => {
    const read = readConfig(JSON.stringify(shipped()));
    expect(read.ok ? [] : read.mistakes).toEqual([
      "pool is still the example's; write TRUST_DOMAIN of the central manager, the pool's name.",
      "sts.url is still the example's; write the STS of the stage's region, such as https://sts.us-east-1.amazonaws.com/.",
      "sts.account is still the example's; write the stage's account, 12 digits.",
      "sts.roles.0 is still the example's; write the role of the workers, such as aerie-prod-worker for the stage prod.",
    ]);
  });

  it('refuses the placeholder that earlier examples had for the role', () => {
    const roles = ['the-stack-s-output-WorkerRole'];
    expect(mistakesOf({ sts: { ...STS, roles } })).toEqual([
      expect.stringMatching(/^sts\.roles\.0 is still/),
    ]);
  });

  it.each([
    [{ tls: undefined }, 'tls is missing; without it the endpoint listens on 127.0.0.1 only.'],
    [{ pool: undefined }, 'pool is missing.'],
    [{ pool: 'a pool' }, 'pool has to be a name such as cm.example.org.'],
    [{ listen: { host: '0.0.0.0', port: 70_000 } }, 'listen.port may be 65535 at most.'],
    [{ secretFiles: [] }, 'secretFiles has to name a file.'],
    [{ secretFiles: ['/a', '/b', '/c'] }, 'secretFiles may name two files at most.'],
    [{ templatesDirectory: 'templates' }, 'templatesDirectory has to be an absolute path.'],
    [
      { sts: { url: 'http://sts.example.org/', account: '123456789012', roles: ['r'] } },
      'sts.url has to be an https URL such as https://sts.us-east-1.amazonaws.com/.',
    ],
    [
      { sts: { url: 'https://sts.example.org/', account: '12', roles: ['r'] } },
      'sts.account has to be an account number of 12 digits.',
    ],
    [{ joining: { tokenSeconds: 0 } }, 'joining.tokenSeconds has to be at least 300.'],
    [{ joining: { tokenSeconds: 600, key: '../POOL' } }, 'joining.key has to be the name of a key.'],
    [{ color: 'red' }, 'color is no setting of the endpoint; remove it.'],
    [{ tools: { shell: true } }, 'tools.shell is no setting of the endpoint; remove it.'],
  ])('%j: %s', (changes, sentence) => {
    expect(mistakesOf(changes)).toEqual([sentence]);
  });

  it('says every mistake at once', () => {
    expect(mistakesOf({ pool: undefined, secretFiles: [] })).toHaveLength(2);
  });

  it.each(['', '{', '[]', '7'])('is no JSON object: %s', (text) => {
    expect(readConfig(text).ok).toBe(false);
  });

  it('may do without TLS on the machine itself', () => {
    expect(mistakesOf({ tls: undefined, listen: { host: '127.0.0.1', port: 9619 } })).toEqual([]);
  });
});
