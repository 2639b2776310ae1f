import "server-only";

type Reading<Value> = { startedAt: number; isDone: boolean; outcome: Promise<Value> };

const maxKept = 200;

/**
 * Answers everyone who asks within this time from one reading, however many look.
 * @param ms from the start of a reading; failures are shared too
 */
export function shareReadings<Value>(ms: number) {
  const readings = new Map<string, Reading<Value>>();
  return (key: string, read: () => Promise<Value>): Promise<Value> => {
    const current = readings.get(key);
    if (current && (!current.isDone || Date.now() - current.startedAt < ms)) return current.outcome;
    const outcome = read();
    const started: Reading<Value> = { startedAt: Date.now(), isDone: false, outcome };
    const end = () => {
      started.isDone = true;
    };
    outcome.then(end, end);
    readings.delete(key);
    readings.set(key, started);
    const oldest = readings.keys().next().value;
    if (readings.size > maxKept && oldest !== undefined) readings.delete(oldest);
    return outcome;
  };
}
