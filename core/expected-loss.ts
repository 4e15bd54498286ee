/** Below this the series of the multiplier is 1 within a double's digits. */
const TINY = 1e-9;

/**
 * How much work a job takes on a machine that may be taken back, over what it takes on one that stays: it begins anew
 * each time, so (e^{hL} - 1) / (hL) for a job of L hours and a hazard of h per hour.
 */
export const workMultiplier = (hazardPerHour: number, jobHours: number): number => {
  const expected = hazardPerHour * jobHours;
  return expected < TINY ? 1 : Math.expm1(expected) / expected;
};

/** Whether a job is expected to cost less on spot, with what interruptions make it do again. Prices: dollars per hour. */
export const isSpotCheaper = (
  { spot, onDemand }: { readonly spot: number; readonly onDemand: number },
  hazardPerHour: number,
  jobHours: number,
): boolean => spot * workMultiplier(hazardPerHour, jobHours) < onDemand;
