import type { TemplateQueue } from './orders.ts';
import type { PoolWorld } from './world.ts';

/** Templates of a pool whose admin changes them while it runs. */
export interface ChangingTemplates {
  readonly templates: readonly TemplateQueue[];
  /** From now on each one's credential ends so many seconds from now; undefined: when it was made to. */
  endCredentials(seconds: number | undefined): void;
  /** From now on what this queue's template submits would not be counted as its pilots; false: it would again. */
  spoil(queue: string, isSpoilt: boolean): void;
}

const MISTAKE = "universe is grid: such a job is no pilot of the pool's.";

/** Makes templates changeable. */
export const changingTemplates = (
  { clock }: Pick<PoolWorld, 'clock'>,
  given: readonly TemplateQueue[],
): ChangingTemplates => {
  let endsAt: number | undefined;
  const spoilt = new Set<string>();
  return {
    templates: given.map((template) => ({
      ...template,
      get credentialExpiresAt() {
        return endsAt ?? template.credentialExpiresAt;
      },
      get mistake() {
        return spoilt.has(template.name) ? MISTAKE : template.mistake;
      },
    })),
    endCredentials(seconds) {
      endsAt = seconds === undefined ? undefined : clock.now + seconds;
    },
    spoil(queue, isSpoilt) {
      if (isSpoilt) spoilt.add(queue);
      else spoilt.delete(queue);
    },
  };
};
