import "server-only";
import { createHash, randomUUID } from "node:crypto";
import jsonata from "jsonata";
import { createYielder } from "@/lib/batches";
import {
  assertBounded,
  assertShort,
  BoundedRegExp,
  boundedFunctions,
  LimitReached,
} from "./rules/expression-bounds";
import { RecentMap } from "./rules/recent-map";
import type { Evaluate, Evaluated } from "./rules/template";

/**
 * Maximum depth and sequence length of one expression, and its timeout in milliseconds, independent
 * of the processor time. Step Functions fails an expression deeper than 100 (measured in us-east-1:
 * floci-io/floci#2783); the result beyond another limit isn't predicted.
 */
const limits = { timeout: 5_000, stack: 100, sequence: 100_000 };
/** Milliseconds of processor time for one expression. */
const expressionMs = 250;

/** The most compiled expressions in the cache. */
const maxCompiled = 2_000;
/** Milliseconds after which an evaluation yields to other requests. */
const undividedMs = 50;
const yieldIfDue = createYielder();

const compiled = new RecentMap<string, jsonata.Expression>(maxCompiled);

async function compile(text: string): Promise<jsonata.Expression> {
  const cached = compiled.get(text);
  if (cached) return cached;
  const expression = jsonata(text, { ...limits, RegexEngine: BoundedRegExp as RegExpConstructor }); // Same constructor and `exec`.
  addFunctions(expression);
  await boundWork(expression);
  compiled.set(text, expression);
  return expression;
}

type Native = { implementation(...args: unknown[]): unknown };

let natives: Promise<[string, Native][]> | undefined;

/** The functions whose work JSONata doesn't limit, in JSONata's own implementation. */
function readNatives(): Promise<[string, Native][]> {
  natives ??= Promise.all(
    Object.keys(boundedFunctions).map(async (name) => [
      name,
      await jsonata(`$${name}`).evaluate(undefined),
    ]),
  );
  return natives;
}

/** JSONata's environment. All parts of one evaluation share its `base`. */
type Environment = { base: object };

const startTimes = new WeakMap<object, { at: number; cpu: NodeJS.CpuUsage }>();

/** @throws LimitReached if the evaluation has used up its time */
function spendTime({ base }: Environment): Promise<void> | undefined {
  const start = startTimes.get(base) ?? { at: performance.now(), cpu: process.cpuUsage() };
  startTimes.set(base, start);
  const elapsed = performance.now() - start.at;
  if (elapsed > expressionMs && processorMs(start.cpu) > expressionMs) {
    throw new LimitReached(`needs more time than it gets here (${expressionMs} ms)`);
  }
  return elapsed > undividedMs ? yieldIfDue() : undefined;
}

/** Processor time of the entire process, which does little else in the meantime. */
function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

async function boundWork(expression: jsonata.Expression): Promise<void> {
  for (const [name, native] of await readNatives()) {
    const bound = boundedFunctions[name];
    if (!bound) continue;
    const bounded = function (this: unknown, ...args: unknown[]) {
      if (bound.exceeds(...args)) throw new LimitReached(`gives $${name} too much to do`);
      return native.implementation.apply(this, args);
    };
    expression.registerFunction(name, bounded, bound.signature);
  }
  const afterPart = (_part: unknown, _input: unknown, at: Environment, value: unknown) => {
    assertBounded(value);
    return spendTime(at);
  };
  // JSONata's own hook, whose types allow only names.
  expression.assign(Symbol.for("jsonata.__evaluate_exit") as unknown as string, afterPart);
}

