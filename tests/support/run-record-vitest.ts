import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestModule } from "vitest/node";
import type { Failure, RunRecord } from "@/scripts/test/run-record";

type Errors = readonly { message?: string; stack?: string; diff?: string }[] | undefined;

const messageOf = (errors: Errors) =>
  stripVTControlCharacters(
    (errors ?? [])
      .map(({ message, stack, diff = "" }) => `${message || stack || "no message"}\n${diff}`)
      .join("\n"),
  );

function fileOf({ moduleId, project }: TestModule): string {
  const isLocal = project.name === "contract-dynamodb-local";
  return relative(process.cwd(), moduleId) + (isLocal ? " (DynamoDB Local)" : "");
}

function failuresOf(module: TestModule): Failure[] {
  const file = fileOf(module);
  const tests = [...module.children.allTests("failed")].map((test) => ({
    file,
    title: test.fullName,
    message: messageOf(test.result().errors),
  }));
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return [
    ...tests,
    ...suites.map((suite) => ({
      file,
      title: suite.fullName,
      message: messageOf(suite.errors()),
    })),
    ...(module.errors().length > 0
      ? [{ file, title: "the file itself", message: messageOf(module.errors()) }]
      : []),
  ];
}

/** Writes the seconds of each file, imports and hooks included, and what failed to RUN_RECORD. */
export default class RunRecordReporter implements Reporter {
  readonly #times: RunRecord["times"] = [];

  onTestModuleEnd(module: TestModule): void {
    const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
      module.diagnostic();
    const ms =
      environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
    this.#times.push({ file: fileOf(module), seconds: ms / 1000 });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: Errors): void {
    const path = process.env.RUN_RECORD;
    if (!path) return;
    const outside = (unhandled ?? []).map((error) => ({
      file: "outside any test",
      title: "unhandled error",
      message: error.stack ?? messageOf([error]),
    }));
    const record: RunRecord = {
      times: this.#times,
      failures: [...modules.flatMap(failuresOf), ...outside],
    };
    writeFileSync(path, JSON.stringify(record));
  }
}
