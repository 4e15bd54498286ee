import type { TemplateQueue } from './endpoint.ts';
import type { PoolWorld } from './world.ts';

/** Templates whose credential can be made to end. */
export interface EndableTemplates {
  readonly templates: readonly TemplateQueue[];
  /** From now on each one's credential ends so many seconds from now; undefined: when it was made to. */
  endCredentials(seconds: number | undefined): void;
}

/** Makes the credentials of these templates endable. */
export const endableTemplates = (
  { clock }: Pick<PoolWorld, 'clock'>,
  given: readonly TemplateQueue[],
): EndableTemplates => {
  let endsAt: number | undefined;
  return {
    templates: given.map((template) => ({
      ...template,
      get credentialExpiresAt() {
        return endsAt ?? template.credentialExpiresAt;
      },
    })),
    endCredentials(seconds) {
      endsAt = seconds === undefined ? undefined : clock.now + seconds;
    },
  };
};