/** Adds the functions that Step Functions defines, and removes the one that it disables. */
function addFunctions(expression: jsonata.Expression): void {
  expression.registerFunction("parse", parseJson, "<s:x>");
  expression.registerFunction("partition", partition, "<an:a>");
  expression.registerFunction("range", range, "<nnn:a>");
  expression.registerFunction("hash", hash, "<ss:s>");
  expression.registerFunction("uuid", () => randomUUID(), "<:s>");
  expression.registerFunction("random", (seed?: number) => seededRandom(seed), "<n?:n>");
  // Binding undefined hides JSONata's own $eval; calling it fails with T1006, as on AWS.
  expression.assign("eval", undefined);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // AWS documents no message for this. This one leaves out the text, which may hold secrets.
    throw new Error('The argument of function "parse" is not valid JSON');
  }
}

function partition(values?: unknown[], size?: number): unknown[][] | undefined {
  const length = Math.trunc(size ?? 0);
  if (!values || values.length === 0 || length <= 0) return undefined;
  const starts = Array.from({ length: Math.ceil(values.length / length) }, (_, at) => at * length);
  return starts.map((start) => values.slice(start, start + length));
}

/** The largest range that AWS accepts, in items. */
const maxRange = 360_145;

function range(first?: number, last?: number, step?: number): number | number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count > maxRange) throw new Error("Expression evaluation memory limit exceeded");
  if (count <= 1) return count === 1 ? from : undefined;
  return Array.from({ length: count }, (_, index) => from + index * by);
}

const hashNames = new Map(
  ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"].map((name) => [
    name,
    name.replace("-", "").toLowerCase(),
  ]),
);

function hash(text?: string, algorithm?: string): string | undefined {
  const name = hashNames.get(algorithm ?? "");
  if (text === undefined || name === undefined) return undefined;
  return createHash(name).update(text).digest("hex");
}

/**
 * A number in [0, 1). With a seed it comes from Java's generator, as on AWS: 0.7275636800328681 for
 * 42.
 */
function seededRandom(seed: number | undefined): number {
  if (seed === undefined) return Math.random();
  const [multiplier, mask] = [0x5deece66dn, (1n << 48n) - 1n];
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  const nextBits = (bits: bigint) => {
    state = (state * multiplier + 11n) & mask;
    return Number(state >> (48n - bits));
  };
  return (nextBits(26n) * 2 ** 27 + nextBits(27n)) / 2 ** 53;
}

/** JSONata's error codes for an evaluation that exceeded its time or sequence length. */
const limitCodes = new Set(["D1012", "D2015"]);

/** Milliseconds of processor time for all expressions of one run. */
const runMs = 1_000;

/** Evaluates the expressions of one run. */
export function runEvaluator(): Evaluate {
  let spentMs = 0;
  return async (expression, variables) => {
    if (spentMs > runMs) return { limit: "comes after others that took too long" };
    await yieldIfDue();
    const before = process.cpuUsage();
    const evaluated = await evaluateExpression(expression, variables);
    spentMs += processorMs(before);
    return evaluated;
  };
}

/**
 * Evaluates one JSONata expression as Step Functions does.
 * @param variables by name, `states` among them
 */
export async function evaluateExpression(
  expression: string,
  variables: Record<string, unknown>,
): Promise<Evaluated> {
  try {
    const compiled = await compile(expression);
    const value: unknown = await compiled.evaluate(undefined, variables);
    if (isFunction(value)) return { unsupported: true };
    assertShort(value);
    return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    return explain(error);
  }
}

function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return (
    typeof value === "object" &&
    value !== null &&
    ("_jsonata_lambda" in value || "_jsonata_function" in value)
  );
}

/** JSONata's own errors have a code and follow a full stop; those of AWS's functions follow a colon. */
function explain(error: unknown): Evaluated {
  if (error instanceof LimitReached) return { limit: error.message };
  const { code, message } = error as { code?: unknown; message?: unknown }; // JSONata throws plain objects.
  if (typeof code === "string" && limitCodes.has(code)) {
    return { limit: `needs more time than it gets here (${String(message)})` };
  }
  // The stack of JavaScript overflowed.
  if (error instanceof RangeError) return { limit: "needs more depth than it gets here" };
  return { thrown: typeof code === "string" ? `. ${code}: ${message}` : `: ${message}` };
}
