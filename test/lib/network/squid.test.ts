import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mistakesOf } from '../config-mistakes.ts';
import { type Props, propertiesOf, stackOf } from '../stack-of.ts';

const WORKER = {
  os: 'el9',
  pool: 'cm.example.org',
  centralManager: 'cm.example.org',
  cvmfs: { repositories: ['atlas.cern.ch'] },
};
const SQUID = { worker: WORKER, squid: true, tags: { CostCenter: '4711' } };
const stack = stackOf(SQUID);
const only = (type: string): Props => {
  const [one, ...others] = Object.values(propertiesOf(stack, type));
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} of ${type}, not one`);
  return one;
};
const factsOf = (block: object) => {
  const [template] = Object.values(propertiesOf(stackOf(block), 'AWS::EC2::LaunchTemplate')).filter(
    ({ LaunchTemplateData }) => LaunchTemplateData.UserData !== undefined,
  );
  const text = gunzipSync(Buffer.from(template?.LaunchTemplateData.UserData ?? '', 'base64')).toString();
  const { write_files: files } = JSON.parse(text.replace(/^#cloud-config\n/, ''));
  return JSON.parse(files.find(({ path }: Props) => path === '/etc/aerie/worker.json').content);
};

const configurationOf = (instance: Props): string => {
  const text = instance.UserData['Fn::Base64'].replace(/^#cloud-config\n/, '');
  return JSON.parse(text).write_files[0].content;
};

describe("a stage's own squid", () => {
  it('is not there unless the stage asks for it', () => {
    for (const block of [{}, { squid: false }]) stackOf(block).resourceCountIs('AWS::EC2::Instance', 0);
  });

  it('is asked by workers alone', () => {
    expect(only('AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: 3128,
      ToPort: 3128,
      SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^WorkersOutboundOnly/), 'GroupId'] },
    });
  });

  it('takes no notice of the addresses of its network, which the site may have chosen, and gives nothing of its own', () => {
    const rules = configurationOf(only('AWS::EC2::Instance')).match(/^http_access .*$/gm);
    expect(rules).toEqual([
      ...['http_access deny own', 'http_access deny !served', 'http_access deny CONNECT'],
      'http_access allow all',
    ]);
    // To Linux 0.0.0.0 and :: are this machine too.
    const [own] = configurationOf(only('AWS::EC2::Instance')).match(/^acl own dst .*$/m) ?? [];
    expect(own?.split(' ')).toEqual(
      expect.arrayContaining([
        '0.0.0.0/8',
        '127.0.0.0/8',
        '169.254.0.0/16',
        '::/128',
        '::1/128',
        'fe80::/10',
      ]),
    );
  });

  it('names no zone beside its subnet, which is in one', () => {
    const it = only('AWS::EC2::Instance');
    expect(it.SubnetId).toBeDefined();
    expect(it).not.toHaveProperty('AvailabilityZone');
  });

  it('carries the tags of the site, and not that of the stage: the audit would end it as a worker that nobody knows', () => {
    const keys = only('AWS::EC2::Instance').Tags.map(({ Key }: Props) => Key);
    expect(keys).toContain('CostCenter');
    expect(keys).not.toContain('aerie:stage');
  });

  it('is used by CVMFS and Frontier by themselves, and CVMFS goes on without it', () => {
    const url = 'http://squid.dev.aerie.internal:3128';
    expect(factsOf(SQUID)).toMatchObject({
      cvmfs: { proxy: `${url};DIRECT` },
      environment: { OSG_SQUID_LOCATION: url, FRONTIER_PROXY: url },
    });
    expect(only('AWS::Route53::HostedZone').Name).toBe('dev.aerie.internal.');
    expect(only('AWS::Route53::RecordSet')).toMatchObject({ Name: 'squid.dev.aerie.internal.', Type: 'A' });
    const own = { ...SQUID, worker: { ...WORKER, environment: { FRONTIER_PROXY: 'http://other:3128' } } };
    expect(factsOf(own).environment.FRONTIER_PROXY).toBe('http://other:3128');
  });

  it.each([
    [{ squid: true }, 'aerie.stages.dev.squid has no worker beside it'],
    [
      { ...SQUID, worker: { ...WORKER, cvmfs: { repositories: [], proxy: 'http://s:3128' } } },
      'aerie.stages.dev.squid stands beside worker.cvmfs.proxy, which is http://s:3128; keep one of the two.',
    ],
    [{ ...SQUID, network: { kind: 'ipv6' } }, 'aerie.stages.dev.squid needs a way out over IPv4,'],
    [{ ...SQUID, squid: 'yes' }, 'aerie.stages.dev.squid is "yes"; expected true, false or an object.'],
    [{ ...SQUID, squid: { cacheGb: 5 } }, 'aerie.stages.dev.squid.cacheGb is 5; expected'],
    [
      { ...SQUID, squid: { instanceType: 'm7g.large' } },
      'aerie.stages.dev.squid.instanceType is "m7g.large";',
    ],
  ])('is refused with a sentence: %j', (block, sentence) => {
    expect(mistakesOf(block)).toEqual([expect.stringContaining(sentence)]);
  });
});
