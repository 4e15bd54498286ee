import type { Reason } from '../model/reason.ts';
import type { SettingProblem } from './queue-settings.ts';

/** Says that a queue holds because its settings cannot be used. */
export const badSettings = (problems: readonly SettingProblem[]): Reason => ({
  kind: 'bad-settings',
  problems,
});

/** Says that a queue is on its last good settings, if those that now stand in SSM cannot be used. */
export const lastGood = (outdated: readonly SettingProblem[] | undefined): readonly Reason[] =>
  outdated === undefined ? [] : [{ kind: 'last-good-settings', problems: outdated }];
