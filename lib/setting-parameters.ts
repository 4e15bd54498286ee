import { NestedStack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { describeKnobs, type KnobDescription, type Knobs, type RawSettings } from '../core/settings/parse.ts';
import { groupOf } from './stage/limits.ts';

export interface SettingParametersProps {
  readonly stage: string;
  readonly what: 'queues' | 'fleets';
  /** Where they stand: below it everything is `<name>/<knob>`. */
  readonly path: string;
  readonly knobs: Knobs;
  /** What is given of each, by name. */
  readonly given: Readonly<Record<string, RawSettings>>;
}

/**
 * The queues or the fleets of cdk.json as SSM parameters. Only knobs that are given become one: the others have their
 * defaults, and stay free to be put by hand. A deploy writes a parameter again only when cdk.json has a new value for it.
 */
export class SettingParameters extends Construct {
  constructor(scope: Construct, id: string, { stage, what, path, knobs, given }: SettingParametersProps) {
    super(scope, id);
    const described = describeKnobs(knobs);
    for (const [group, of] of Map.groupBy(Object.entries(given), ([name]) => groupOf(name))) {
      if (of.every(([, values]) => Object.keys(values).length === 0)) continue;
      const stack = new NestedStack(this, `Group${group}`, {
        description: `aerie ${stage}: settings of ${what}`,
      });
      for (const [name, values] of of) put(stack, { name, path: `${path}/${name}`, described }, values);
    }
  }
}

interface Owner {
  readonly name: string;
  readonly path: string;
  readonly described: readonly KnobDescription[];
}

const put = (stack: NestedStack, { name, path, described }: Owner, values: RawSettings): void => {
  for (const { name: knob, description, pattern } of described) {
    const stringValue = values[knob];
    if (stringValue === undefined) continue;
    new StringParameter(stack, `${name}-${knob}`, {
      parameterName: `${path}/${knob}`,
      stringValue,
      description,
      allowedPattern: pattern,
      tier: ParameterTier.STANDARD,
    });
  }
};
