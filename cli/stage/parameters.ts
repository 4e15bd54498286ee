import { DeleteParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { stageParameters } from '../../adapters/parameters.ts';
import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import type { Knobs, RawSettings } from '../../core/settings/parse.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import type { Sight } from './sight.ts';

const PATHS = { queue: queuesPath, fleet: fleetsPath } as const;
const KNOBS: Readonly<Record<Owner['of'], Knobs>> = { queue: QUEUE_KNOBS, fleet: FLEET_KNOBS };

/** The knobs that a queue or a fleet has. */
export const knobsOf = ({ of }: Owner): Knobs => KNOBS[of];

/** What a knob is worth that nobody has set; undefined: it has no default. */
export const defaultOf = (owner: Owner, knob: string): string | undefined => {
  const knobs = knobsOf(owner);
  return Object.hasOwn(knobs, knob) ? knobs[knob]?.fallback : undefined;
};

/** The parameters of one queue or fleet, as SSM has them at this moment. */
export const parametersOf = ({ stage, clients }: Sight, owner: Owner): Promise<RawSettings> =>
  stageParameters(stage, clients.ssm).of(owner);

const nameOf = (stage: string, { of, name }: Owner, knob: string): string =>
  `${PATHS[of](stage)}/${name}/${knob}`;

interface Change {
  readonly owner: Owner;
  readonly knob: string;
  /** Undefined: the parameter goes, and the default holds. */
  readonly to: string | undefined;
}

/** Puts a parameter, or takes it away. */
export const putParameter = async (
  ssm: SSMClient,
  stage: string,
  { owner, knob, to }: Change,
): Promise<void> => {
  const Name = nameOf(stage, owner, knob);
  if (to === undefined) await ssm.send(new DeleteParameterCommand({ Name }));
  else await ssm.send(new PutParameterCommand({ Name, Value: to, Type: 'String', Overwrite: true }));
};
