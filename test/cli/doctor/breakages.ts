import type { Level } from '../../../cli/doctor/finding.ts';
import type { Kind } from '../../../cli/doctor/kinds.ts';
import type { Answers } from './aws-stand-in.ts';
import type { Answer } from './wire-forms.ts';
import type { World } from './world.ts';

/** One thing that is broken, and the one finding by which it is found. */
export interface Breakage {
  readonly what: string;
  readonly break: (world: World) => void;
  readonly kind: Kind;
  readonly level: Exclude<Level, 'ok'>;
  readonly says: RegExp;
  /** What the fix names; absent: there is none to name. */
  readonly fix?: RegExp;
}

/** Gives a call another answer. */
export const answers = (world: World, more: Answers): void => {
  world.aws = { ...world.aws, ...more };
};

export const refuses = (world: World, action: string, refused: string, message = 'no', status = 400): void =>
  answers(world, { [action]: (): Answer => ({ refused, message, status }) });

/** Changes settings of the stage's block. */
export const block = (world: World, changes: Readonly<Record<string, unknown>>): void => {
  world.block = { ...world.block, ...changes };
};
