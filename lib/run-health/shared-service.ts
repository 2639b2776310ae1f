import "server-only";

type Reading<Value> = { until: number; outcome: Promise<Value> };

const maxEntries = 200;

/**
 * Caches a reading and shares it among all callers.
 * @param msFor how long a value is shared, in milliseconds from the start of its reading; failures
 *   aren't
 */
export function shareReadings<Value>(msFor: (value: Value) => number) {
  const readings = new Map<string, Reading<Value>>();
  return (key: string, read: () => Promise<Value>): Promise<Value> => {
    const current = readings.get(key);
    if (current && Date.now() < current.until) return current.outcome;
    const startedAt = Date.now();
    const reading = { until: Number.POSITIVE_INFINITY, outcome: read() };
    reading.outcome.then(
      (value) => {
        reading.until = startedAt + msFor(value);
      },
      () => {
        reading.until = 0;
      },
    );
    readings.delete(key);
    readings.set(key, reading);
    const oldest = readings.keys().next().value;
    if (readings.size > maxEntries && oldest !== undefined) readings.delete(oldest);
    return reading.outcome;
  };
}
