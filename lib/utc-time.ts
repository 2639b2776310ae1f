/** Without an offset, as Python's isoformat() writes it. */
const withoutOffset = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/**
 * Milliseconds since 1970 of a stored time; NaN if it is invalid. Rows are in UTC, also where a
 * tool omitted the Z, which Date.parse would read as the local time zone.
 */
export function utcTime(text: string): number {
  return Date.parse(withoutOffset.test(text) ? `${text}Z` : text);
}
