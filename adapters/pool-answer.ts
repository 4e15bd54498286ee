import * as z from 'zod';
import {
  instanceId,
  type PoolView,
  poolView,
  poolWorker,
  type UnreadableWorker,
} from '../core/model/pool.ts';

/** An answer of which only the list of workers is looked at. */
const listing = z.looseObject({
  workers: z.looseObject({
    workers: z.array(z.unknown()),
    unreadable: z.array(z.unknown()).exactOptional(),
    unnamed: z.number().exactOptional(),
  }),
});

const named = z.object({ instanceId });

const mistakeIn = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join('.') || 'it'}: ${issue?.message}`;

/** The same answer, in which workers that are not of the schema are such that cannot be read. */
const withoutOddRows = (json: unknown): unknown => {
  const listed = listing.safeParse(json);
  if (!listed.success) return json;
  const { workers } = listed.data;
  const unreadable: UnreadableWorker[] = [];
  let unnamed = workers.unnamed ?? 0;
  const good = workers.workers.filter((row) => {
    const read = poolWorker.safeParse(row);
    if (read.success) return true;
    const whose = named.safeParse(row);
    if (whose.success) unreadable.push({ ...whose.data, why: mistakeIn(read.error) });
    else unnamed += 1;
    return false;
  });
  return {
    ...listed.data,
    workers: {
      ...workers,
      workers: good,
      unreadable: [...(workers.unreadable ?? []), ...unreadable],
      unnamed,
    },
  };
};

/**
 * Reads `GET /v1/pool`. An endpoint of another version may send a worker that this one cannot read: it is passed over, and
 * all others count.
 */
export const poolAnswer: z.ZodType<PoolView> = z.unknown().transform((json, context) => {
  const whole = poolView.safeParse(json);
  if (whole.success) return whole.data;
  const rest = poolView.safeParse(withoutOddRows(json));
  if (rest.success) return rest.data;
  for (const { path, message } of rest.error.issues) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return z.NEVER;
});
