import "server-only";
import { createHash, randomUUID } from "node:crypto";
import jsonata from "jsonata";
import type { Evaluated } from "./rules/template";

/** Milliseconds and depth that one expression gets here; what needs more isn't predicted. */
const limits = { timeout: 250, stack: 500, sequence: 100_000 };

/** Characters that a regular expression may search: one match can't be interrupted. */
const maxSearched = 10_000;
/** Compiled expressions that are kept. */
const maxCompiled = 2_000;

class LimitReached extends Error {}

/** Refuses patterns and texts whose match could take longer than an expression may. */
class BoundedRegExp extends RegExp {
  constructor(pattern: RegExp | string, flags?: string) {
    super(pattern, flags);
    if (/\)[*+{]/.test(this.source)) {
      throw new LimitReached("repeats a group in a regular expression");
    }
  }

  override exec(text: string): RegExpExecArray | null {
    if (text.length > maxSearched) {
      throw new LimitReached(`searches more than ${maxSearched} characters`);
    }
    return super.exec(text);
  }
}

const compiled = new Map<string, jsonata.Expression>();

function compile(text: string): jsonata.Expression {
  const known = compiled.get(text);
  if (known) return known;
  const expression = jsonata(text, { ...limits, RegexEngine: BoundedRegExp as RegExpConstructor }); // Same constructor and `exec`.
  addFunctions(expression);
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(text, expression);
  return expression;
}

/** The functions that Step Functions adds to JSONata, and the one that it takes away. */
function addFunctions(expression: jsonata.Expression): void {
  expression.registerFunction("parse", parseJson, "<s:x>");
  expression.registerFunction("partition", partition, "<an:a>");
  expression.registerFunction("range", range, "<nnn:a>");
  expression.registerFunction("hash", hash, "<x-s:s>");
  expression.registerFunction("uuid", () => randomUUID(), "<:s>");
  expression.registerFunction("random", (seed?: number) => seededRandom(seed), "<n?:n>");
  expression.registerFunction("eval", () => {
    throw new Error("The function eval is not supported");
  });
}

function parseJson(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function partition(values: unknown[], size: number): unknown[][] {
  const parts: unknown[][] = [];
  for (let start = 0; size > 0 && start < values.length; start += size) {
    parts.push(values.slice(start, start + size));
  }
  return parts;
}

function range(first: number, last: number, step: number): number[] {
  const count = Math.floor((last - first) / step) + 1;
  if (!(count > 0)) return [];
  if (count > 1000) throw new Error("The range has more than 1000 items");
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function hash(value: unknown, algorithm = "SHA-256"): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return createHash(algorithm.replace("-", "").toLowerCase()).update(text).digest("hex");
}

function seededRandom(seed: number | undefined): number {
  if (seed === undefined) return Math.random();
  return createHash("md5").update(String(seed)).digest().readUInt32BE() / 2 ** 32;
}

/** What JSONata answers for an evaluation that ran out of time, depth or sequence length. */
const limitCodes = new Set(["D1011", "D1012", "D2015"]);

/**
 * Evaluates one JSONata expression as Step Functions does.
 * @param variables by name, `states` among them
 */
export async function evaluateExpression(
  expression: string,
  variables: Record<string, unknown>,
): Promise<Evaluated> {
  try {
    const found: unknown = await compile(expression).evaluate(undefined, variables);
    if (isFunction(found)) return { thrown: ". The result is a function." };
    return { value: found === undefined ? undefined : JSON.parse(JSON.stringify(found)) };
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

function explain(error: unknown): Evaluated {
  if (error instanceof LimitReached) return { limit: error.message };
  const { code, message } = error as { code?: unknown; message?: unknown }; // JSONata throws plain objects.
  if (typeof code === "string" && limitCodes.has(code)) {
    return { limit: `needs more time or depth than it gets here (${String(message)})` };
  }
  // The first RangeError is JavaScript's own stack.
  if (error instanceof RangeError) return { limit: "needs more depth than it gets here" };
  return { thrown: typeof code === "string" ? `. ${code}: ${message}` : `. ${message}` };
}
