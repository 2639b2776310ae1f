import { invalidValue } from "./requests";
import type { Series } from "./series";

/** A value of metric math: a scalar, a time series, or an array of series. */
type Value = number | Series | Series[];

/**
 * Evaluates the part of metric math that the console uses: numbers, ids, + - * / and parentheses,
 * SUM, AVG, MIN and MAX of an array, FILL(series, number) and METRICS(). Throws
 * InvalidParameterValueException for anything else.
 */
export function evaluate(expression: string, seriesById: ReadonlyMap<string, Series>): Series {
  const parser = new Parser(expression, seriesById);
  const value = parser.sum();
  parser.end();
  if (value instanceof Map) return value;
  throw parser.unsupported("it gives no time series");
}

const tokens = /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/(),[\]]))/gy;

class Parser {
  readonly #expression: string;
  readonly #seriesById: ReadonlyMap<string, Series>;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(expression: string, seriesById: ReadonlyMap<string, Series>) {
    this.#expression = expression;
    this.#seriesById = seriesById;
    let length = 0;
    for (const match of expression.matchAll(tokens)) {
      this.#tokens.push(match[0].trim());
      length += match[0].length;
    }
    if (length !== expression.trimEnd().length)
      throw this.unsupported("a part of it cannot be read");
  }

  sum(): Value {
    let value = this.#product();
    for (let sign = this.#next("+", "-"); sign; sign = this.#next("+", "-")) {
      const factor = sign === "+" ? 1 : -1;
      value = this.#combine(value, this.#product(), (left, right) => left + factor * right);
    }
    return value;
  }

  end(): void {
    if (this.#at < this.#tokens.length)
      throw this.unsupported(`“${this.#tokens[this.#at]}” follows`);
  }

  unsupported(why: string) {
    return invalidValue(
      `The expression “${this.#expression}” is not known to the local CloudWatch: ${why}.`,
    );
  }

  #product(): Value {
    let value = this.#factor();
    for (let sign = this.#next("*", "/"); sign; sign = this.#next("*", "/")) {
      const apply = sign === "*" ? multiply : divide;
      value = this.#combine(value, this.#factor(), apply);
    }
    return value;
  }

  #factor(): Value {
    if (this.#next("-")) return this.#combine(0, this.#factor(), (left, right) => left - right);
    if (this.#next("(")) {
      const value = this.sum();
      this.#expect(")");
      return value;
    }
    if (this.#next("[")) return this.#list("]").map((value) => this.#series(value));
    const token = this.#tokens[this.#at++] ?? "";
    if (/^\d/.test(token)) return Number(token);
    if (this.#next("(")) return this.#call(token, this.#list(")"));
    const series = this.#seriesById.get(token);
    if (series) return series;
    throw this.unsupported(`there is no “${token}”`);
  }

  #call(name: string, args: Value[]): Value {
    const [first, second] = args;
    if (name === "METRICS" && args.length === 0) return [...this.#seriesById.values()];
    if (name === "FILL" && typeof second === "number")
      return fillGaps(this.#series(first), second, this.#seriesById);
    const reduce = Object.hasOwn(reducers, name) ? reducers[name] : undefined;
    if (reduce && Array.isArray(first)) return mergeSeries(first, reduce);
    throw this.unsupported(`there is no ${name} of these`);
  }

  #list(closing: string): Value[] {
    const values: Value[] = [];
    if (this.#next(closing)) return values;
    do values.push(this.sum());
    while (this.#next(","));
    this.#expect(closing);
    return values;
  }

  #combine(left: Value, right: Value, apply: (left: number, right: number) => number): Value {
    if (typeof left === "number" && typeof right === "number") return apply(left, right);
    if (typeof left === "number")
      return mapSeries(this.#series(right), (value) => apply(left, value));
    if (typeof right === "number")
      return mapSeries(this.#series(left), (value) => apply(value, right));
    const others = this.#series(right);
    // A time at which one side has no value has none in the result.
    const both = [...this.#series(left)].filter(([at]) => others.has(at));
    return new Map(both.map(([at, value]) => [at, apply(value, others.get(at) ?? 0)]));
  }

  #series(value: Value | undefined): Series {
    if (value instanceof Map) return value;
    throw this.unsupported("a time series is expected");
  }

  #next(...expected: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !expected.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  #expect(expected: string): void {
    if (!this.#next(expected)) throw this.unsupported(`“${expected}” is missing`);
  }
}

const multiply = (left: number, right: number) => left * right;
const divide = (left: number, right: number) => left / right;

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const reducers: Record<string, (values: number[]) => number> = {
  SUM: total,
  AVG: (values) => total(values) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

function mapSeries(series: Series, apply: (value: number) => number): Series {
  return new Map([...series].map(([at, value]) => [at, apply(value)]));
}

function mergeSeries(all: Series[], reduce: (values: number[]) => number): Series {
  const values = new Map<number, number[]>();
  for (const series of all)
    for (const [at, value] of series) values.set(at, [...(values.get(at) ?? []), value]);
  return new Map([...values].map(([at, group]) => [at, reduce(group)]));
}

/** Adds `value` at the times at which any other series has a value. */
function fillGaps(series: Series, value: number, seriesById: ReadonlyMap<string, Series>): Series {
  const times = [...seriesById.values()].flatMap((other) => [...other.keys()]);
  return new Map([...times.map((at) => [at, value] as const), ...series]);
}
