import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { checkCloud } from '../../../cli/doctor/account/cloud.ts';
import { type AccessRule, accessRules } from '../../../lib/rights/openstack.ts';
import { ssmFace } from '../../../twin/aws/ssm/face.ts';
import { parameterStore } from '../../../twin/aws/ssm/store.ts';
import { fleet } from '../../core/worlds.ts';
import { SITE } from '../../lib/config-clouds.ts';
import { standIn } from '../../twin/openstack/subject.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Given {
  readonly rules?: readonly AccessRule[];
  readonly project?: string;
  readonly zones?: string[];
  readonly flavours?: string;
  readonly parameter?: string;
}

/** What the doctor says of a cloud, on the stand-in of Keystone and Nova, with the parameter in the twin's Parameter Store. */
const examined = async (given: Given = {}) => {
  const nova = await standIn({ accessRules: given.rules ?? accessRules() });
  const store = parameterStore();
  const value = given.parameter ?? JSON.stringify(await nova.site.credential());
  store.put({ name: SITE.credential, value, type: 'SecureString' });
  const face = await ssmFace(store);
  const ssm = new SSMClient({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  closing.push(() => ssm.destroy(), face.close, nova.close);
  const site = {
    ...{ ...SITE, kind: 'openstack' as const, securityGroups: ['default'] },
    ...{ authUrl: nova.site.authUrl, region: nova.site.region },
    ...{ project: given.project ?? 'grid', zones: given.zones ?? ['zone-a'] },
  };
  const parsed = fleet({ cloud: 'site', flavours: given.flavours ?? 'g1.small(2c,8192m)' });
  if (!parsed.ok) throw new Error('expected settings that can be used');
  const fleets = [{ atTimes: [parsed.settings] }];
  const findings = await checkCloud({ config: { clouds: { site } }, fleets, clients: { ssm } });
  const { servers, keypairs } = nova.world;
  return { said: findings.map(({ level, text }) => `${level} ${text}`), servers, keypairs };
};

describe('the cloud beside EC2, as the doctor sees it', () => {
  it('is well with every right, and nothing is made of the look', async () => {
    const { said, servers, keypairs } = await examined();
    expect(said).toEqual(['ok the cloud site allows project grid all 12 calls']);
    expect([servers.size, keypairs.size]).toEqual([0, 0]);
  });

  it.each(accessRules('').map(({ method, path }) => [`${method} ${path}`] as const))(
    'lacks the right to %s, which is named',
    async (right) => {
      const rules = accessRules().filter(
        ({ method, path }) => `${method} ${path}` !== right.replace(' ', ' /v2.1'),
      );
      expect((await examined({ rules })).said).toEqual([
        `FAIL the credential of the cloud site has no right to ${right}`,
      ]);
    },
  );

  it.each<readonly [string, Given, RegExp]>([
    [
      'a project that is not the stage’s',
      { project: 'other' },
      /^FAIL .* is of project grid \(grid\), and the stage's is other/,
    ],
    [
      'a secret that Keystone does not take',
      { parameter: '{"id":"credential","secret":"old"}' },
      /^FAIL .*Keystone answered 401/,
    ],
    ['a parameter that is none', { parameter: 'secret' }, /^FAIL .* holds no application credential; put/],
    ['a zone that is not there', { zones: ['zone-a', 'zone-x'] }, /^FAIL the cloud site has no zone zone-x$/],
    [
      'a flavour that is not there',
      { flavours: 'g9.huge(2c,8192m)' },
      /^FAIL the cloud site has no flavour g9.huge$/,
    ],
  ])('is told with %s', async (_, given, sentence) => {
    const { said } = await examined(given);
    expect(said).toEqual([expect.stringMatching(sentence)]);
    expect(said[0]).not.toContain('"secret":"old"');
  });

  it('is not looked for where there is none', async () => {
    const ssm = new SSMClient({ region: 'us-east-1' });
    expect(await checkCloud({ config: { clouds: {} }, fleets: [], clients: { ssm } })).toMatchObject([
      { level: 'ok', text: 'the stage has no cloud beside EC2' },
    ]);
  });
});
