import { type AlarmSpec, firstLook } from './alarm-spec.ts';
import { ALARMS } from './alarms.ts';

const INTRODUCTION = `# Alarms

Each alarm is one thing that somebody should act on. Its mail says what harm it is, how long it can wait, the first command to type, and where its
runbook is. It is sent when the alarm goes on, and again when it goes off. In the examples the stage is \`prod\`.

\`\`\`
aerie alarms --stage prod
\`\`\`

lists those that are on, the most urgent first. Without aerie at hand:

\`\`\`
aws cloudwatch describe-alarms --alarm-name-prefix aerie-prod- --state-value ALARM \\
  --query 'MetricAlarms[].[AlarmName,StateReason]' --output table
\`\`\`

An alarm is called \`aerie-<stage>-<name>-<whose>\`: there is one for each function, queue or quota that it watches. \`lib/watch/alarms.ts\` has
the numbers, [metrics](metrics.md) what is counted.
`;

const PHONE = `## Runbooks on a phone

By itself a mail names the runbook's file in the repository. To make it a link, build these pages and serve them where those on call can open
them: \`npm run docs\` makes a folder of plain files, \`dist/site/\`. Then name the folder of the runbooks in the stage:
\`"runbookUrl": "https://docs.t2.example.org/aerie/docs/runbooks/"\`. If the site lies under a path such as \`/aerie/\`, build it with
\`AERIE_SITE_BASE=/aerie/ npm run docs\`.

## Read next

The runbooks, from [ticks](runbooks/ticks.md) on.
`;

const URGENCIES = [
  ['now', 'Look now'],
  ['today', 'Look today'],
  ['can wait', 'It can wait'],
] as const satisfies readonly (readonly [AlarmSpec['urgency'], string])[];

const row = ([name, { what, look, page }]: readonly [string, AlarmSpec]): string =>
  `| [${name}](runbooks/${page}.md#${name}) | ${what} | \`${firstLook(look, 'prod')}\` |`;

const table = ([urgency, heading]: (typeof URGENCIES)[number]): string =>
  [
    `## ${heading}`,
    '',
    '| runbook | what it means | type first |',
    '|---|---|---|',
    ...Object.entries<AlarmSpec>(ALARMS)
      .filter(([, spec]) => spec.urgency === urgency)
      .map(row),
    '',
  ].join('\n');

/** Makes the text of `docs/alarms.md`: every alarm with its runbook, the most urgent first. */
export const describeAlarms = (): string => [INTRODUCTION, ...URGENCIES.map(table), PHONE].join('\n');
