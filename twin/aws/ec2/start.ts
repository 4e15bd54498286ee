import type { StateChange } from './calls.ts';
import type { Capacity } from './capacity.ts';
import { isSpot, type TwinInstance } from './instance.ts';
import type { Lives } from './life.ts';
import { Ec2Refusal, statusOf } from './refusal.ts';
import type { Refusing } from './refusing.ts';
import type { Sight } from './sight.ts';
import type { Throttle } from './throttle.ts';

const MOST_PER_CALL = 1000;

/** What a call about instances goes through and acts on. */
export interface Acting {
  readonly throttle: Throttle;
  readonly refusing: Refusing;
  readonly sight: Sight;
  readonly lives: Lives;
}

const checkState = (instance: TwinInstance): void => {
  const { instanceId, life } = instance;
  if (life.kind === 'running') return;
  if (isSpot(instance)) {
    throw new Ec2Refusal(
      'UnsupportedOperation',
      `You can't start the Spot Instance '${instanceId}' because it was launched by a one-time request.`,
    );
  }
  if (life.kind !== 'stopped') {
    throw new Ec2Refusal(
      'IncorrectInstanceState',
      `The instance '${instanceId}' is not in a state from which it can be started.`,
    );
  }
};

/** Takes room and quota for all of them; if one finds none, what was taken for the others is given back. */
const takeAll = (capacity: Capacity, stopped: readonly TwinInstance[]): void => {
  for (const [index, { offer, vcpus }] of stopped.entries()) {
    const { count, lack } = capacity.room(offer, vcpus);
    if (count < 1 && lack !== undefined) {
      for (const before of stopped.slice(0, index)) capacity.give(before.offer, before.vcpus);
      throw new Ec2Refusal(lack.code, lack.message, statusOf(lack.code));
    }
    capacity.take(offer, vcpus, 1);
  }
};

/** StartInstances: all of the named instances, or none. Running ones stay as they are. */
export const startInstances =
  ({ throttle, refusing, sight, lives }: Acting, capacity: Capacity) =>
  (instanceIds: readonly string[]): readonly StateChange[] => {
    throttle.admit('startInstances');
    refusing.checkCall('StartInstances');
    if (instanceIds.length > MOST_PER_CALL) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `At most ${MOST_PER_CALL} instances can be started at once.`,
      );
    }
    refusing.checkRights('StartInstances', sight.asked(instanceIds));
    const named = sight.named(instanceIds);
    for (const instance of named) checkState(instance);
    throttle.admit('started', named.length);
    const stopped = named.filter(({ life }) => life.kind === 'stopped');
    takeAll(capacity, stopped);
    return named.map((instance) => {
      const { instanceId, life } = instance;
      if (life.kind === 'stopped') lives.start(instanceId);
      return { instanceId, previous: life.kind, current: instance.life.kind };
    });
  };
