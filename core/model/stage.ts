import * as z from 'zod';
import type { Template } from './templates.ts';
import type { Placement } from './worker.ts';

const most = (unit: string, whole: boolean) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    `is ${JSON.stringify(input)}; expected ${whole ? 'a whole number' : 'a number'} of ${unit}, 0 or more`;
  return (whole ? z.int({ error }) : z.number({ error })).min(0, { error }).optional();
};

/** What all queues of a stage may come to together; what is absent has no cap. */
export const stageCaps = z.strictObject({
  workers: most('workers', true),
  cores: most('vCPUs', true),
  dollarsPerHour: most('dollars', false),
  dollarsPerMonth: most('dollars', false),
});

export type StageCaps = Readonly<z.infer<typeof stageCaps>>;

/** Whether a cap is one of money, which needs prices of every queue. */
export const areMoney = ({ dollarsPerHour, dollarsPerMonth }: StageCaps): boolean =>
  dollarsPerHour !== undefined || dollarsPerMonth !== undefined;

/** The stage: its name, the template its workers are launched from, and where they may be put. */
export interface Stage extends Site {
  readonly stage: string;
  readonly template: Template;
  /** Why nobody can say which image takes the place of the template's own; absent: the template is whole. */
  readonly imageUnknown?: string;
  /** What all queues may come to together; absent: no cap. */
  readonly caps?: StageCaps;
  /** The image of types whose processors are ARM's; absent: the stage has none, and launches none of them. */
  readonly arm64Image?: string;
  /** Tags of the site's own, for all that is launched. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What the stage gives every queue. */
export interface Site {
  readonly placements: readonly Placement[];
  readonly workerDiskMb: number;
}
