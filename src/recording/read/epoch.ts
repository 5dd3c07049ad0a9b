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

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March, so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
