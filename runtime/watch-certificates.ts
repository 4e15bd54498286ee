import type { Certificates } from '../adapters/certificates.ts';
import type { Find } from './tally.ts';

const DAY_SECONDS = 86_400;

/** The same tick, which also says how many days the first certificate lasts of all servers that it has talked to. */
export const watchingCertificates =
  <Told>(
    tick: (now: number) => Promise<Told>,
    certificates: Pick<Certificates, 'firstEnd'>,
    find: Find,
  ): ((now: number) => Promise<Told>) =>
  async (now) => {
    try {
      return await tick(now);
    } finally {
      const end = certificates.firstEnd();
      if (end !== undefined) find('CertificateDays', (end - now) / DAY_SECONDS);
    }
  };
