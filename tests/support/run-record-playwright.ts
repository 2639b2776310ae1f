import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";
import type { RunRecord } from "@/scripts/test/run-record";

const messageOf = (errors: TestError[]) =>
  stripVTControlCharacters(errors.map(({ message, value }) => message ?? value ?? "").join("\n"));

/** Writes the seconds of each file, hooks included, and what failed to RUN_RECORD. */
export default class RunRecordReporter implements Reporter {
  readonly #seconds = new Map<string, number>();
  readonly #failures: RunRecord["failures"] = [];

  onTestEnd(test: TestCase, { duration, steps, errors }: TestResult): void {
    const file = relative(process.cwd(), test.location.file);
    // A result's own duration leaves out beforeAll and the start of fixtures of the worker.
    const durationMs = Math.max(
      duration,
      steps.reduce((sum, step) => sum + step.duration, 0),
    );
    this.#seconds.set(file, (this.#seconds.get(file) ?? 0) + durationMs / 1000);
    if (test.outcome() === "unexpected") {
      this.#failures.push({ file, title: test.title, message: messageOf(errors) });
    }
  }

  onError(error: TestError): void {
    const message = messageOf([error]);
    this.#failures.push({ file: "outside any test", title: "error", message });
  }

  onEnd(): void {
    const path = process.env.RUN_RECORD;
    if (!path) return;
    const times = [...this.#seconds].map(([file, seconds]) => ({ file, seconds }));
    const record: RunRecord = { times, failures: this.#failures };
    writeFileSync(path, JSON.stringify(record));
  }
}
