import * as z from 'zod';
import { got, matching } from './matching.ts';

const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365] as const;
const DAYS_ALLOWED = `${DAYS.slice(0, -1).join(', ')} or ${DAYS.at(-1)} days`;
const HOST_ALLOWED = 'a host with its port, such as logs.example.org:514';

const whole = (error: string) => ({
  error: ({ code, input }: { readonly code: string; readonly input?: unknown }) =>
    code === 'invalid_type' ? got(input, error) : undefined,
});

/** Where HTCondor's logs of the workers go, as cdk.json says it. */
export const workerLogs = z
  .strictObject(
    {
      /** How long CloudWatch keeps them. */
      cloudWatchDays: z.literal(DAYS, { error: ({ input }) => got(input, DAYS_ALLOWED) }).optional(),
      syslog: matching(
        /^[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?:[1-9][0-9]{0,4}$/,
        HOST_ALLOWED,
      ).optional(),
    },
    whole('an object'),
  )
  .refine(({ cloudWatchDays, syslog }) => cloudWatchDays !== undefined || syslog !== undefined, {
    error: 'says nowhere to send them; give cloudWatchDays or syslog, or leave it out',
  });

/** What a stage says of looking in, as far as its network may not allow it. */
interface LookingIn {
  readonly network: { readonly kind: string };
  readonly worker?: { readonly os: string } | undefined;
  readonly sessionManager: boolean;
  readonly workerLogs?: { readonly cloudWatchDays?: number | undefined } | undefined;
}

/** Plain images fetch AWS's agents at boot, from a host of S3 that has IPv4 addresses only. */
export const canFetchAgents = ({ network, worker, sessionManager, workerLogs: logs }: LookingIn): boolean =>
  network.kind !== 'ipv6' ||
  worker === undefined ||
  worker.os === 'baked' ||
  (!sessionManager && logs?.cloudWatchDays === undefined);

export const LOGS_ALLOWED =
  '`{ "cloudWatchDays": 14 }`, `{ "syslog": "logs.example.org:514" }` (TCP), or both';

/** The group of CloudWatch that the workers of a stage write to; `workers` is the one of the function that launches them. */
export const workerLogGroup = (stage: string): string => `/aerie/${stage}/machines`;
