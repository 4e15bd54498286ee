import {
  type ContextKeyTypeEnum,
  type EvaluationResult,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';
import type { Stack } from '../look/see-stack.ts';
import { templatesIn } from './launch-templates.ts';
import { type LauncherCall, launcherCalls, launchTags } from './launcher-calls.ts';
import { workerSubnets } from './zones.ts';

/** IAM compares a value as what it is said to be. */
const typeOf = (value: LauncherCall['context'][string]): ContextKeyTypeEnum => {
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'string' : 'stringList';
};

const evaluate = async (
  iam: IAMClient,
  PolicySourceArn: string,
  { action, resource, context }: LauncherCall,
) => {
  const { EvaluationResults: [result] = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [action],
      ResourceArns: [resource],
      ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyValues: [value].flat().map(String),
        ContextKeyType: typeOf(value),
      })),
    }),
  );
  return result;
};

/** The security group of the workers; functions in their network have one too. */
const workersGroupOf = (stack: Stack | undefined): string | undefined =>
  stack?.resources.find(
    ({ type, logicalId }) => type === 'AWS::EC2::SecurityGroup' && logicalId.startsWith('Workers'),
  )?.physicalId;

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
  const { clients } = stage;
  const [me, launcher, subnets, stack] = await Promise.all([
    stage.identity(),
    stage.launcher(),
    workerSubnets(stage),
    stage.stack(),
  ]);
  if (!me.ok) return [warn('launcher-rights', me.why)];
  if (!launcher.ok) return [warn('launcher-rights', launcher.why)];
  const { roleArn, environment } = launcher.value;
  const { ofStage, ofFleets } = templatesIn(environment);
  const parts = {
    templateIds: [ofStage?.id ?? '', ...[...ofFleets.values()].map(({ id }) => id)],
    subnetId: subnets?.[0]?.subnetId,
    securityGroupId: stack.ok ? workersGroupOf(stack.value) : undefined,
  };
  const calls = launcherCalls(stage, launchTags(stage), me.value, parts);
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
