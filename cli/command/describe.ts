import { VERBS } from '../verbs/verbs.ts';

const INTRODUCTION = `# Commands

\`aerie VERB [NAME …] [--stage NAME] [--json]\`: one command for each question about a stage, and for each change of its
settings. \`npx aerie\` runs it in a checkout; after \`npm link\` there, \`aerie\` does anywhere.

The stage is a deployed one, or **\`twin\`**: the one that \`npm start\` runs on this machine, for as long as it runs. Everything below
works on both, so it can be learned before there is an account. Region and credentials are found as the AWS CLI finds
them (\`AWS_PROFILE\`, \`AWS_REGION\`). If you only look, you need the rights that \`aerie rights reader\` prints.

Say once which stage you work on; then no command below needs \`--stage\`, and one that has it is about that stage:

\`\`\`sh
export AERIE_STAGE=prod
\`\`\`

A command that cannot be carried out says why in one sentence on stderr, and its exit code is 2. Colour comes on a terminal only, and
not with \`NO_COLOR\`. Columns that do not fit are left out on a terminal; in a pipe all are there. \`--json\` tells the same as one object, with
moments in ISO 8601 and \`null\` for what is not known.

| asked | answered by |
|---|---|
| does it work? | \`aerie status\`, and before and after a deploy \`aerie doctor\` ([doctor](doctor.md)) |
| what does it do now, all on one screen? | \`aerie top --web\`: a page for a browser of this machine |
| why is nothing launching? | \`aerie why QUEUE\` |
| why was nothing launched last night? | \`aerie why QUEUE --at 03:00\` |
| what did it do last night? | \`aerie history --since 12h\` |
| what did it cost? | \`aerie history FLEET --since 7d\` |
| what is a month's account? | \`aerie accounting --month 2026-01\` ([accounting](accounting.md)) |
| what did each user's jobs cost? | \`aerie accounting --jobs FILE\` |
| what is on, and how long can it wait? | \`aerie alarms\` |
| when did it hold, and why? | \`aerie holds\` |
| which machines came to nothing? | \`aerie workers --lost\`, \`aerie worker ID\` |
| what is set? | \`aerie get QUEUE\` |
| what would another setting have done? | \`aerie try fleet/default max-workers=200\` |
| what would my own load cost, and how long would it wait? | \`aerie simulate --jobs '100/night x 4h'\` ([loads](simulate.md)) |
| would this checkout decide the same? | \`aerie replay\` |
| what would it do, before it may? | \`aerie mode shadow --all\`, then \`aerie why QUEUE\` ([in shadow](shadow.md)) |
| how do I begin a stage? | \`aerie new-stage\` |
| what does a deploy make, and what can it cost? | \`aerie plan --stage prod\` |
| what becomes of my queues.conf? | \`aerie import queues.conf\` ([from AutoPyFactory](import.md)) |
| stop everything now | \`aerie stop --all\` |

Answers take a second or two, but for those that play a time anew. For a stage as small as the twin's, \`aerie try\` takes some 2 s for three
hours and 11 s for nineteen, and \`aerie simulate\` 2 s for a load of four hours and 4 s for one of a night. On a terminal \`aerie try\`
says how far it is.

Decisions are kept for 14 days, and the facts that they rested on for 3; workers, launches and consoles that are over, for 30. The same as a manual page: \`man -l docs/aerie.1\`.
`;

/** The text of `docs/commands.md`: every command as its own help has it. */
export const describeCommands = async (): Promise<string> => {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  return `${[
    INTRODUCTION,
    ...verbs.map(({ name, help }) => `## ${name}\n\n\`\`\`\n${help.trimEnd()}\n\`\`\`\n`),
    '## Read next\n\n[Architecture](architecture.md): what stands behind it, in a quarter of an hour.\n',
  ].join('\n')}`;
};
