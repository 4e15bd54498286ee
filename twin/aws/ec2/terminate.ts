import type { StateChange } from './calls.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Acting } from './start.ts';

const MOST_PER_CALL = 1000;

/** TerminateInstances: all of the named instances or, if one of them is unknown or may not be ended, none. Ended ones stay as they are. */
export const terminateInstances =
  ({ throttle, refusing, sight, lives }: Acting) =>
  (instanceIds: readonly string[]): readonly StateChange[] => {
    throttle.admit('terminateInstances');
    refusing.checkCall('TerminateInstances');
    if (instanceIds.length > MOST_PER_CALL) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `At most ${MOST_PER_CALL} instances can be ended at once.`,
      );
    }
    refusing.checkRights('TerminateInstances', sight.asked(instanceIds));
    const named = sight.named(instanceIds);
    throttle.admit('terminated', named.length);
    return named.map((instance) => {
      const previous = instance.life.kind;
      lives.end(instance.instanceId, 'Client.UserInitiatedShutdown');
      return { instanceId: instance.instanceId, previous, current: instance.life.kind };
    });
  };
