import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check } from "recheck";
import ts from "typescript";
import * as z from "zod";
import { cacheDir, root } from "../launch/root";
import bounded from "./bounded-expressions.json";

type Expression = { source: string; flags: string; at: string };

const folders = ["lib", "app", "components", "scripts"];
/** Only undecidable expressions take this long, even on a busy machine. */
const timeoutMs = 180_000;

/** Attacks are measured in steps only, because on a busy machine a slow attack would count as found. */
const untimed = { timeout: timeoutMs, attackTimeout: null, incubationTimeout: null };

/** The regular expression literals of a file. Expressions that are built at run time have no source. */
export function expressionsIn(path: string, text: string): Expression[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const expressions: Expression[] = [];
  const visit = (node: ts.Node) => {
    const expression = readExpression(node);
    if (expression) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      expressions.push({ ...expression, at: `${path}:${line + 1}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return expressions;
}

function readExpression(node: ts.Node): Pick<Expression, "source" | "flags"> | null {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf("/");
    return { source: node.text.slice(1, end), flags: node.text.slice(end + 1) };
  }
  const isCreated = ts.isNewExpression(node) || ts.isCallExpression(node);
  if (!isCreated || node.expression.getText() !== "RegExp") return null;
  const [source, flags] = node.arguments ?? [];
  if (!source || !ts.isStringLiteralLike(source)) return null;
  return { source: source.text, flags: flags && ts.isStringLiteralLike(flags) ? flags.text : "" };
}

const Verdicts = z.record(z.string(), z.string());
const cacheFile = join(cacheDir, "regular-expressions.json");

function readVerdicts(): z.infer<typeof Verdicts> {
  try {
    return Verdicts.parse(JSON.parse(readFileSync(cacheFile, "utf8")));
  } catch {
    return {};
  }
}

/** `safe` expressions take the same time for every text. */
const fast = new Set(["linear", "safe"]);

/** How the time grows with the text: `safe`, `linear`, `polynomial`, `exponential` or `unknown`. */
async function growthOf({ source, flags }: Expression): Promise<string> {
  const quick = await check(source, flags, { timeout: timeoutMs });
  const isGuess = quick.status === "vulnerable" && quick.checker === "fuzz";
  const diagnostics = isGuess ? await check(source, flags, untimed) : quick;
  return diagnostics.status === "unknown" ? "unknown" : diagnostics.complexity.type;
}

const isBounded = (at: string) => Object.keys(bounded).some((path) => at.startsWith(path));

/**
 * Regular expressions whose time grows faster than the text that they read, unless
 * `bounded-expressions.json` explains why that text is short. Verdicts are cached, because some
 * take seconds.
 */
export async function slowExpressions(): Promise<string[]> {
  // The other backends need Java or a binary of the platform.
  process.env.RECHECK_BACKEND ??= "pure";
  const verdicts = readVerdicts();
  const slow: string[] = [];
  for (const expression of folders.flatMap(expressionsUnder)) {
    if (isBounded(expression.at)) continue;
    const written = `/${expression.source}/${expression.flags}`;
    const growth = verdicts[written] ?? (await growthOf(expression));
    // On a busy machine the timeout may have been too short.
    if (growth !== "unknown") verdicts[written] = growth;
    if (!fast.has(growth)) slow.push(`${expression.at}: ${growth} ${written}`);
  }
  mkdirSync(dirname(cacheFile), { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(verdicts, null, 2));
  return slow;
}

function expressionsUnder(folder: string): Expression[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
    .sort()
    .flatMap((file) => {
      const path = `${folder}/${file}`;
      return expressionsIn(path, readFileSync(join(root, path), "utf8"));
    });
}
