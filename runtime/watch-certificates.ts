import type { Certificates } from '../adapters/certificates.ts';
import type { TimeLeft } from './run/time-left.ts';
import type { Find } from './tell/tally.ts';

const DAY_SECONDS = 86_400;

/** Says of a tick how many days the first certificate lasts of all servers that it has talked to. */
export const watchingCertificates =
  <Told>(
    tick: (now: number, timeLeft: TimeLeft) => Promise<Told>,
    certificates: Pick<Certificates, 'firstEnd'>,
    find: Find,
  ): ((now: number, timeLeft: TimeLeft) => Promise<Told>) =>
  async (now, timeLeft) => {
    try {
      return await tick(now, timeLeft);
    } finally {
      const end = certificates.firstEnd();
      if (end !== undefined) find('CertificateDays', (end - now) / DAY_SECONDS);
    }
  };
