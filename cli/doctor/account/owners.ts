import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { fleetsPath, queuesPath } from '../../../core/model/names.ts';
import type { RawSettings } from '../../../core/settings/parse.ts';
import type { Owner } from '../../../core/settings/settings-record.ts';
import { settingsIn } from '../../../core/settings/settings-record.ts';
import { knobsOf } from '../../../lib/stage/limits.ts';
import { placeOfStage } from '../../../lib/stage/place.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { type Asked, asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';

const PATHS = { queue: queuesPath, fleet: fleetsPath } as const;
const KINDS = ['queue', 'fleet'] as const;

/** One parameter of a queue or a fleet. */
interface Parameter extends Owner {
  readonly knob: string;
  readonly value: string;
}

const nameOf = (stage: string, { of, name, knob }: Omit<Parameter, 'value'>): string =>
  `${PATHS[of](stage)}/${name}/${knob}`;

/** Reads the parameters of all queues and fleets, by their whole names. */
export const parametersThere = async ({
  config: { stage },
  clients,
}: Examined): Promise<ReadonlyMap<string, Parameter>> => {
  const there = new Map<string, Parameter>();
  for (const of of KINDS) {
    const Path = PATHS[of](stage);
    const pages = paginateGetParametersByPath({ client: clients.ssm }, { Path, Recursive: true });
    for await (const page of pages) {
      for (const { Name = '', Value = '' } of page.Parameters ?? []) {
        const [name = '', knob = ''] = Name.slice(Path.length + 1).split('/');
        there.set(Name, { of, name, knob, value: Value });
      }
    }
  }
  return there;
};

/** Lists the parameters that the next deploy puts, by their whole names. */
export const parametersOfBlock = ({
  config: { stage, queues, fleets },
}: Pick<Examined, 'config'>): ReadonlyMap<string, Parameter> => {
  const of = (kind: Owner['of'], all: Readonly<Record<string, RawSettings>>): readonly Parameter[] =>
    Object.entries(all).flatMap(([name, knobs]) =>
      Object.entries(knobs).map(([knob, value]) => ({ of: kind, name, knob, value })),
    );
  const wanted = [...of('queue', queues), ...of('fleet', knobsOf(fleets))];
  return new Map(wanted.map((parameter) => [nameOf(stage, parameter), parameter]));
};

/** The parameters that the deployed stack has made: the next deploy changes them or removes them. */
export const parametersOfStack = async (stage: Examined): Promise<Asked<ReadonlySet<string>>> => {
  const stack = await stage.stack();
  if (!stack.ok) return stack;
  return { ok: true, value: new Set((stack.value?.resources ?? []).map(({ physicalId }) => physicalId)) };
};

const recordsOf = (parameters: Iterable<Parameter>) =>
  [...Map.groupBy(parameters, ({ of, name }) => `${of}#${name}`).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const good = Object.fromEntries(all.map(({ knob, value }) => [knob, value]));
    return [{ of: first.of, name: first.name, readAt: 0, good }];
  });

/**
 * Looks whether the queues and fleets fit together as they will stand in Parameter Store after the next deploy: those of the
 * block, beside what was put by hand.
 */
export const checkOwners = async (stage: Examined): Promise<readonly Finding[]> => {
  const [there, made] = await Promise.all([
    asked('ssm:GetParametersByPath', parametersThere(stage)),
    parametersOfStack(stage),
  ]);
  if (!there.ok) return [warn('owners', there.why)];
  if (!made.ok) return [warn('owners', made.why)];
  const byHand = [...there.value].filter(([name]) => !made.value.has(name));
  const after = new Map([...byHand, ...parametersOfBlock(stage)]);
  const { queues, fleets } = settingsIn(recordsOf(after.values()), placeOfStage(stage.config));
  const judged = [
    ...queues.map((queue) => ({ of: 'queue' as const, parsed: queue })),
    ...fleets.map((fleet) => ({ of: 'fleet' as const, parsed: fleet })),
  ];
  const findings = judged.flatMap(({ of, parsed }) =>
    parsed.ok
      ? []
      : parsed.problems.map(({ knob, why }) => {
          const name = nameOf(stage.config.stage, { of, name: parsed.name, knob });
          return fail(
            'owners',
            `${of} ${parsed.name} would hold: ${knob} ${why}`,
            after.has(name)
              ? `aws ssm delete-parameter --name ${name}, or put a value that is allowed`
              : 'docs/settings.md; aws ssm put-parameter, or cdk.json',
          );
        }),
  );
  if (findings.length > 0) return findings;
  return [ok('owners', `${queues.length} queues and ${fleets.length} fleets fit together`)];
};
