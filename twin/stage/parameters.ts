import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import type { OwnedParameters, Owner } from '../../core/settings/settings-record.ts';
import type { ParameterStore } from '../aws/ssm/store.ts';

/** The stage that the twin deploys. */
export const STAGE = 'twin';

const PATHS = { queue: queuesPath(STAGE), fleet: fleetsPath(STAGE) } as const;

/** The name of a queue's or a fleet's knob in Parameter Store. */
export const parameterOf = ({ of, name }: Owner, knob: string): string => `${PATHS[of]}/${name}/${knob}`;

/** Whether the stack's rule lets a change of a parameter through to its queue. */
export const isSetting = (parameter: string): boolean =>
  Object.values(PATHS).some((path) => parameter.startsWith(`${path}/`));

/** Puts the knobs of queues and fleets where the settings function reads them. */
export const putSettings = (
  store: Pick<ParameterStore, 'put'>,
  parameters: readonly OwnedParameters[],
): void => {
  for (const { owner, raw } of parameters) {
    for (const [knob, value] of Object.entries(raw)) store.put({ name: parameterOf(owner, knob), value });
  }
};
