import { flag, withDefault } from './parameters.ts';

/** What may still be submitted under a cap. A cap already passed asks for removal only where that is wanted. */
export const room = (maximum: number, taken: number, removesExcess: boolean): number =>
  removesExcess ? maximum - taken : Math.max(0, maximum - taken);

/** Whether a cap that is already passed removes what is above it. */
export const allowNegative = withDefault(
  flag('Whether pilots above the maximum are removed (True), or merely no more submitted (False).'),
  'False',
);
