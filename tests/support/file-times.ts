import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

/** Writes the seconds of each file, imports and hooks included, to FILE_TIMES. */
export default class FileTimes implements Reporter {
  readonly #times: { file: string; seconds: number }[] = [];

  onTestModuleEnd(module: TestModule): void {
    const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
      module.diagnostic();
    const ms =
      environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
    const project = module.project.name === "contract-dynamodb-local" ? " (DynamoDB Local)" : "";
    const file = relative(process.cwd(), module.moduleId) + project;
    this.#times.push({ file, seconds: ms / 1000 });
  }

  onTestRunEnd(): void {
    const path = process.env.FILE_TIMES;
    if (path) writeFileSync(path, JSON.stringify(this.#times));
  }
}
