import { FLEET_KNOBS } from './fleet-knobs.ts';
import { describeKnobs, type KnobDescription, type Knobs } from './parse.ts';
import { QUEUE_KNOBS } from './queue-knobs.ts';

const INTRODUCTION = `# Settings

A **queue** is one PanDA queue that pilots are submitted for; a **fleet** is the workers that run them. Several queues may
name one fleet, and one fleet, \`default\`, is there by itself. Each setting is one parameter in SSM, named
\`/aerie/<stage>/queues/<queue>/<knob>\` or \`/aerie/<stage>/fleets/<fleet>/<knob>\`. Tuning takes one command:

\`\`\`
aws ssm put-parameter --name /aerie/prod/fleets/default/max-workers --value 200 --type String --overwrite
\`\`\`

A queue exists once its \`state\` is set, a fleet once one of its knobs is; every other setting has a default. New queues,
new fleets and new values need no deploy. A value that cannot be used leaves the queue or the fleet on its last good settings
and sets off an alarm; the log of the settings function and each decision name the parameter, what it holds and what is allowed.

The pattern shown with a setting is its SSM \`AllowedPattern\`: give it with \`--allowed-pattern\` when you create the
parameter, and SSM itself refuses most slips.
`;

const byDefault = ({ fallback }: KnobDescription): string => {
  if (fallback === undefined) return 'none; it has to be set';
  return fallback === '' ? 'empty' : `\`${fallback}\``;
};

const section = (knob: KnobDescription): string =>
  [
    `### ${knob.name}`,
    knob.description,
    [
      `* Default: ${byDefault(knob)}`,
      `* Allowed: ${knob.allowed}`,
      `* Pattern: \`${knob.pattern}\``,
      ...(knob.name === 'chain' ? ['* All plugins: [The chain of a queue](chain.md)'] : []),
    ].join('\n'),
  ].join('\n\n');

const table = (title: string, path: string, knobs: Knobs): string =>
  [`## ${title}`, `\`${path}/<knob>\``, ...describeKnobs(knobs).map(section)].join('\n\n');

/** The text of `docs/settings.md`: every knob with its bounds, from the tables of knobs. */
export const describeSettings = (): string =>
  `${[
    INTRODUCTION,
    table('A queue', '/aerie/<stage>/queues/<queue>', QUEUE_KNOBS),
    '',
    table('A fleet', '/aerie/<stage>/fleets/<fleet>', FLEET_KNOBS),
    '',
    '## Read next',
    '',
    '[The chain](chain.md) of a queue; [changes](tuning.md), which knob for what.',
  ].join('\n')}\n`;
