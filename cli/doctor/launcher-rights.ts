import { type EvaluationResult, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { TAG, workerRoleName } from '../../core/names.ts';
import { asked } from './asked.ts';
import type { Examined, Identity } from './examined.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { workerSubnets } from './zones.ts';

/** One call of the launcher, as IAM is asked about it. */
interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

interface Parts {
  readonly templateId: string;
  readonly subnetId: string;
}

const callsOf = (stage: string, { account, arn, region }: Identity, parts: Parts): readonly Call[] => {
  const partition = arn.split(':')[1] ?? 'aws';
  const ec2 = (what: string) => `arn:${partition}:ec2:${region}:${account}:${what}`;
  const template = ec2(`launch-template/${parts.templateId}`);
  const marked = { [`aws:RequestTag/${TAG.stage}`]: stage };
  const fromOurs = { ...marked, 'ec2:LaunchTemplate': template };
  const role = `arn:${partition}:iam::${account}:role/${workerRoleName(stage)}`;
  return [
    { action: 'ec2:CreateFleet', resource: ec2('fleet/*'), context: marked },
    { action: 'ec2:RunInstances', resource: ec2('instance/*'), context: fromOurs },
    { action: 'ec2:RunInstances', resource: template, context: fromOurs },
    { action: 'ec2:RunInstances', resource: ec2(`subnet/${parts.subnetId}`), context: fromOurs },
    { action: 'ec2:RunInstances', resource: ec2('volume/*'), context: fromOurs },
    {
      action: 'ec2:CreateTags',
      resource: ec2('instance/*'),
      context: { ...marked, 'ec2:CreateAction': 'RunInstances' },
    },
    { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    {
      action: 'ec2:TerminateInstances',
      resource: ec2('instance/*'),
      context: { [`aws:ResourceTag/${TAG.stage}`]: stage },
    },
  ];
};

const evaluate = async (iam: IAMClient, PolicySourceArn: string, { action, resource, context }: Call) => {
  const { EvaluationResults: [result] = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [action],
      ResourceArns: [resource],
      ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyValues: [value],
        ContextKeyType: 'string',
      })),
    }),
  );
  return result;
};

const whoDenies = ({
  EvalDecision,
  OrganizationsDecisionDetail,
  PermissionsBoundaryDecisionDetail,
}: EvaluationResult) => {
  if (OrganizationsDecisionDetail?.AllowedByOrganizations === false) return 'a policy of the organisation';
  if (PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return 'the permissions boundary of its role';
  }
  return EvalDecision === 'explicitDeny'
    ? 'a policy that denies it'
    : 'its role, which does not have the right';
};

/**
 * Asks IAM about each call of the deployed launcher. It knows the role's policies, its boundary and the organisation's;
 * which condition keys EC2 really sends is for a launch to show.
 */
export const checkLauncherRights = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, clients } = stage;
  const [me, launcher, subnets] = await Promise.all([
    stage.identity(),
    stage.launcher(),
    workerSubnets(stage),
  ]);
  if (!me.ok) return [warn('launcher-rights', me.why)];
  if (!launcher.ok) return [warn('launcher-rights', launcher.why)];
  const { roleArn, environment } = launcher.value;
  const parts = { templateId: environment.AERIE_TEMPLATE_ID ?? '', subnetId: subnets?.[0]?.subnetId ?? '*' };
  const calls = callsOf(config.stage, me.value, parts);
  const answers = await Promise.all(
    calls.map(async (call) => ({
      call,
      answer: await asked('iam:SimulatePrincipalPolicy', evaluate(clients.iam, roleArn, call)),
    })),
  );
  const findings = answers.flatMap(({ call, answer }) => {
    if (!answer.ok || answer.value === undefined || answer.value.EvalDecision === 'allowed') return [];
    return [
      fail(
        'launcher-rights',
        `the launcher may not ${call.action} on ${call.resource}: denied by ${whoDenies(answer.value)}`,
        `deploy again; if an organisation's policy denies it, have it changed there`,
      ),
    ];
  });
  if (findings.length > 0) return findings;
  const unanswered = answers.flatMap(({ answer }) =>
    answer.ok ? (answer.value === undefined ? ['IAM simulated nothing'] : []) : [answer.why],
  );
  const [why] = unanswered;
  if (why !== undefined) return [warn('launcher-rights', `IAM did not say what the launcher may: ${why}`)];
  return [ok('launcher-rights', `IAM allows the launcher all of ${calls.length} calls that it makes`)];
};
