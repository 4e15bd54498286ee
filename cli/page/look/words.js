/** Simulated time as hours:minutes; hours go on past 24. */
export const clock = (seconds) => {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};

const two = (large, largeUnit, small, smallUnit) =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `1 d 4 h`. */
export const duration = (seconds) => {
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds > 0 && seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(whole / 3600);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
};

const decimals = (value) =>
  Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) < 10 ? 2 : 1;

/** Made once: making one takes longer than a hundred numbers. */
const FORMATS = [0, 1, 2].map((digits) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: digits }));

/** A number with thousands set apart and no more decimals than can be read: `1,204`, `98.6`, `1.03`. */
export const amount = (value) => FORMATS[decimals(value)].format(value);

/** A number short enough for an axis: `950`, `1.2k`, `15k`, `2M`. */
export const shortAmount = (value) => {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toFixed(1))}k`;
  return String(Number(value.toFixed(2)));
};

/** A share in whole percent: `82 %`, or a dash where there is no whole. */
export const percent = (part, whole) => (whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–');

/** Dollars with cents below a hundred, without them from there: `$12.34`, `$1,204`. */
export const money = (dollars) =>
  Math.abs(dollars) < 100 ? `$${dollars.toFixed(2)}` : `$${amount(Math.round(dollars))}`;

const DAY = 86_400;

/** A moment in UTC: `03:12`, or with its day where it is not that of `now`. */
export const timeOf = (at, now) => {
  const iso = new Date(at * 1000).toISOString();
  return Math.floor(at / DAY) === Math.floor(now / DAY)
    ? iso.slice(11, 16)
    : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
};

/** An age in one unit, short enough to change without pushing anything: `4 s`, `12 min`, `3 h`, `5 d`. */
export const age = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  if (whole < 2 * DAY) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / DAY)} d`;
};
