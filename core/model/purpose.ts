import * as z from 'zod';
import type { Parsed } from './parsed.ts';

/** What a worker is for, from its launch to its end. */
export const purpose = z.object({
  fleet: z.string(),
  /** The pilots of this queue only: from before there were fleets. Absent: all jobs of its fleet. */
  onlyQueue: z.string().exactOptional(),
  /** Jobs of so many cores only. Absent: of any. */
  width: z.number().exactOptional(),
  /** The shape of the jobs that it was launched for. Absent: from before this was kept. */
  meantFor: z.string().exactOptional(),
  /** It stays when it is idle: capacity that is kept whatever waits. */
  kept: z.literal(true).exactOptional(),
  /** In its first minutes only jobs of so many cores or more. Absent: any. */
  firstWidth: z.number().exactOptional(),
});

export type Purpose = Parsed<typeof purpose>;

/** What of a launch its workers are for. */
export const purposeOf = ({ fleet, onlyQueue, width, meantFor, kept, firstWidth }: Purpose): Purpose => ({
  fleet,
  ...(onlyQueue === undefined ? {} : { onlyQueue }),
  ...(width === undefined ? {} : { width }),
  ...(meantFor === undefined ? {} : { meantFor }),
  ...(kept === undefined ? {} : { kept }),
  ...(firstWidth === undefined ? {} : { firstWidth }),
});
