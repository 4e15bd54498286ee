import { UsageError } from './usage.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Reads `90m`, `8h` or `7d`, as seconds. Throws UsageError. */
export const secondsIn = (option: string, text: string): number => {
  const [, count = '', unit = ''] = /^(\d{1,6}(?:\.\d+)?)(s|m|min|h|d)$/.exec(text.trim()) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(`--${option} takes a time such as 90m, 8h or 7d, not "${text}".`);
};

const DAY = 86_400;

/**
 * Reads a moment in UTC: `2026-01-05 03:00`, `03:00` (the last that was), or `2h ago`. Seconds since 1970. Throws UsageError.
 */
export const momentIn = (option: string, text: string, now: number): number => {
  const given = text.trim();
  const ago = /^(\S+) ago$/.exec(given)?.[1];
  if (ago !== undefined) return now - secondsIn(option, ago);
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d{2})$/.exec(given) ?? [];
  if (hours !== '' && Number(hours) < 24 && Number(minutes) < 60) {
    const today = Math.floor(now / DAY) * DAY + Number(hours) * 3600 + Number(minutes) * 60;
    return today <= now ? today : today - DAY;
  }
  if (/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?Z?)?$/.test(given)) {
    const iso = given.length === 10 ? `${given}T00:00` : given.replace(' ', 'T').replace('Z', '');
    const at = Date.parse(`${iso}Z`) / 1000;
    if (Number.isFinite(at)) return at;
  }
  throw new UsageError(
    `--${option} takes a moment in UTC such as 03:00, "2026-01-05 03:00" or "2h ago", not "${text}".`,
  );
};

/** A moment as an age or a length is said: `40 s`, `12 min`, `3 h 20 min`, `4 days`. */
export const lengthOf = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
};

/** A moment in UTC: `03:12`, or with its day where it is not that of `now`. */
export const clockOf = (at: number, now: number): string => {
  const iso = new Date(at * 1000).toISOString();
  const clock = iso.slice(11, 16);
  return Math.floor(at / DAY) === Math.floor(now / DAY) ? clock : `${iso.slice(5, 10)} ${clock}`;
};

/** The same to the second, with its day: `2026-01-05 03:12:40`. */
const stampOf = (at: number): string => {
  const date = new Date(Math.round(at) * 1000);
  return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 19)}`;
};

/** A moment for scripts: ISO 8601 in UTC, whole seconds. */
export const isoOf = (at: number): string => `${stampOf(at).replace(' ', 'T')}Z`;
