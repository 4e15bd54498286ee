import { type Flavour, isArm64 } from '../../../core/model/flavours.ts';
import type { Modification, TagSpecification } from './calls.ts';
import { isOver, isSpot, type TwinInstance } from './instance.ts';
import type { LaunchTemplate } from './options.ts';
import { Ec2Refusal, rightsWords, statusOf } from './refusal.ts';
import type { Acting } from './start.ts';
import { tagsWith } from './tags.ts';

type FlavourOf = (name: string) => Flavour | undefined;

const wrongState = (instanceId: string, needed: string): Ec2Refusal =>
  new Ec2Refusal('IncorrectInstanceState', `The instance '${instanceId}' is not in the '${needed}' state.`);

/** The type that an instance is to have; what its image does not run on, or nobody has, is refused. */
const typeFor = (instance: TwinInstance, name: string, flavourOf: FlavourOf): Flavour => {
  if (instance.life.kind !== 'stopped') throw wrongState(instance.instanceId, 'stopped');
  const flavour = flavourOf(name);
  if (flavour === undefined) {
    throw new Ec2Refusal('InvalidInstanceAttributeValue', `Invalid value '${name}' for InstanceType.`);
  }
  if (isArm64(name) !== isArm64(instance.offer.flavour)) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `The architecture of ${name} does not match that of the image of '${instance.instanceId}'.`,
    );
  }
  return flavour;
};

/** ModifyInstanceAttribute: one attribute of one instance. */
export const modifyInstanceAttribute =
  ({ throttle, refusing, sight, lives }: Acting, flavourOf: FlavourOf) =>
  ({ instanceId, shutdownBehavior, flavour: name }: Modification): void => {
    throttle.admit('modifyInstanceAttribute');
    refusing.checkCall('ModifyInstanceAttribute');
    refusing.checkRights('ModifyInstanceAttribute', sight.asked([instanceId]));
    if ((shutdownBehavior === undefined) === (name === undefined)) {
      throw new Ec2Refusal('InvalidParameterCombination', 'Exactly one attribute has to be specified.');
    }
    for (const instance of sight.named([instanceId])) {
      if (isOver(instance)) throw wrongState(instanceId, 'running');
      if (shutdownBehavior !== undefined) {
        if (isSpot(instance) && shutdownBehavior === 'stop') {
          throw new Ec2Refusal(
            'UnsupportedOperation',
            `The Spot Instance '${instanceId}' was launched by a one-time request, and cannot be stopped.`,
          );
        }
        lives.change(instanceId, { shutdownBehavior });
      }
      if (name !== undefined) {
        const { cpus: vcpus } = typeFor(instance, name, flavourOf);
        lives.change(instanceId, { offer: { ...instance.offer, flavour: name }, vcpus });
      }
    }
  };

/** CreateTags on instances: all of them, or none. `writable`: the keys that the caller may write; undefined: any. */
export const createTags =
  (
    { throttle, refusing, sight, lives }: Acting,
    account: {
      readonly templates: readonly LaunchTemplate[];
      readonly writable: readonly string[] | undefined;
      readonly arnOf: (instanceId: string) => string;
    },
  ) =>
  (instanceIds: readonly string[], tags: TagSpecification['tags']): void => {
    throttle.admit('createTags');
    refusing.checkCall('CreateTags');
    refusing.checkRights('CreateTags', sight.asked(instanceIds));
    const { writable, arnOf, templates } = account;
    if (writable !== undefined && tags.some(({ key }) => !writable.includes(key))) {
      const code = 'UnauthorizedOperation';
      const arn = arnOf(instanceIds[0] ?? '');
      throw new Ec2Refusal(code, rightsWords(code, { call: 'CreateTags', arn, names: true }), statusOf(code));
    }
    const changed = sight.named(instanceIds).map((instance) => {
      const { id, version } = instance.template;
      const template = templates.find((of) => of.id === id && of.version === version);
      const specification = { resourceType: 'instance', tags };
      return {
        instanceId: instance.instanceId,
        tags: tagsWith(instance.tags, specification, template?.metadataTags ?? false),
      };
    });
    for (const { instanceId, tags: after } of changed) lives.change(instanceId, { tags: after });
  };
