import { FORMER_KEYS } from './former-keys.ts';
import type { NamedParameter, SchedPlugin } from './plugin.ts';
import { SCHED_PLUGINS } from './plugins.ts';

const formerKeys = [
  '| in AutoPyFactory | here |',
  '|---|---|',
  ...FORMER_KEYS.map(({ plugin, key, here }) => `| \`${key}\` of ${plugin} | ${here} |`),
].join('\n');

const INTRODUCTION = `# The chain of a queue

A queue's \`chain\` says how many pilots to submit. It is a list of AutoPyFactory's sched plugins, with their names and
their meaning:

\`\`\`
Ready(offset=0), Scale(0.5), MaxPerCycle(50)
\`\`\`

## How it works

* The count starts at 0. Each plugin gets the count of the one before it and gives its own; the last one counts. Order
  matters: \`Scale(0.5), Ready()\` scales nothing.
* **Above 0**: so many pilots are submitted. **Below 0**: so many are removed, but only pilots that wait; one that
  runs is never touched. What else decides stands [below](#outside-the-chain).
* **No facts, no action.** If a fact is missing or cannot be true, the queue holds: nothing is submitted and nothing
  removed, and the decision says which fact it was. AutoPyFactory submits 0 in some plugins, fails in others, and with
  \`Ready, KeepNRunning\` retires everything.
* Every plugin that changes the count leaves its reason in the decision, such as \`Ready: 100 ready - 20 pending = 80\`
  or \`MaxPerCycle(50): 80 -> 50\`.

## The words

| word | means |
|---|---|
| ready | activated jobs that no pilot has taken, of the resource types and labels that the queue takes |
| pending | pilots of the queue that wait in the pool: idle, held, or just submitted |
| running | pilots of the queue that run |
| cycle | one run of the function that submits pilots; it comes each minute |

## How it is written

* Plugins are separated by commas. \`Ready\` and \`Ready()\` are the same. White space does not matter.
* A parameter is given by its name, \`MaxPending(maximum=50)\`, or by its place, \`MaxPending(50)\`, in the order in which
  it stands below. Parameters without a name come first; those in square brackets may be left out.
* Upper and lower case matter in names. Booleans are \`True\` or \`False\`.
* A chain that cannot be read is refused with one sentence that says why; the queue stays on its last good settings.

## From AutoPyFactory

[\`aerie import\`](import.md) makes the chains of a \`queues.conf\`, and the rest of the stage.
\`schedplugin\` lists the plugins, and \`sched.<plugin>.<parameter>\` becomes a parameter in brackets. The example of
\`queues.conf\`, which has

\`\`\`
schedplugin = Ready, MinPerCycle, MaxPerCycle, MaxPending
sched.minpercycle.minimum = 10
sched.maxpercycle.maximum = 20
sched.maxpending.maximum = 50
\`\`\`

is here \`Ready(), MinPerCycle(10), MaxPerCycle(20), MaxPending(50)\`, and the chain of \`agisdefaults.conf\` is
\`Ready(), Scale(0.125), MaxPerCycle(50), MinPerCycle(0), StatusTest(1), StatusOffline(0), MaxPending(100)\`, with the
factor that fits the queue. A cycle of aerie lasts a minute, AutoPyFactory's two to six: limits per cycle can be
smaller.

A parameter below 0 means something in AutoPyFactory: \`MinPerCycle(-2)\` removes two pilots in a cycle at most, and
\`MaxPerCycle(-1)\` always removes one. Here only the offset of \`Ready\` may be below 0, and any other is refused.

### Keys that have another name

These occur in files that AutoPyFactory has shipped, or were read by plugins of older branches:

${formerKeys}

## Outside the chain

The chain counts. These rules stand before it and behind it, and no chain switches them off:

* **Queues that are not active.** A queue whose \`state\` is \`paused\` submits and removes nothing. With \`drain\` it submits
  nothing, and its idle pilots are removed.
* **The site's status.** Pilots are submitted in \`online\`, \`test\` and \`brokeroff\`, and in \`offline\` if the chain
  asks for some. In \`standby\`, \`paused\` and \`maintenance\`, and in any status that aerie does not know, nothing is
  submitted. If the status itself is not known, a chain that asks for it holds, and any other goes on.
* **Idle pilots without jobs go.** If a chain comes to 0, idle pilots beyond the ready jobs are removed, even with
  \`Null\`. Those stay that the chain would submit again if they were gone, such as those of a \`MinPending\`.
* **Empty hands.** If ten or more pilots, nine in ten of those of the last hour, ended at once, PanDA has no job on any and
  none lives, one is submitted at a time until one lives.
* **One request** submits or removes 10,000 pilots at most.
* **Machines.** Pilots with a job behind them get one. So do pilots without a job that the chain asks for (\`StatusTest(2)\`,
  \`MinPending(5)\`, \`Fixed(3)\`): at any time for no more of them than the chain submits in one cycle, those that run
  without a job included, and within the fleet's caps and budgets. Idle pilots that are left over get none
  ([decision 30](decisions/0030-pilots-without-jobs.md)).
`;

const byDefault = ({ required, fallback }: NamedParameter): string => {
  if (required) return 'has to be given';
  return fallback === undefined ? 'may be left out' : `\`${fallback}\``;
};

const signature = ({ name, parameters }: SchedPlugin): string => {
  const words = parameters.map(({ name: word, required, fallback }) => {
    if (required) return word;
    return fallback === undefined ? `[${word}]` : `${word}=${fallback}`;
  });
  return `${name}(${words.join(', ')})`;
};

const parameterTable = (parameters: readonly NamedParameter[]): readonly string[] =>
  parameters.length === 0
    ? []
    : [
        [
          '| parameter | default | allowed | |',
          '|---|---|---|---|',
          ...parameters.map(
            (parameter) =>
              `| \`${parameter.name}\` | ${byDefault(parameter)} | ${parameter.allowed} | ${parameter.description} |`,
          ),
        ].join('\n'),
      ];

const section = (plugin: SchedPlugin): string =>
  [
    `### ${plugin.name}`,
    `\`${signature(plugin)}\``,
    plugin.description,
    ...parameterTable(plugin.parameters),
    ...(plugin.differs === undefined ? [] : [`*Not as in AutoPyFactory:* ${plugin.differs}`]),
  ].join('\n\n');

const READ_NEXT = `
## Read next

[Metrics](metrics.md), which show what a queue asks for; [AutoPyFactory's files](import.md) as a stage.`;

/** The text of `docs/chain.md`: how a chain is written and what each sched plugin does, from their declarations. */
export const describeChain = (): string =>
  `${[INTRODUCTION, '## The plugins', '', SCHED_PLUGINS.map(section).join('\n\n'), READ_NEXT].join('\n')}\n`;
