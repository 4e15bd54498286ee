import type { StateChange } from './calls.ts';
import type { Lives } from './life.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Refusing } from './refusing.ts';
import type { Sight } from './sight.ts';
import type { Throttle } from './throttle.ts';

const MOST_PER_CALL = 1000;

/** TerminateInstances: all of the named instances or, if one of them is unknown or may not be ended, none. Ended ones stay as they are. */
export const terminateInstances =
  (throttle: Throttle, refusing: Refusing, sight: Sight, lives: Lives) =>
  (instanceIds: readonly string[]): readonly StateChange[] => {
    throttle.admit('terminateInstances');
    refusing.checkCall('TerminateInstances');
    if (instanceIds.length > MOST_PER_CALL) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `At most ${MOST_PER_CALL} instances can be ended at once.`,
      );
    }
    // Rights are looked at before it is known what is there.
    refusing.checkEnds(instanceIds.map((instanceId) => ({ instanceId, instance: sight.find(instanceId) })));
    const named = sight.named(instanceIds);
    throttle.admit('terminated', named.length);
    return named.map((instance) => {
      const previous = instance.life.kind;
      lives.end(instance.instanceId, 'Client.UserInitiatedShutdown');
      return { instanceId: instance.instanceId, previous, current: instance.life.kind };
    });
  };
