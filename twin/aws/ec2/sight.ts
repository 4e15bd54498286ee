import type { Clock } from '../../clock/clock.ts';
import type { TwinInstance } from './instance.ts';
import { Ec2Refusal } from './refusal.ts';

/** "About an hour", says the documentation. */
const TERMINATED_SHOWN_SECONDS = 3600;

/** What calls see of the instances: not the newest for a moment, and the terminated ones for an hour. */
export interface Sight {
  shown(): Iterable<TwinInstance>;
  /** The one with this id, if it is shown. */
  find(instanceId: string): TwinInstance | undefined;
  /** Those with these ids, as far as they are shown. */
  asked(
    instanceIds: readonly string[],
  ): readonly { readonly instanceId: string; readonly instance: TwinInstance | undefined }[];
  /** Those with these ids, each once; refuses the call if some are not shown, naming them all. */
  named(instanceIds: readonly string[]): readonly TwinInstance[];
}

export const sight = (clock: Clock, instances: ReadonlyMap<string, TwinInstance>): Sight => {
  const isForgotten = ({ life }: TwinInstance): boolean =>
    life.kind === 'terminated' && life.since + TERMINATED_SHOWN_SECONDS <= clock.now;
  const isShown = (instance: TwinInstance): boolean =>
    instance.visibleAt <= clock.now && !isForgotten(instance);
  const find = (instanceId: string): TwinInstance | undefined => {
    const instance = instances.get(instanceId);
    return instance !== undefined && isShown(instance) ? instance : undefined;
  };
  return {
    find,
    asked: (instanceIds) => instanceIds.map((instanceId) => ({ instanceId, instance: find(instanceId) })),
    shown: () => [...instances.values()].filter(isShown),
    named(instanceIds) {
      const unique = [...new Set(instanceIds)];
      const malformed = unique.find((id) => !/^i-[0-9a-f]{8,17}$/.test(id));
      if (malformed !== undefined) {
        throw new Ec2Refusal('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
      }
      const missing = unique.filter((id) => find(id) === undefined);
      if (missing.length > 0) {
        const subject =
          missing.length === 1
            ? `The instance ID '${missing[0]}' does`
            : `The instance IDs '${missing.join(', ')}' do`;
        throw new Ec2Refusal('InvalidInstanceID.NotFound', `${subject} not exist`);
      }
      return unique.map(find).filter((instance) => instance !== undefined);
    },
  };
};
