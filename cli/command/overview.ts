import { DOES } from '../verbs/does.ts';

/** What the commands do that are no looks at a stage. */
export const OTHERS: Readonly<Record<string, string>> = {
  start: 'Shows the whole job on a simulated PanDA, pool and EC2: the stage twin.',
  lab: 'Shows it on a real HTCondor pool in a box on this machine.',
  doctor: 'Looks whether a stage can be deployed, and whether it works.',
  'dead-letters': 'Shows the events that a stage has given up, or sends them again.',
};

/** All commands, one a line; none is loaded for it. */
export const overview = (others: readonly string[]): string => {
  const all = [...Object.entries(DOES), ...others.map((name) => [name, OTHERS[name] ?? ''] as const)];
  const width = Math.max(...all.map(([name]) => name.length));
  return [
    'aerie VERB [NAME …] [--stage NAME] [--json]',
    '',
    ...all.map(([name, does]) => `  ${name.padEnd(width)}  ${does}`),
    '',
    'A NAME is a queue, a fleet or a worker; queue/X and fleet/X where both are called X. The stage may stand in',
    'AERIE_STAGE; region and credentials are found as the AWS CLI finds them. aerie VERB --help says more.',
    'aerie --version says which aerie this is.',
    '',
  ].join('\n');
};
