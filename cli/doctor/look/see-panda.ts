import { panda } from '../../../adapters/panda.ts';
import type { PandaJobs, SiteSpecs } from '../../../core/model/panda.ts';
import type { Snapshot } from '../../../core/model/snapshot.ts';
import { hear, lookAtTls, type TlsLook } from './wire.ts';

/** PanDA as it answered. `clockAhead`: seconds that its clock is ahead of ours; absent: it did not say. */
export interface SeenPanda {
  readonly tls: TlsLook;
  readonly jobs: Snapshot<PandaJobs>;
  readonly sites: Snapshot<SiteSpecs>;
  readonly clockAhead?: number;
}

const TIMEOUT_SECONDS = 15;
/** An HTTP date has no fractions: on the average it is half a second old. */
const HALF_A_SECOND = 0.5;

/** Asks PanDA what every tick asks it. `now` in seconds. */
export const seePanda = async (
  baseUrl: string,
  authorities: readonly string[],
  now: () => number,
): Promise<SeenPanda> => {
  let clockAhead: number | undefined;
  const server = panda({
    baseUrl,
    timeoutSeconds: TIMEOUT_SECONDS,
    random: () => 0,
    async send(asked) {
      const sentAt = now();
      const { outcome, dateSeconds } = await hear(asked, authorities);
      const ourTime = (sentAt + now()) / 2;
      if (dateSeconds !== undefined) clockAhead = dateSeconds + HALF_A_SECOND - ourTime;
      return outcome;
    },
  });
  const [tls, jobs, sites] = await Promise.all([
    lookAtTls(baseUrl, authorities, TIMEOUT_SECONDS),
    server.jobs(now()),
    server.sites(now()),
  ]);
  return { tls, jobs, sites, ...(clockAhead === undefined ? {} : { clockAhead }) };
};
