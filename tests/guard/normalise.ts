import { startOfRecording } from "./console";

const hour = 3_600_000;

const isDuration = (name: string) => /_ms$|^retry_after$/.test(name);

/**
 * Replaces everything that differs from run to run by placeholders, numbered in the order of
 * first appearance, so that "the same id again" can still be seen.
 */
export class Normaliser {
  #placeholders = new Map<string, string>();
  #counts = new Map<string, number>();
  #fixed: [string, string][];

  /** @param fixed texts with what stands for them, such as the addresses of the console */
  constructor(fixed: [string, string][]) {
    this.#fixed = fixed;
  }

  #placeholder(kind: string, value: string): string {
    const existing = this.#placeholders.get(value);
    if (existing) return existing;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const placeholder = `<${kind} ${count}>`;
    this.#placeholders.set(value, placeholder);
    return placeholder;
  }

  /** A time relative to the recording's start in whole hours; times on the hour stay as they are. */
  #time(text: string, time: number): string {
    if (Number.isNaN(time) || time % hour === 0) return text;
    const hours = Math.floor((time - startOfRecording) / hour);
    return `<time ${hours >= 0 ? "+" : ""}${hours}h>`;
  }

  text(text: string): string {
    let result = text.replace(/swb_[0-9a-f]{16}_[\w-]{43}/g, (value) =>
      this.#placeholder("token", value),
    );
    for (const [value, placeholder] of this.#fixed) result = result.replaceAll(value, placeholder);
    for (const [value, placeholder] of this.#placeholders) {
      // Values recognized by their name, such as etags, also occur elsewhere.
      if (value.length >= 16) result = result.replaceAll(value, placeholder);
    }
    return result
      .replace(/bedrock-api-key-[\w+/=-]+/g, () => "<bedrock token>")
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (value) =>
        this.#placeholder("uuid", value),
      )
      .replace(
        /\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d((:|%3A)\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)/g,
        (value) => this.#time(value, Date.parse(value.replaceAll("%3A", ":"))),
      )
      .replace(/\b[0-9a-f]{16}\b/g, (value) => this.#placeholder("id", value))
      .replace(/\b1[78]\d{11}\b/g, (value) => this.#time(value, Number(value)))
      .replace(/\b1[78]\d{8}\b/g, (value) => this.#time(value, Number(value) * 1000))
      .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "<date>")
      .replace(/\d{8}T\d{6}Z/g, () => "<time of AWS>")
      .replace(/'nonce-[^']+'/g, "'nonce-<nonce>'")
      .replace(/\bswitchboard-guard-\w+/g, "<folder>");
  }

  /** A JSON value with sorted keys, so that the order in which a row is read does not count. */
  value(value: unknown, name = ""): unknown {
    if (typeof value === "string") return this.#named(name, value);
    if (typeof value === "number") return isDuration(name) ? "<ms>" : this.#number(value, name);
    if (Array.isArray(value)) return value.map((each) => this.value(each, name));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      entries.map(([key, inner]) => {
        // A raw value of DynamoDB, such as {"N": "3"}, has the name of its attribute.
        if (!/^(S|N|BOOL|NULL|M|L)$/.test(key)) return [this.text(key), this.value(inner, key)];
        return [key, key === "N" && isDuration(name) ? "<ms>" : this.value(inner, name)];
      }),
    );
  }

  #number(value: number, name: string): unknown {
    // Forecasts change every second.
    if (name.startsWith("forecast_")) return Number(value.toPrecision(3));
    const isTime = Number.isInteger(value) && value > 1.7e9 && value < 2e13;
    return isTime && !name.includes("tokens") ? this.text(String(value)) : value;
  }

  #named(name: string, value: string): string {
    if (value !== "" && /etag|^receipt$|^csrfToken$|^if-none-match$|^hash$/.test(name))
      return this.#placeholder(name, value);
    if (name === "cursor" || name === "cursor_key") return this.#placeholder("cursor", value);
    return this.text(value);
  }

  /** Registers a value that also occurs without its name. */
  learn(kind: string, value: string): void {
    this.#placeholder(kind, value);
  }

  json(value: unknown): string {
    return JSON.stringify(this.value(value), null, 1);
  }
}
