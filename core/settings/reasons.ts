import type { Reason } from '../model/reason.ts';
import type { SettingProblem, WithSchedule } from './parse.ts';

/** Says that a queue or a fleet holds because its settings cannot be used. */
export const badSettings = (problems: readonly SettingProblem[]): Reason => ({
  kind: 'bad-settings',
  problems,
});

/** Says which settings hold for a time. */
export const forATime = ({ scheduled }: WithSchedule): readonly Reason[] =>
  scheduled.map(({ text }) => ({ kind: 'scheduled', entry: text }));

/** Says that it is on its last good settings, if those that now stand in SSM cannot be used. */
export const lastGood = (outdated: readonly SettingProblem[] | undefined): readonly Reason[] =>
  outdated === undefined ? [] : [{ kind: 'last-good-settings', problems: outdated }];
