import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { Ec2Refusal, rightsWords, statusOf } from '../../twin/aws/ec2/refusal.ts';
import { modification, ordered, tagged } from '../../twin/in-process/ec2-answers.ts';
import type { Invocation } from './gate.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';
import type { Witness } from './witness.ts';

/** One instance in so many may not be started, or given another size, other tags or another power-off. */
const REFUSED = 3;

type Call = 'StartInstances' | 'ModifyInstanceAttribute' | 'CreateTags';

/** Whether a machine is one of those. */
export const isHit = (instanceId: string): boolean =>
  Number.parseInt(instanceId.slice(-3), 16) % REFUSED === 0;

const unauthorized = (call: Call, instanceId: string, names: boolean): Ec2Refusal => {
  const code = 'UnauthorizedOperation';
  const arn = `arn:aws:ec2:us-east-1:123456789012:instance/${instanceId}`;
  return new Ec2Refusal(code, rightsWords(code, { call, arn, names }), statusOf(code));
};

/** What EC2 is asked about workers that sleep, or may: refused as the weather has it, and every start witnessed. */
export const sleepAnswers = ({ ec2 }: Truth, weather: Weather, witness: Witness) => {
  const refuse = (call: Call, instanceIds: readonly string[], names: boolean) => {
    const hit = instanceIds.find(isHit);
    if (hit !== undefined) throw unauthorized(call, hit, names);
  };
  const named = (instanceIds: readonly string[]): readonly TwinInstance[] =>
    instanceIds.flatMap((id) => ec2.instances.get(id) ?? []);

  const start = (input: unknown, answer: () => unknown, by: Invocation): unknown => {
    const { InstanceIds } = ordered.parse(input);
    witness.waking(InstanceIds, by);
    if (weather.is('wakes refused by name')) refuse('StartInstances', InstanceIds, true);
    if (weather.is('wakes refused without a name')) refuse('StartInstances', InstanceIds, false);
    const stopped = named(InstanceIds).filter(({ life }) => life.kind === 'stopped');
    const answered = answer();
    witness.woken(stopped, by);
    return answered;
  };
  const modify = (input: unknown, answer: () => unknown, by: Invocation): unknown => {
    const { instanceId, flavour, shutdownBehavior } = modification(input);
    if (flavour !== undefined) {
      witness.waking([instanceId], by);
      if (weather.is('sizes refused') && isHit(instanceId)) {
        throw new Ec2Refusal('InvalidParameterCombination', 'The instance cannot have this type.');
      }
      return answer();
    }
    witness.lettingSleep(instanceId, by);
    if (weather.is('sleep refused')) refuse('ModifyInstanceAttribute', [instanceId], true);
    const answered = answer();
    if (shutdownBehavior === 'stop') witness.mayStop(named([instanceId]), by);
    return answered;
  };
  const tag = (input: unknown, answer: () => unknown, by: Invocation): unknown => {
    const { Resources } = tagged.parse(input);
    witness.waking(Resources, by);
    if (weather.is('tags refused')) refuse('CreateTags', Resources, true);
    return answer();
  };
  const carriers = {
    StartInstancesCommand: start,
    ModifyInstanceAttributeCommand: modify,
    CreateTagsCommand: tag,
  } as const;
  const isOurs = (command: string): command is keyof typeof carriers => Object.hasOwn(carriers, command);
  /** Carries one of these calls out; undefined: it is another one. */
  return (command: string) => (isOurs(command) ? carriers[command] : undefined);
};
