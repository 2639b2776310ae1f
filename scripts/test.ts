import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
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

/** `npm test`: every test of the project, or a part; the last line says how many passed and failed. */
async function test(life: Lifecycle): Promise<void> {
  const selection = readSelection(process.argv.slice(2));
  const { parts } = selection;
  console.log(`Tests: ${parts.join(", ")}${selection.filters.map((word) => ` ${word}`).join("")}`);
  if (parts.includes("e2e")) await requireChromium();
  if (parts.some((part) => part !== "unit")) await ensureBuild(life);
  const counts: Counts[] = [];
  if (parts.some((part) => part !== "e2e")) {
    console.log("\nUnit and contract tests (vitest)");
    counts.push(await runVitest(life, selection));
  }
  if (parts.includes("e2e")) {
    console.log("\nBrowser tests (playwright)");
    counts.push(await runPlaywright(life, selection));
  }
  const total = sumOf(counts);
  console.log(`\n${countsLine(total)}`);
  await life.end(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await launch(test, { codeWhenStopped: 130 });
