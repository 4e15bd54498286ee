import { Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { propertiesOf } from './stack-of.ts';
import { blockOf, STAGES } from './stages.ts';
import { synthesisFolder } from './synthesised.ts';
import {
  brokenLimits,
  closedWays,
  confusedDeputies,
  reservesExecutions,
  starvedFunctions,
  unheardAlarms,
} from './template-checks.ts';

const folder = synthesisFolder();
afterAll(folder.remove);

const synthesised = Object.entries(STAGES).map(([what, special]) => ({ what, special }));

/** Each stage once, when its first test asks. */
const made = new Map<string, ReturnType<typeof folder.synthesise>>();
const make = (what: string) => {
  const known = made.get(what) ?? folder.synthesise(blockOf(STAGES[what] ?? {}));
  made.set(what, known);
  return known;
};

describe.each(synthesised)('a stage with $what', ({ what, special }) => {
  it('synthesises, and cdk-nag finds nothing', () => {
    expect(() => make(what)).not.toThrow();
  });

  it('lets CloudWatch tell the topic of every alarm', () => {
    expect(unheardAlarms(make(what).template)).toEqual([]);
  });

  it('lets services publish for the stage only, where SNS can tell', () => {
    expect(confusedDeputies(make(what).template)).toEqual([]);
  });

  it('lets workers out wherever a route leads', () => {
    expect(closedWays(make(what).template)).toEqual([]);
  });

  it('fits into the executions of a new account, and reserves none unless it is told to', () => {
    expect(starvedFunctions(make(what).template)).toEqual([]);
    expect(reservesExecutions(make(what).template)).toBe('reserveConcurrency' in special);
  });

  it('breaks no limit of a platform', () => {
    const { template, nested } = make(what);
    expect([template, ...nested].flatMap(brokenLimits)).toEqual([]);
  });
});

it('there are two dozen of them', () => {
  expect(synthesised.length).toBeGreaterThanOrEqual(24);
});

/** A copy of a template in which one thing is otherwise. */
const without = (template: Template, change: (json: ReturnType<Template['toJSON']>) => void): Template => {
  const json = structuredClone(template.toJSON());
  change(json);
  return Template.fromJSON(json);
};

const withType = (json: ReturnType<Template['toJSON']>, type: string) =>
  Object.values(json.Resources).flatMap((resource) =>
    (resource as { Type: string }).Type === type ? [resource as { Properties: Record<string, unknown> }] : [],
  );

describe('the checks find', () => {
  it('an alarm whose topic has no statement for CloudWatch', () => {
    const { template } = make('alarms by e-mail');
    const mute = without(template, (json) => {
      for (const { Properties } of withType(json, 'AWS::SNS::TopicPolicy')) {
        const document = Properties.PolicyDocument as { Statement: { Effect: string }[] };
        document.Statement = document.Statement.filter(({ Effect }) => Effect === 'Deny');
      }
    });
    expect(unheardAlarms(mute).length).toBe(
      Object.keys(propertiesOf(template, 'AWS::CloudWatch::Alarm')).length,
    );
  });

  it('a service that publishes for anybody', () => {
    const open = without(make('alarms by e-mail').template, (json) => {
      for (const { Properties } of withType(json, 'AWS::SNS::TopicPolicy')) {
        const document = Properties.PolicyDocument as { Statement: { Condition?: object }[] };
        document.Statement = document.Statement.map(({ Condition: _, ...rest }) => rest);
      }
    });
    expect(confusedDeputies(open)).toEqual([
      'cloudwatch.amazonaws.com may publish, whatever its aws:SourceArn and aws:SourceAccount',
    ]);
  });

  it('a group that is shut where the only route leads', () => {
    const shut = without(make('IPv6 only').template, (json) => {
      for (const { Properties } of withType(json, 'AWS::EC2::SecurityGroup')) {
        Properties.SecurityGroupEgress = [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }];
      }
    });
    expect(closedWays(shut)).toEqual([
      expect.stringContaining('to ::/0'),
      expect.stringContaining('to ::/0'),
    ]);
  });

  it('an event source that may take every execution', () => {
    const greedy = without(make('the least of a stage').template, (json) => {
      for (const { Properties } of withType(json, 'AWS::Lambda::EventSourceMapping')) {
        Properties.ScalingConfig = undefined;
      }
    });
    expect(starvedFunctions(greedy)).toHaveLength(1);
  });

  it('what is too large', () => {
    const large = without(make('the least of a stage').template, (json) => {
      for (const { Properties } of withType(json, 'AWS::Lambda::Function')) {
        Properties.Environment = { Variables: { AERIE_TAGS: 'x'.repeat(5_000) } };
      }
    });
    expect(brokenLimits(large)).toHaveLength(5);
  });

  it('what cdk-nag calls wrong', () => {
    expect(() => folder.synthesise(blockOf({}), (stack) => new CfnBucket(stack, 'Open'))).toThrow();
  });
});
