import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../runtime/run/environment.ts';
import { SITE } from '../config-clouds.ts';
import { type Props, propertiesOf, stackOf } from '../stack-of.ts';

const CLOUDS = {
  clouds: { site: { ...SITE, caFile: 'site.pem' } },
  fleets: { batch: { cloud: 'site', flavours: 'm1.large(4c,8192m)' }, other: { 'max-workers': '2' } },
};
const template = stackOf(CLOUDS);

const statementsOf = (sid: string): readonly (readonly [role: string, resource: string])[] =>
  Object.values(propertiesOf(template, 'AWS::IAM::Policy')).flatMap((policy) =>
    policy.PolicyDocument.Statement.filter(({ Sid }: Props) => Sid === sid).map(
      ({ Resource }: Props) =>
        [String(policy.Roles[0].Ref).replace(/Role[0-9A-F]+$/, ''), JSON.stringify(Resource)] as const,
    ),
  );

describe('a stage with a cloud beside EC2', () => {
  it('lets those that ask it read its credential, and nothing else', () => {
    const all = statementsOf('ReadCloudCredentials');
    expect(all.map(([role]) => role).sort()).toEqual(['Audit', 'Launcher']);
    for (const [, resource] of all) expect(resource).toContain(':parameter/aerie/dev/clouds/site"');
  });

  it('lets the workers tick read the user-data that are launched there too', () => {
    expect(statementsOf('ReadUserData')).toEqual([['Launcher', '"*"']]);
  });

  it('tells the functions where it is, and of its credential the name', () => {
    for (const { Environment, FunctionName } of Object.values(
      propertiesOf(template, 'AWS::Lambda::Function'),
    )) {
      if (!String(FunctionName).startsWith('aerie-')) continue;
      expect(JSON.parse(Environment.Variables.AERIE_CLOUDS)).toEqual({
        site: { ...SITE, securityGroups: ['default'], caFile: '/var/task/cloud-site.pem', fleets: ['batch'] },
      });
      const variables = { ...Environment.Variables, AERIE_TEMPLATE_ID: 'lt-0', AERIE_TEMPLATE_VERSION: '1' };
      const read = readEnvironment({
        ...{ ...variables, AERIE_TABLE: 'ledger', AERIE_NUDGE_QUEUE: undefined, AERIE_FLEETS: undefined },
        AERIE_PLACEMENTS: 'subnet-0=us-east-1a',
      });
      expect(read.AERIE_CLOUDS.site?.credential).toBe('/aerie/dev/clouds/site');
    }
  });

  it('needs none of it without one', () => {
    const text = JSON.stringify(stackOf().toJSON());
    for (const word of ['AERIE_CLOUDS', 'ReadCloudCredentials', 'ReadUserData'])
      expect(text).not.toContain(word);
  });
});
