import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compareWithPolicy, permissionsOf } from "./deploy/permissions";
import { readTemplate } from "./deploy/template";
import { ensureBuild } from "./launch/build";
import { runNode } from "./launch/child";
import { requireChromium } from "./launch/chromium";
import { type Counts, countsLine, countsOf, sumOf } from "./launch/counts";
import { LaunchError } from "./launch/launch-error";
import { type Lifecycle, launch } from "./launch/lifecycle";
import { cacheDir, root } from "./launch/root";

const parts = ["unit", "contract", "e2e"] as const;
type Part = (typeof parts)[number];

type Selection = { parts: Part[]; filters: string[] };

/** `--unit`, `--contract`, `--e2e` choose parts (all by default); other words filter by file name. */
function readSelection(args: string[]): Selection {
  const unknown = args.find((arg) => arg.startsWith("-") && !parts.some((p) => arg === `--${p}`));
  if (unknown) {
    throw new LaunchError(
      `npm test does not know ${unknown}; it takes --unit, --contract, --e2e and parts of file names.`,
    );
  }
  const chosen = parts.filter((part) => args.includes(`--${part}`));
  const filters = args.filter((arg) => !arg.startsWith("-"));
  return { parts: chosen.length > 0 ? chosen : [...parts], filters };
}

function reportFile(name: string): string {
  mkdirSync(cacheDir, { recursive: true });
  const path = join(cacheDir, `${name}-report.json`);
  rmSync(path, { force: true });
  return path;
}

async function runVitest(life: Lifecycle, { parts, filters }: Selection): Promise<Counts> {
  const report = reportFile("vitest");
  const projects = parts.filter((part) => part !== "e2e").map((part) => `--project=${part}*`);
  const code = await runNode(life, [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    ...projects,
    ...filters,
    ...(filters.length > 0 ? ["--passWithNoTests"] : []),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  return countsOf(report, code);
}

async function runPlaywright(life: Lifecycle, { filters }: Selection): Promise<Counts> {
  const report = reportFile("playwright");
  const code = await runNode(
    life,
    [
      join(root, "node_modules/@playwright/test/cli.js"),
      "test",
      ...filters,
      ...(filters.length > 0 ? ["--pass-with-no-tests"] : []),
    ],
    { env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
  );
  return countsOf(report, code);
}

/**
 * Holds the policy of the CloudFormation template against the AWS actions that the console was seen
 * to make: none that it does not allow and, when everything ran, none that nobody makes.
 */
function judgePolicy(actionLog: string, { parts: chosen, filters }: Selection): Counts {
  const isWhole = chosen.length === parts.length && filters.length === 0;
  if (!existsSync(actionLog)) return { passed: 0, failed: 0, skipped: 0 };
  const log = readFileSync(actionLog, "utf8");
  const { refused, unused } = compareWithPolicy(log, permissionsOf(readTemplate()));
  const wrong = isWhole ? [...refused, ...unused] : refused;
  console.log("\nAWS actions seen, against the policy of cloudformation.yaml");
  for (const action of refused) console.log(`  not allowed by the policy: ${action}`);
  for (const action of isWhole ? unused : []) console.log(`  allowed, but never used: ${action}`);
  if (wrong.length === 0) console.log(isWhole ? "  equal" : "  all allowed");
  return wrong.length > 0
    ? { passed: 0, failed: 1, skipped: 0 }
    : { passed: isWhole ? 1 : 0, failed: 0, skipped: 0 };
}

/** `npm test`: every test of the project, or a part; the last line says how many passed and failed. */
async function test(life: Lifecycle): Promise<void> {
  const selection = readSelection(process.argv.slice(2));
  const { parts } = selection;
  console.log(`Tests: ${parts.join(", ")}${selection.filters.map((word) => ` ${word}`).join("")}`);
  if (parts.includes("e2e")) await requireChromium();
  if (parts.some((part) => part !== "unit")) await ensureBuild(life);
  const actionLog = join(cacheDir, `aws-actions-${process.pid}.log`);
  life.onStop(() => rmSync(actionLog, { force: true }));
  // The local AWS endpoints of all tests write it.
  process.env.EMBEDDED_AWS_ACTION_LOG = actionLog;
  const counts: Counts[] = [];
  if (parts.some((part) => part !== "e2e")) {
    console.log("\nUnit and contract tests (vitest)");
    counts.push(await runVitest(life, selection));
  }
  if (parts.includes("e2e")) {
    console.log("\nBrowser tests (playwright)");
    counts.push(await runPlaywright(life, selection));
  }
  counts.push(judgePolicy(actionLog, selection));
  const total = sumOf(counts);
  console.log(`\n${countsLine(total)}`);
  await life.end(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await launch(test, { codeWhenStopped: 130 });
