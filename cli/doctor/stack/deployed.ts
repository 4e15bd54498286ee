import { dimensionsOf, NAMESPACE, type Service } from '../../../core/tell/metrics.ts';
import { lambdasOf } from '../../../lib/functions/bundling.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import { type Examined, stackName } from '../look/examined.ts';
import { metricSums } from '../look/metric-sums.ts';
import type { Stack } from '../look/see-stack.ts';

/** Judges where CloudFormation stands with the stack. */
const judgeStack = (name: string, { status, why = '' }: Stack, stage: string): Finding => {
  const said = `${name} is ${status}${why === '' ? '' : `: ${why}`}`;
  const events = `aws cloudformation describe-stack-events --stack-name ${name} --query "StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]"`;
  // A stack is protected from its first moment, unless the stage has "retain": false; lifting it twice harms nothing.
  const unprotect = `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`;
  if (status.endsWith('_IN_PROGRESS')) return warn('stack', said, 'wait for it to end');
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'CREATE_FAILED') {
    return fail(
      'stack',
      `${said}; the first deploy failed`,
      `${events}; ${unprotect}; npx cdk destroy -c stage=${stage}`,
    );
  }
  if (status.endsWith('_FAILED')) return fail('stack', said, events);
  if (status.includes('ROLLBACK'))
    return warn('stack', `${said}: the last deploy failed and was taken back`, events);
  return ok('stack', said);
};

/** Looks whether the last deploy went well. */
export const checkStack = async ({ config, stack }: Examined): Promise<readonly Finding[]> => {
  const found = await stack();
  if (!found.ok || found.value === undefined) return [];
  return [judgeStack(stackName(config), found.value, config.stage)];
};

const TICK_MINUTES = 5;
/** The functions that tick; a stage without PanDA submits no pilots. */
const tickingIn = ({ pandaUrl }: Examined['config']): readonly Service[] =>
  pandaUrl === undefined ? ['workers'] : ['pilots', 'workers'];

/** Looks whether ticks go well to their end, by the metric that the alarm ticks-missing watches. */
export const checkTicks = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, clients, now } = stage;
  const ticking = tickingIn(config);
  const [sums, stack] = await Promise.all([
    asked(
      'cloudwatch:GetMetricData',
      metricSums(
        clients.cloudwatch,
        ticking.map((service) => ({
          namespace: NAMESPACE,
          name: 'Ticks',
          dimensions: dimensionsOf(service, config.stage),
        })),
        { now: now(), minutes: TICK_MINUTES },
      ),
    ),
    stage.stack(),
  ]);
  if (!sums.ok) return [warn('ticks', sums.why)];
  const silent = ticking.filter((_, index) => sums.value[index] === 0);
  if (silent.length === 0) {
    const said = ticking.map((service, index) => `${sums.value[index]} of ${service}`).join(', ');
    return [ok('ticks', `ticks in the last ${TICK_MINUTES} minutes: ${said}`)];
  }
  const isNew = stack.ok && stack.value !== undefined && now() - stack.value.changedAt < TICK_MINUTES * 60;
  const text = `no tick of ${silent.join(' and ')} went well to its end in the last ${TICK_MINUTES} minutes`;
  if (isNew)
    return [warn('ticks', `${text}; the stack is younger than that`, 'run it again in five minutes')];
  const log = `aws logs tail /aerie/${config.stage}/${silent[0]} --since 15m`;
  return [fail('ticks', text, `${log}; docs/runbooks/ticks.md#ticks-missing`)];
};

const ERROR_MINUTES = 15;

/** Looks for functions that failed, or that Lambda did not run, of late. */
export const checkErrors = async ({ config, clients, now }: Examined): Promise<readonly Finding[]> => {
  const metrics = (['Errors', 'Throttles'] as const).flatMap((name) =>
    lambdasOf(config).map((of) => ({
      of,
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: `${stackName(config)}-${of}` },
    })),
  );
  const sums = await asked(
    'cloudwatch:GetMetricData',
    metricSums(clients.cloudwatch, metrics, { now: now(), minutes: ERROR_MINUTES }),
  );
  if (!sums.ok) return [warn('function-errors', sums.why)];
  const findings = metrics.flatMap(({ of, name }, index) => {
    const count = sums.value[index] ?? 0;
    if (count === 0) return [];
    const log = `aws logs tail /aerie/${config.stage}/${of} --since ${ERROR_MINUTES}m --filter-pattern failed`;
    return name === 'Errors'
      ? [warn('function-errors', `${of} failed ${count} times in the last ${ERROR_MINUTES} minutes`, log)]
      : [
          warn(
            'function-errors',
            `Lambda did not run ${of} ${count} times: the account's limit is used up`,
            'aws lambda get-account-settings',
          ),
        ];
  });
  if (findings.length > 0) return findings;
  return [ok('function-errors', `no function failed in the last ${ERROR_MINUTES} minutes`)];
};
