const HOUR = 3600;
const TIME_STEPS = [300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];
const LEAST_PX_BETWEEN_TIMES = 40;
const MOST_STEPS_UP = 3;

/** Moments for the time axis: whole steps that a clock knows, far enough apart for their labels. */
export const timeTicks = (toSeconds, width) => {
  const room = Math.max(1, Math.floor(width / LEAST_PX_BETWEEN_TIMES));
  const days = (step) => Math.ceil(step / (24 * HOUR)) * 24 * HOUR;
  const step = TIME_STEPS.find((candidate) => toSeconds / candidate <= room) ?? days(toSeconds / room);
  return Array.from({ length: Math.floor(toSeconds / step) + 1 }, (_, index) => index * step);
};

/** Round whole numbers from 0 up to at least `most`: steps of 1, 2 or 5 times a power of ten. */
export const countTicks = (most) => {
  const rough = Math.max(1, most / MOST_STEPS_UP);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough - 1e-9);
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
};
