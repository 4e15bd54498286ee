import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage.ts';

/** Reads options by their kinds; a mistake becomes a sentence that names where they are explained. Throws UsageError. */
export const readOptions = <const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  help: string,
) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: false, options }).values;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${reason.replace(/\.$/, '')}. Run "${help}" for the options.`);
  }
};

/** The number that an option was given, within its bounds. Throws UsageError. */
export const numberBetween = (
  option: string,
  text: string,
  [min, max]: readonly [number, number],
  whole = false,
): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new UsageError(`--${option} takes ${kind} from ${min} to ${max}, not "${text}".`);
};

/** The greatest seed. */
export const MOST_SEED = 2 ** 32 - 1;
export const MOST_PORT = 65_535;
