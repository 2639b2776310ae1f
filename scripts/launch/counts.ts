import { readFileSync } from "node:fs";
import * as z from "zod";

export type Counts = { passed: number; failed: number; skipped: number };

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

const PlaywrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

/** A file that fails without a failed test (a load error, a throwing hook) is one failure. */
function countVitest(report: z.infer<typeof VitestReport>): Counts {
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countPlaywright({ stats }: z.infer<typeof PlaywrightReport>): Counts {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  };
}

function readCounts(path: string): Counts {
  try {
    const report: unknown = JSON.parse(readFileSync(path, "utf8"));
    const playwright = PlaywrightReport.safeParse(report);
    return playwright.success
      ? countPlaywright(playwright.data)
      : countVitest(VitestReport.parse(report));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/**
 * The counts of a runner's JSON report. A runner that exits with an error but reports no failed test
 * counts as one failure.
 */
export function countsOf(reportPath: string, exitCode: number): Counts {
  const counts = readCounts(reportPath);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sumOf(all: Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The last line of a test run. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}
