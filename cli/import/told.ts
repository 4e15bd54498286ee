import * as z from 'zod';

const said = z.array(z.object({ section: z.string().nullable(), why: z.string() }));

/** What `aerie import` tells. */
export const importTold = z.object({
  stage: z.string(),
  /** What belongs under `aerie.stages.<stage>` of cdk.json; null: no section has become a queue or a fleet. */
  block: z.record(z.string(), z.unknown()).nullable(),
  templates: z.array(z.object({ queue: z.string(), text: z.string() })),
  /** Every key of every section, once for each thing that became of it. */
  keys: z.array(
    z.object({
      file: z.string(),
      section: z.string(),
      key: z.string(),
      kind: z.enum(['landed', 'changed', 'dropped', 'withheld']),
      to: z.string().nullable(),
      why: z.string().nullable(),
    }),
  ),
  problems: said,
  notes: said,
  /** Files that were written. */
  written: z.array(z.string()),
});

export type Told = z.output<typeof importTold>;
