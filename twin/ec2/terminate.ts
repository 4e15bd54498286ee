import type { StateChange } from './calls.ts';
import type { Lives } from './life.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Sight } from './sight.ts';
import type { Throttle } from './throttle.ts';

const MOST_PER_CALL = 1000;

/** TerminateInstances: all of the named instances or, if one of them is unknown, none. Ended ones stay as they are. */
export const terminateInstances =
  (throttle: Throttle, sight: Sight, lives: Lives) =>
  (instanceIds: readonly string[]): readonly StateChange[] => {
    throttle.admit('terminateInstances');
    if (instanceIds.length > MOST_PER_CALL) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `At most ${MOST_PER_CALL} instances can be ended at once.`,
      );
    }
    const named = sight.named(instanceIds);
    throttle.admit('terminated', named.length);
    return named.map((instance) => {
      const previous = instance.life.kind;
      lives.end(instance.instanceId, 'Client.UserInitiatedShutdown');
      return { instanceId: instance.instanceId, previous, current: instance.life.kind };
    });
  };
