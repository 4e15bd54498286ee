import { expect, it } from 'vitest';
import { settled } from './settled.ts';
import { type Props, propertiesOf, stackOf } from './stack-of.ts';

const template = stackOf({}, 'prod');
const list = (value: unknown): readonly unknown[] => [value].flat();

/** A resource without what is the same for all of the account. */
const short = (resource: string): string =>
  resource.replace(/^arn:\{AWS::Partition\}:(\w+):(\{AWS::Region\})?:(\{AWS::AccountId\})?:/, '$1:');

const conditionText = (condition: Props | undefined): string =>
  Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => {
        const texts = list(values).map((value) => short(settled(template, value)));
        return `if ${key} ${operator} ${texts.join(' or ')}`;
      }),
    )
    .join('\n    ');

const statementText = ({ Sid, Effect, Action, Resource, Condition }: Props): string =>
  [
    `  ${Effect} ${list(Action).join(', ')}${Sid === undefined ? '' : `   (${Sid})`}`,
    ...list(Resource).map((resource) => `    on ${short(settled(template, resource))}`),
    ...(Condition === undefined ? [] : [`    ${conditionText(Condition)}`]),
  ].join('\n');

const roleOf = (policy: Props): string => String(policy.Roles[0].Ref).replace(/Role[0-9A-F]+$/, '');

/** Every role of the stack with every statement it has. */
const statements = (): string => {
  const roles = Object.keys(propertiesOf(template, 'AWS::IAM::Role')).map((id) =>
    id.replace(/Role[0-9A-F]+$/, ''),
  );
  const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
  return roles
    .sort()
    .map((role) => {
      const own = policies.filter((policy) => roleOf(policy) === role);
      const lines = own.flatMap((policy) => policy.PolicyDocument.Statement.map(statementText));
      return [role, ...(lines.length === 0 ? ['  may do nothing'] : lines)].join('\n');
    })
    .join('\n\n');
};

it('the statements of every role are those that were last looked at', async () => {
  await expect(`${statements()}\n`).toMatchFileSnapshot('statements.txt');
});

it('no policy stands outside of the roles', () => {
  for (const role of Object.values(propertiesOf(template, 'AWS::IAM::Role'))) {
    expect(role).not.toHaveProperty('Policies');
    expect(role).not.toHaveProperty('ManagedPolicyArns');
  }
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});
