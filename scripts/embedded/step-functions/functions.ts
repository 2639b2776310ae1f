import { createHash, randomUUID } from "node:crypto";
import type { Expression } from "jsonata";

const algorithms: Record<string, string> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** AWS's bound for the result of $range, in elements. */
const maxRange = 360_145;

/**
 * Adapts an expression to Step Functions' dialect: six additional functions, and no $eval. Source:
 * docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
 */
export function addFunctions(expression: Expression): void {
  // Binding undefined hides JSONata's own $eval; calling it fails with T1006.
  expression.assign("eval", undefined);
  expression.registerFunction("parse", parse, "<s:x>");
  expression.registerFunction("partition", partition, "<an:a>");
  expression.registerFunction("range", range, "<nnn:a>");
  expression.registerFunction("hash", hash, "<ss:s>");
  expression.registerFunction("random", random, "<n?:n>");
  expression.registerFunction("uuid", () => randomUUID(), "<:s>");
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Leaves out the text, which may contain what a person wrote.
    throw new Error('The argument of function "parse" is not valid JSON');
  }
}

function partition(list: unknown[] | undefined, size: number | undefined): unknown {
  const step = Math.trunc(size ?? 0);
  if (list === undefined || list.length === 0 || step <= 0) return undefined;
  return Array.from({ length: Math.ceil(list.length / step) }, (_, index) =>
    list.slice(index * step, (index + 1) * step),
  );
}

function range(start?: number, end?: number, by?: number): unknown {
  if (start === undefined || end === undefined || by === undefined) return undefined;
  const [first, last, step] = [Math.trunc(start), Math.trunc(end), Math.trunc(by)];
  const length = Math.floor((last - first) / step) + 1;
  if (step === 0 || length <= 0) return undefined;
  if (length > maxRange) throw new Error("Expression evaluation memory limit exceeded");
  const values = Array.from({ length }, (_, index) => first + index * step);
  return length === 1 ? first : values;
}

function hash(text?: string, algorithm?: string): unknown {
  const name = algorithm === undefined ? undefined : algorithms[algorithm];
  if (text === undefined || name === undefined) return undefined;
  return createHash(name).update(text).digest("hex");
}

/** In [0, 1); with a seed the first double of java.util.Random, as on AWS. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  const scramble = 25_214_903_917n;
  const step = (state: bigint) => BigInt.asUintN(48, state * scramble + 11n);
  const first = step(BigInt.asUintN(48, BigInt(Math.trunc(seed)) ^ scramble));
  const second = step(first);
  const [high, low] = [Number(first >> 22n), Number(second >> 21n)];
  return (high * 134_217_728 + low) / 9_007_199_254_740_992;
}
