import type { Template } from 'aws-cdk-lib/assertions';

/** What CloudFormation would put in place of a reference, by the type of the resource. */
const REF: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'aerie-dev-Ledger-1ABCDEF',
  'AWS::EC2::LaunchTemplate': 'lt-0123456789abcdef0',
  'AWS::SQS::Queue': 'https://sqs.us-east-1.amazonaws.com/123456789012/aerie-dev-ticks',
};
const ATTRIBUTE: Readonly<Record<string, string>> = { LatestVersionNumber: '3' };
const ZONES = ['us-east-1a', 'us-east-1b'];

/** What a parameter comes to that names an image. */
const imageOf = (template: Template, parameter: string): string | undefined =>
  template.toJSON().Parameters?.[parameter]?.Type === 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'
    ? 'ami-0123456789abcdef0'
    : undefined;

/** The text that a value of a template comes to once it is deployed; subnets are numbered as they come. */
export const settled = (template: Template, value: unknown): string => {
  const resources = template.toJSON().Resources;
  const subnets = Object.keys(template.findResources('AWS::EC2::Subnet'));
  const settle = (it: unknown): string => {
    if (typeof it === 'string') return it;
    const [[call, argument] = ['', undefined]] = Object.entries(it ?? {});
    switch (call) {
      case 'Ref':
        return subnets.includes(argument)
          ? `subnet-0${subnets.indexOf(argument)}`
          : (REF[resources[argument]?.Type] ?? imageOf(template, argument) ?? `{${argument}}`);
      case 'Fn::GetAtt':
        return ATTRIBUTE[argument[1]] ?? `{${argument.join('.')}}`;
      case 'Fn::Join':
        return argument[1].map(settle).join(argument[0]);
      case 'Fn::Select':
        return ZONES[Number(argument[0])] ?? '';
      default:
        throw new Error(`a template has ${JSON.stringify(it)}, which nothing here stands for`);
    }
  };
  return settle(value);
};
