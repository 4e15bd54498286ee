import { isOfEc2 } from '../../core/model/clouds.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { Cloud } from '../../core/ports.ts';

/** Machines that were looked up, and what their cloud shows of them: one that is not shown, it does not know. */
export interface Described {
  readonly asked: readonly string[];
  readonly shown: readonly Instance[];
}

/**
 * Looks machines up, those of EC2 and those of another cloud by themselves: one that does not answer hides no machine of the
 * other. Of a cloud that does not answer there is nothing in the result.
 */
export const describeEach = async (
  cloud: Pick<Cloud, 'describe'>,
  ids: readonly string[],
  now: number,
): Promise<readonly Described[]> => {
  const each = await Promise.all(
    [...Map.groupBy(ids, isOfEc2).values()].map(async (asked) => {
      const answer = await cloud.describe(asked, now);
      return answer.kind === 'known' ? [{ asked, shown: answer.value }] : [];
    }),
  );
  return each.flat();
};
