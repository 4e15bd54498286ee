const HOUR = 3600;

/** The times that can be looked at, seconds. */
export const RANGES: readonly number[] = [HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR];
/** How many steps a small chart has. */
export const STEPS = 90;
