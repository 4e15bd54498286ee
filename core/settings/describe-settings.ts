import { describeKnobs, type KnobDescription } from './settings.ts';

const INTRODUCTION = `# Settings of a queue

Each setting is one parameter in SSM, named \`/aerie/<stage>/queues/<queue>/<knob>\`. Tuning takes one command:

\`\`\`
aws ssm put-parameter --name /aerie/prod/queues/BNL_CLOUD/max-workers --value 200 --type String --overwrite
\`\`\`

A queue exists once its \`state\` is set; every other setting has a default. New queues and new values need no deploy. A
value that cannot be used leaves the queue on its last good settings and sets off an alarm; the log of the settings

function and each decision of the queue name the parameter, what it holds and what is allowed.

The pattern shown with a setting is its SSM \`AllowedPattern\`: give it with \`--allowed-pattern\` when you create the
parameter, and SSM itself refuses most slips.
`;

const byDefault = ({ fallback }: KnobDescription): string => {
  if (fallback === undefined) return 'none; it has to be set';
  return fallback === '' ? 'empty' : `\`${fallback}\``;
};

const section = (knob: KnobDescription): string =>
  [
    `## ${knob.name}`,
    knob.description,
    [
      `* Default: ${byDefault(knob)}`,
      `* Allowed: ${knob.allowed}`,
      `* Pattern: \`${knob.pattern}\``,
      ...(knob.name === 'chain' ? ['* All plugins: [The chain of a queue](chain.md)'] : []),
    ].join('\n'),
  ].join('\n\n');

/** The text of `docs/settings.md`: every knob of a queue with its bounds, from the table of knobs. */
export const describeSettings = (): string =>
  `${[INTRODUCTION, describeKnobs().map(section).join('\n\n')].join('\n')}\n`;
