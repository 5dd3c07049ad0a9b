/** What `Date.parse` says, without its price for the form in which most timestamps are: 2026-11-23T07:20:44.190Z. */
export function timeOf(timestamp: string): number {
  if (
    timestamp.length !== 24 ||
    timestamp.charCodeAt(4) !== 0x2d ||
    timestamp.charCodeAt(7) !== 0x2d ||
    timestamp.charCodeAt(10) !== 0x54 ||
    timestamp.charCodeAt(13) !== 0x3a ||
    timestamp.charCodeAt(16) !== 0x3a ||
    timestamp.charCodeAt(19) !== 0x2e ||
    timestamp.charCodeAt(23) !== 0x5a
  )
    return Date.parse(timestamp);
  const year = digits(timestamp, 0, 4);
  const month = digits(timestamp, 5, 2);
  const day = digits(timestamp, 8, 2);
  const hour = digits(timestamp, 11, 2);
  const minute = digits(timestamp, 14, 2);
  const second = digits(timestamp, 17, 2);
  const millisecond = digits(timestamp, 20, 3);
  // Days that not every month has, and everything odd, is left to the engine.
  const isPlain =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59;
  if (!isPlain || !(second <= 59) || !(millisecond >= 0)) return Date.parse(timestamp);
  return (
    daysSinceEpoch(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
  );
}

/** NaN when one is no digit. */
export function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March, so that leap days come last. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
