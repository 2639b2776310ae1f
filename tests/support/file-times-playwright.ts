import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Writes the seconds of each file, hooks included, to FILE_TIMES. */
export default class FileTimes implements Reporter {
  readonly #seconds = new Map<string, number>();

  onTestEnd({ location }: TestCase, { duration, steps }: TestResult): void {
    const file = relative(process.cwd(), location.file);
    // A result's own duration leaves out beforeAll and the start of fixtures of the worker.
    const whole = Math.max(
      duration,
      steps.reduce((sum, step) => sum + step.duration, 0),
    );
    this.#seconds.set(file, (this.#seconds.get(file) ?? 0) + whole / 1000);
  }

  onEnd(): void {
    const path = process.env.FILE_TIMES;
    const times = [...this.#seconds].map(([file, seconds]) => ({ file, seconds }));
    if (path) writeFileSync(path, JSON.stringify(times));
  }
}
