import type { Scenario } from './schema.ts';

/** Workers of even versions of the launch template never join: a bad image, or bad user-data. */
export const isBadVersion = (version: string): boolean => Number(version) % 2 === 0;

/** The next version after one that is bad, or that is not. */
const nextVersion = (version: string, isBad: boolean): string => {
  const next = String(Number(version) + 1);
  return isBadVersion(next) === isBad ? next : String(Number(version) + 2);
};

/** Every version that the deploys of a scenario may bring, the first one included. */
export const versionsOf = ({ faults }: Pick<Scenario, 'faults'>, first: string): readonly string[] => {
  const deploys = 2 * faults.filter(({ kind }) => kind === 'bad-deploy').length;
  return Array.from({ length: 2 * deploys + 1 }, (_, n) => String(Number(first) + n));
};

/** Deploys one version after the other, with bad ones among them; answers what deploys one that is mended. */
export const deployer = (first: string, deploy: (version: string) => void): (() => () => void) => {
  let version = first;
  const next = (isBad: boolean) => {
    version = nextVersion(version, isBad);
    deploy(version);
  };
  return () => {
    next(true);
    return () => next(false);
  };
};
