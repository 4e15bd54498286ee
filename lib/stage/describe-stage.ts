import { STAGE_SETTINGS } from './block.ts';
import { type SettingText, textOf } from './setting.ts';

const INTRODUCTION = `# Settings of a stage

A stage is one pool with its queues and fleets, in one account and region. Its settings stand in \`cdk.json\` under
\`context.aerie.stages.<stage>\`, and a deploy brings them. Every mistake is answered with a sentence before anything is
synthesised, and [\`npm run doctor\`](doctor.md) tries what cannot be seen in the file. The
[knobs of queues and fleets](settings.md), which change from day to day, need no deploy.

A stage's name is a small letter and up to 19 more small letters, digits and dashes. It is part of names that are unique in
an account, in all its regions: the role of the workers is \`aerie-<stage>-worker\`.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = (name: string, { description, allowed, fallback }: SettingText): string =>
  `| \`${name}\` | ${[description, allowed, fallback ?? '**to be given**'].map(cell).join(' | ')} |`;

/** Makes the text of `docs/stage.md`: every setting of a stage, from the table that reads them. */
export const describeStage = (): string =>
  [
    INTRODUCTION,
    '| setting | what it is | allowed | left out |',
    '|---|---|---|---|',
    ...Object.entries(STAGE_SETTINGS).map(([name, schema]) => row(name, textOf(name, schema))),
    '',
    '## Read next',
    '',
    '[The endpoint](endpoint.md), the service beside your collector.',
    '',
  ].join('\n');
