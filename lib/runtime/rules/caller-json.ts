/** A number that the caller holds as a 32-bit float: 0.7 is sent as 0.699999988079071, 1 as 1.0. */
export class Float32 {
  readonly value: number;

  constructor(value: number) {
    this.value = Math.fround(value);
  }

  get text(): string {
    const isWhole = Number.isInteger(this.value) && Math.abs(this.value) < 1e16;
    return isWhole ? this.value.toFixed(1) : JSON.stringify(this.value);
  }
}

/** JSON as the caller serializes it: without spaces, with members sorted by name. */
export function callerJson(value: unknown): string {
  if (value instanceof Float32) return value.text;
  if (Array.isArray(value)) return `[${value.map(callerJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([name, member]) => `${JSON.stringify(name)}:${callerJson(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * Compares in the order of UTF-8 bytes, which differs from JavaScript's order beyond the basic
 * plane.
 */
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
