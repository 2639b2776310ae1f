import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dynamodbLocalFolder } from "../tests/support/dynamodb-local-folder";
import { compareWithPolicy, permissionsOf } from "./deploy/permissions";
import { readTemplate } from "./deploy/template";
import { ensureBuild } from "./launch/build";
import { runNode } from "./launch/child";
import { requireChromium } from "./launch/chromium";
import { type Counts, countsLine, countsOf, sumOf } from "./launch/counts";
import { LaunchError } from "./launch/launch-error";
import { type Lifecycle, launch } from "./launch/lifecycle";
import { cacheDir, root } from "./launch/root";
import { imageNode } from "./test/image-node";
import pinned from "./test/image-node.json";
import {
  type FileTime,
  failureLines,
  type RunRecord,
  readRunRecord,
  timeLines,
} from "./test/run-record";
import {
  appContract,
  chosenFiles,
  dynamodbLocal,
  passedBefore,
  recordPassed,
  standIns,
} from "./test/suites";

const parts = ["unit", "components", "contract", "e2e"] as const;
type Part = (typeof parts)[number];

type Selection = {
  parts: Part[];
  filters: string[];
  /**
   * Whether to run suites that passed before with the same files; otherwise they are left out
   * unless `--all` is given.
   */
  withStandIns: boolean;
  withDynamodbLocal: boolean;
  /** Whether the contract tests of the app run once more, on the image's Node. */
  onImageNode: boolean;
};

/**
 * `--unit`, `--components`, `--contract`, `--e2e` choose parts (all by default); other words filter
 * by file name. `--both-nodes` runs the app's contract tests once more, on the image's Node.
 */
function readSelection(args: string[]): Selection {
  const flags = [...parts.map((part) => `--${part}`), "--all", "--both-nodes"];
  const unknown = args.find((arg) => arg.startsWith("-") && !flags.includes(arg));
  if (unknown) {
    throw new LaunchError(
      `npm test does not know ${unknown}; it takes ${flags.join(", ")} and parts of file names.`,
    );
  }
  const chosen = parts.filter((part) => args.includes(`--${part}`));
  const filters = args.filter((arg) => !arg.startsWith("-"));
  const isAll = args.includes("--all") || filters.length > 0;
  return {
    parts: chosen.length > 0 ? chosen : [...parts],
    filters,
    withStandIns: isAll || !passedBefore(standIns),
    withDynamodbLocal: isAll || !passedBefore(dynamodbLocal),
    onImageNode: args.includes("--both-nodes"),
  };
}

function reportFile(name: string): string {
  mkdirSync(cacheDir, { recursive: true });
  const path = join(cacheDir, `${name}-report.json`);
  rmSync(path, { force: true });
  return path;
}

/** Runs one tool, and adds its files' seconds and its failures to the record. */
async function runTool(
  life: Lifecycle,
  name: "vitest" | "playwright",
  args: string[],
  record: RunRecord,
  node?: string,
): Promise<Counts> {
  const report = reportFile(name);
  const recordFile = reportFile(`${name}-record`);
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    RUN_RECORD: recordFile,
    ...(node && { SECOND_NODE: node }),
  };
  const output = name === "vitest" ? [`--outputFile.json=${report}`] : [];
  const code = await runNode(life, [...args, ...output], { env, node });
  const { times, failures } = readRunRecord(recordFile);
  record.times.push(...times);
  record.failures.push(...failures);
  const counts = countsOf(report, code);
  if (counts.failed > 0 && failures.length === 0) {
    record.failures.push({
      file: name,
      title: `exit code ${code} without a failed test`,
      message: "The runner's own output above says why.",
    });
  }
  return counts;
}

function runVitest(life: Lifecycle, selection: Selection, record: RunRecord): Promise<Counts> {
  const { parts, filters, withStandIns, withDynamodbLocal } = selection;
  const projects = parts.flatMap((part) => {
    if (part === "e2e") return [];
    // Where Java is missing there is no such project; a pattern may match nothing.
    const local = part === "contract" && withDynamodbLocal ? ["contract-dynamodb-local*"] : [];
    return [part, ...local];
  });
  const leftOut = withStandIns ? [] : standIns.tests();
  const args = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    ...projects.map((project) => `--project=${project}`),
    ...leftOut.map((file) => `--exclude=${file}`),
    ...filters,
    ...(filters.length > 0 ? ["--passWithNoTests"] : []),
    "--reporter=default",
    "--reporter=json",
    "--reporter=./tests/support/run-record-vitest.ts",
  ];
  return runTool(life, "vitest", args, record);
}

/** The contract tests that start the app, on another Node. */
function runAppContract(life: Lifecycle, node: string, { filters }: Selection, record: RunRecord) {
  const files = chosenFiles(appContract.tests(), filters);
  if (files.length === 0) return Promise.resolve({ passed: 0, failed: 0, skipped: 0 });
  const args = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--project=contract",
    ...files,
    "--reporter=default",
    "--reporter=json",
    "--reporter=./tests/support/run-record-vitest.ts",
  ];
  return runTool(life, "vitest", args, record, node);
}

function runPlaywright(life: Lifecycle, { filters }: Selection, record: RunRecord) {
  const args = [
    join(root, "node_modules/@playwright/test/cli.js"),
    "test",
    ...filters,
    ...(filters.length > 0 ? ["--pass-with-no-tests"] : []),
  ];
  return runTool(life, "playwright", args, record);
}

