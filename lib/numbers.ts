/** The number in typed or imported text. `message` names both readings of ambiguous text. */
export type ParsedNumber =
  | { kind: "number"; value: number }
  | { kind: "empty" }
  | { kind: "invalid" }
  | { kind: "ambiguous"; grouped: number; decimal: number; message: string };

/** The message for a field: both readings, or what to type instead. */
export function messageOf(
  parsed: Extract<ParsedNumber, { kind: "invalid" | "ambiguous" }>,
  ifInvalid: string,
): string {
  return parsed.kind === "ambiguous" ? parsed.message : ifInvalid;
}

/** `program`: the point is the decimal sign, as in our own exports. `typed`: 1.000 is ambiguous. */
export type Notation = "typed" | "program";

/** Longer texts aren't numbers, and the pattern below would take too long on them. */
const maxLength = 100;

const currency = /^(?:\$|USD\b)\s*|\s*(?:\$|\bUSD)$/gi;
const spaces = /[\s\u00a0\u2009\u202f]+/g;
const shape = /^([-+\u2212]?)([\d.,'’_\s\u00a0\u2009\u202f]*\d[\d.,]*)(e[-+]?\d+)?$/i;

/**
 * Parses a number in the notations that people and programs use: `10,50`, `1.000,50`, `1,000.50`,
 * `1 000`, `1'000`, `1.5e-07`, `$10`. A single separator before three digits is ambiguous and is
 * rejected.
 */
export function parseNumber(
  text: string,
  { notation = "typed" }: { notation?: Notation } = {},
): ParsedNumber {
  if (text.length > maxLength) return { kind: "invalid" };
  const amount = text.trim().replace(currency, "").trim();
  if (amount === "") return { kind: text.trim() === "" ? "empty" : "invalid" };
  const [, sign = "", digits = "", exponent = ""] = shape.exec(amount) ?? [];
  const minus = sign === "" || sign === "+" ? "" : "-";
  const readings = readDigits(digits, exponent !== "" || notation === "program");
  const [value, other] = readings.map((reading) => Number(`${minus}${reading}${exponent}`));
  if (value === undefined || !Number.isFinite(value)) return { kind: "invalid" };
  if (other === undefined) return { kind: "number", value };
  const message = `${amount} could be ${numberText(value)} or ${numberText(other)}. Type one of these.`;
  return { kind: "ambiguous", grouped: value, decimal: other, message };
}

/** One reading, two (the grouped one first) if it is ambiguous, or none. */
function readDigits(digits: string, isPointDecimal: boolean): string[] {
  const text = digits.replace(spaces, " ").replaceAll("’", "'");
  const [first, second] = [...new Set(text.replace(/\d/g, ""))];
  if (first === undefined) return text === "" ? [] : [text];
  const at = text.lastIndexOf(second ?? first);
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  const separator = text[at];
  const canBeDecimal = separator === "." || separator === ",";
  const isOnly = text.indexOf(separator ?? "") === at;
  if (second !== undefined) {
    const integer = ungroup(before);
    return canBeDecimal && isOnly && integer !== null ? [`${integer}.${after}`] : [];
  }
  const grouped = ungroup(text);
  if (!canBeDecimal || !isOnly) return grouped === null ? [] : [grouped];
  if (before === "" && after === "") return [];
  const decimal = `${before}.${after}`;
  const isAmbiguous = grouped !== null && !(separator === "." && isPointDecimal);
  return isAmbiguous ? [grouped, decimal] : [decimal];
}

/** Digits without separators, grouped by thousands or in the Indian system; null if misplaced. */
function ungroup(text: string): string | null {
  const separators = new Set(text.replace(/\d/g, ""));
  if (separators.size > 1) return null;
  if (separators.size === 0) return /^\d+$/.test(text) ? text : null;
  const [first = "", ...groups] = text.split([...separators].join(""));
  const last = groups.pop();
  if (!/^[1-9]\d{0,2}$/.test(first) || last?.length !== 3) return null;
  const isThousands = groups.every((group) => group.length === 3);
  const isIndian = first.length < 3 && groups.every((group) => group.length === 2);
  return isThousands || isIndian ? [first, ...groups, last].join("") : null;
}

/** A number as the text of a field, which `parseNumber` reads back. */
export function numberText(value: number): string {
  const text = String(value);
  // A fourth decimal, because three would look like a group of thousands.
  return /^-?[1-9]\d{0,2}\.\d{3}$/.test(text) ? `${text}0` : text;
}
