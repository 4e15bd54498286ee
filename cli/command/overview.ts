/** What the commands do that are no looks at a stage. */
export const OTHERS: Readonly<Record<string, string>> = {
  start: 'Shows the whole job on a simulated PanDA, pool and EC2: the stage twin.',
  lab: 'Shows it on a real HTCondor pool in a box on this machine.',
  doctor: 'Looks whether a stage can be deployed, and whether it works.',
  'dead-letters': 'Shows the events that a stage has given up, or sends them again.',
};

/** Commands that belong together, and in a few words what they are for. */
type Line = readonly [commands: string, words: string];

/** All commands by what somebody wants; a test finds each of them once. */
const GROUPS: readonly (readonly [wanted: string, lines: readonly Line[]])[] = [
  [
    'look',
    [
      ['status, top', 'a stage now; again and again, or as a page'],
      ['why', 'the one thing that limits, and what mends it'],
      ['workers, worker', 'those that live or were lost; the story of one'],
      ['alarms, holds', 'what is on; when nothing was done, and why'],
      ['history, accounting', 'what it did, by the hour; a month’s account'],
      ['get', 'settings in force'],
    ],
  ],
  [
    'what if',
    [
      ['try, simulate', 'other settings, on the past; your own load'],
      ['replay', 'the code of this checkout on what was decided'],
    ],
  ],
  [
    'change',
    [
      ['set, mode', 'a setting; shadow or live'],
      ['pause, resume, drain', 'begin nothing; go on; come to an end'],
      ['stop', 'everything'],
    ],
  ],
  [
    'set up',
    [
      ['new-stage, import', 'a stage; from AutoPyFactory’s configuration'],
      ['plan, doctor', 'what a deploy makes and costs; whether it works'],
      ['rights, completion', 'an IAM policy; what shells complete'],
    ],
  ],
  [
    'besides',
    [
      ['start, lab', 'the whole job, simulated; on a real pool in a box'],
      ['dead-letters', 'events that the functions have given up'],
    ],
  ],
];

/** The commands on one screen; none is loaded for it. */
export const overview = (): string => {
  const [titles, commands] = [
    Math.max(...GROUPS.map(([wanted]) => wanted.length)),
    Math.max(...GROUPS.flatMap(([, lines]) => lines.map(([names]) => names.length))),
  ];
  return [
    'aerie VERB [NAME …] [--stage NAME] [--json]',
    '',
    ...GROUPS.flatMap(([wanted, lines]) =>
      lines.map(
        ([names, words], index) =>
          `${(index === 0 ? wanted : '').padEnd(titles)}  ${names.padEnd(commands)}  ${words}`,
      ),
    ),
    '',
    'NAME is a queue, a fleet or a worker; queue/X and fleet/X where both are X.',
    'export AERIE_STAGE=prod saves --stage. Credentials are those of the AWS CLI.',
    'aerie VERB --help says more, aerie --version which aerie this is.',
    '',
  ].join('\n');
};
