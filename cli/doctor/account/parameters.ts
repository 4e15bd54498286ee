import { DescribeParametersCommand, GetParameterCommand } from '@aws-sdk/client-ssm';
import { secretPath } from '../../../core/model/names.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { type Asked, asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';
import { parametersOfBlock, parametersOfStack, parametersThere } from './owners.ts';

/** The endpoint takes no shorter ones. */
const LEAST_CHARACTERS = 32;
const OWN_KEY = 'alias/aws/ssm';

const put = (name: string): string =>
  `aws ssm put-parameter --overwrite --type SecureString --name ${name} --value file://secret.txt`;

const keyOf = async ({ clients }: Examined, name: string): Promise<Asked<string | undefined>> => {
  const filter = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }] };
  const { ssm } = clients;
  return asked(
    'ssm:DescribeParameters',
    ssm.send(new DescribeParametersCommand(filter)).then(({ Parameters }) => Parameters?.[0]?.KeyId),
  );
};

/** Looks at the endpoint's secret as the functions will read it. */
export const checkSecret = async (stage: Examined): Promise<readonly Finding[]> => {
  const Name = secretPath(stage.config.stage);
  const { ssm } = stage.clients;
  const [answer, key] = await Promise.all([
    asked('ssm:GetParameter', ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))),
    keyOf(stage, Name),
  ]);
  if (!answer.ok) {
    if (answer.code !== 'ParameterNotFound') return [warn('secret-parameter', answer.why)];
    return [fail('secret-parameter', `there is no parameter ${Name}: everything would hold`, put(Name))];
  }
  const { Type, Value = '' } = answer.value.Parameter ?? {};
  if (Type !== 'SecureString') {
    return [
      fail(
        'secret-parameter',
        `${Name} is a ${Type}: everybody who may read parameters reads the secret`,
        `aws ssm delete-parameter --name ${Name}; ${put(Name)}`,
      ),
    ];
  }
  if (Value.trim().length < LEAST_CHARACTERS) {
    const what = `${Name} holds ${Value.trim().length} characters, and no endpoint takes fewer than ${LEAST_CHARACTERS}`;
    return [fail('secret-parameter', what, put(Name))];
  }
  if (/\s/.test(Value.trim())) {
    return [
      fail(
        'secret-parameter',
        `${Name} holds more than one line or word: no request can carry it`,
        put(Name),
      ),
    ];
  }
  if (key.ok && key.value !== undefined && !key.value.endsWith(OWN_KEY)) {
    return [
      fail(
        'secret-parameter',
        `${Name} is encrypted with ${key.value}, which the functions have no right to`,
        `aws ssm delete-parameter --name ${Name}; ${put(Name)}`,
      ),
    ];
  }
  return [ok('secret-parameter', `${Name} is a SecureString of ${Value.trim().length} characters`)];
};

/** Looks for parameters that were put by hand and that the next deploy wants to make: CloudFormation refuses to. */
export const checkParameters = async (stage: Examined): Promise<readonly Finding[]> => {
  const [there, made] = await Promise.all([
    asked('ssm:GetParametersByPath', parametersThere(stage)),
    parametersOfStack(stage),
  ]);
  if (!there.ok) return [warn('parameters', there.why)];
  if (!made.ok) return [warn('parameters', made.why)];
  const inTheWay = [...parametersOfBlock(stage).keys()].filter(
    (name) => there.value.has(name) && !made.value.has(name),
  );
  if (inTheWay.length === 0) return [ok('parameters', 'none is in the way of the next deploy')];
  return inTheWay.map((name) =>
    fail(
      'parameters',
      `${name} was put by hand and is in cdk.json too: the deploy would end with "already exists" and roll back`,
      `aws ssm delete-parameter --name ${name} (the deploy puts the value of cdk.json), or take it out of cdk.json`,
    ),
  );
};
