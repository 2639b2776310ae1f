/** A number that is serialized with a decimal point: `1.0`. */
export class Float {
  constructor(readonly value: number) {}

  /** The value after a pass through a 32-bit float: 0.7 becomes 0.699999988079071. */
  static single(value: number): Float {
    return new Float(Math.fround(value));
  }

  toJSON(): number {
    return this.value;
  }
}

/** JSON as the caller serializes it: the members of every object sorted by name. */
export function wireJson(value: unknown): string {
  if (value instanceof Float)
    return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (Array.isArray(value)) return `[${value.map(wireJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${wireJson(member)}`);
  return `{${members.join(",")}}`;
}
