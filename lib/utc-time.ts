/** A date and a time of day without an offset, as Python's isoformat() writes them. */
const withoutOffset = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/**
 * Milliseconds since 1970 of a stored time, NaN when it is none. Rows are in UTC (docs/contract.md, Data), also
 * where a tool left the Z away: Date.parse alone takes that for the time zone of this machine.
 */
export function utcTime(text: string): number {
  return Date.parse(withoutOffset.test(text) ? `${text}Z` : text);
}