/**
 * Compares the policy of the CloudFormation template with the AWS actions that the console made:
 * all of them must be allowed and, if all tests ran, every allowed action must have been made.
 */
function judgePolicy(
  actionLog: string,
  { parts: chosen, filters }: Selection,
  record: RunRecord,
): Counts {
  const isWhole = chosen.length === parts.length && filters.length === 0;
  if (!existsSync(actionLog)) return { passed: 0, failed: 0, skipped: 0 };
  const log = readFileSync(actionLog, "utf8");
  const { refused, unused } = compareWithPolicy(log, permissionsOf(readTemplate()));
  const wrong = isWhole ? [...refused, ...unused] : refused;
  console.log("\nAWS actions seen, against the policy of cloudformation.yaml");
  const lines = [
    ...refused.map((action) => `not allowed by the policy: ${action}`),
    ...(isWhole ? unused : []).map((action) => `allowed, but never used: ${action}`),
  ];
  for (const line of lines) console.log(`  ${line}`);
  if (wrong.length > 0) {
    const message = lines.join("\n");
    record.failures.push({ file: "cloudformation.yaml", title: "AWS actions seen", message });
  }
  if (wrong.length === 0) console.log(isWhole ? "  equal" : "  all allowed");
  return wrong.length > 0
    ? { passed: 0, failed: 1, skipped: 0 }
    : { passed: isWhole ? 1 : 0, failed: 0, skipped: 0 };
}

/** The end of the output of checks that failed before, which `.ci/run` keeps in a file. */
function failedChecks(): string[] {
  const { FAILED_CHECKS } = process.env;
  if (!FAILED_CHECKS) return [];
  const lines = readFileSync(FAILED_CHECKS, "utf8").trimEnd().split("\n").slice(-30);
  return ["The checks failed", ...lines.map((line) => `  ${line}`)];
}

const needsBuild = (part: Part) => part === "contract" || part === "e2e";
const needsChromium = (part: Part) => part === "components" || part === "e2e";

/** Prints which suites are left out, and why. */
function announce({ parts, filters, withStandIns, withDynamodbLocal }: Selection): void {
  console.log(`Tests: ${parts.join(", ")}${filters.map((word) => ` ${word}`).join("")}`);
  if (!parts.includes("contract")) return;
  const leftOut = [
    ...(withStandIns ? [] : [standIns.title]),
    ...(withDynamodbLocal ? [] : [dynamodbLocal.title]),
  ];
  for (const title of leftOut) {
    console.log(`  Not run: ${title}, whose files passed as they are; npm test -- --all runs it`);
  }
}

/**
 * Records the suites that don't need to run again until their files change. Called after a run
 * without failures.
 */
function recordSuites({ parts, filters, withStandIns, withDynamodbLocal }: Selection): void {
  if (!parts.includes("contract") || filters.length > 0) return;
  if (withStandIns) recordPassed(standIns);
  if (withDynamodbLocal && dynamodbLocalFolder()) recordPassed(dynamodbLocal);
}

/** `npm test`: every test of the project, or a part; the last line says how many passed and failed. */
async function test(life: Lifecycle): Promise<void> {
  const selection = readSelection(process.argv.slice(2));
  const { parts } = selection;
  announce(selection);
  const phases: FileTime[] = [];
  const record: RunRecord = { times: [], failures: [] };
  const counts: Counts[] = [];
  async function phase(title: string, run: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    await run();
    phases.push({ file: title, seconds: (performance.now() - startedAt) / 1000 });
  }

  if (parts.some(needsChromium)) await requireChromium();
  if (parts.some(needsBuild)) await phase("build", () => ensureBuild(life));
  const node = parts.some(needsBuild) ? await imageNode() : null;
  if (node) process.env.IMAGE_NODE = node;
  else if (parts.some(needsBuild)) {
    console.log(
      `  Copies of the image run on this Node, because npm has the image's for Linux on x64 only`,
    );
  }
  const actionLog = join(cacheDir, `aws-actions-${process.pid}.log`);
  life.onStop(() => rmSync(actionLog, { force: true }));
  // The local AWS endpoints of all tests write it.
  process.env.EMBEDDED_AWS_ACTION_LOG = actionLog;
  if (parts.some((part) => part !== "e2e")) {
    console.log("\nUnit, component and contract tests (vitest)");
    await phase("vitest", async () => counts.push(await runVitest(life, selection, record)));
  }
  if (node && selection.onImageNode && parts.includes("contract")) {
    console.log(`\nContract tests of the app, on the image's Node (${pinned.version})`);
    await phase("vitest on the image's Node", async () =>
      counts.push(await runAppContract(life, node, selection, record)),
    );
  }
  if (parts.includes("e2e")) {
    console.log("\nBrowser tests (playwright)");
    await phase("playwright", async () =>
      counts.push(await runPlaywright(life, selection, record)),
    );
  }
  counts.push(judgePolicy(actionLog, selection, record));
  const total = sumOf(counts);
  if (total.failed === 0) recordSuites(selection);
  console.log(`\n${timeLines(phases, record.times).join("\n")}`);
  const failed = [...failedChecks(), ...failureLines(record.failures)];
  if (failed.length > 0) console.log(`\n${failed.join("\n")}`);
  console.log(`\n${countsLine(total)}`);
  await life.end(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await launch(test, { codeWhenStopped: 130 });
