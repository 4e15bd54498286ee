import type { StageConfig } from './stage/config.ts';

const LACKS = {
  debian:
    "Debian has no packages of OSG's worker-node client, of the grid's authorities and of apptainer; give worker the os el9, and an AlmaLinux 9 as image",
  cvmfs: 'they mount no CVMFS, where the software of pilots lies; name its repositories in worker.cvmfs',
} as const;

/**
 * Says that the workers of a stage run no payload of OSG's or ATLAS's, and what they lack; undefined if nothing is known to be
 * missing. What an image of the site's own has is not known here.
 */
export const tryingOutSentence = ({ stage, worker }: StageConfig): string | undefined => {
  if (worker === undefined || worker.os === 'baked') return undefined;
  const lacks = [
    ...(worker.os === 'debian' ? [LACKS.debian] : []),
    ...(worker.cvmfs.repositories.length === 0 ? [LACKS.cvmfs] : []),
  ];
  return lacks.length === 0
    ? undefined
    : `The workers of ${stage} are for trying out, and run no payload of the grid: ${lacks.join('; and ')}.`;
};
