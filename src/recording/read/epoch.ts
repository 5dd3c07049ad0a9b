import { daysSinceEpoch, digits } from '../time.ts';

/** Milliseconds since the epoch of the forms that WhyOps and PostgreSQL write; NaN for anything else. */
export function epochMs(text: string): number {
  // The form of the read API, 2026-11-23T07:20:44.190Z, is parsed by hand: every event has two of them.
  if (text.length !== 24 || text.charCodeAt(23) !== 0x5a || text.charCodeAt(10) !== 0x54)
    return slowEpochMs(text);
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const seconds = digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
  return (daysSinceEpoch(year, month, day) * 86400 + seconds) * 1000 + digits(text, 20, 3);
}

function slowEpochMs(text: string): number {
  // PostgreSQL: 2026-11-23 07:20:44.19+00, and 2026-11-23T07:20:44.19+00:00 inside JSON; microseconds are cut off.
  const parts =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?(?:(Z)|([+-]\d\d)(?::?(\d\d))?)?$/.exec(text);
  if (!parts) return Date.parse(text);
  const [, date, time, fraction = '', zulu, hours, minutes = '00'] = parts;
  const zone = zulu !== undefined || hours === undefined ? 'Z' : `${hours}:${minutes}`;
  return Date.parse(`${date}T${time}.${fraction.padEnd(3, '0')}${zone}`);
}
