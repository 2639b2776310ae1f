// Runs one use case in its own process, so that a test can kill it or see what a newly started server
// does:
//   node --conditions=react-server --import tsx tests/support/service-process.ts VERB [ARGUMENT…]
// Prints the result as JSON. Everything else comes from the environment, as for the app.
import { readFileSync } from "node:fs";
import { evaluateChecks } from "@/lib/checks/evaluate-service";
import { updateKey } from "@/lib/keys/change-service";
import { recoverKeys } from "@/lib/keys/recovery-service";
import { importModels } from "@/lib/models/import-service";
import { readJsonRows } from "@/lib/models/rules/transfer";
import { resumeOperation, undoOperation } from "@/lib/operations/service";
import { stepBuilders } from "@/lib/operations-steps";
import type { ProviderId } from "@/lib/providers/schema";

const [verb, first = "", second = ""] = process.argv.slice(2);
const ann = {
  name: "ann",
  role: "admin",
  subject: "test:ann",
  requestId: `process-${process.pid}`,
} as const;

function run(): Promise<unknown> {
  switch (verb) {
    case "update-key":
      // The test passes a provider id.
      return updateKey(ann, first as ProviderId, { api_key: second });
    case "evaluate":
      return evaluateChecks();
    case "recover-keys":
      return recoverKeys();
    case "import": {
      const rows = readJsonRows(readFileSync(first, "utf8"));
      return importModels(ann, rows, { dry_run: false, mode: "atomic", operation_id: second });
    }
    case "undo":
      return undoOperation(ann, first, stepBuilders);
    case "resume":
      return resumeOperation(ann, first, stepBuilders);
    default:
      throw new Error(`There is no verb "${verb}".`);
  }
}

process.stdout.write(`${JSON.stringify((await run()) ?? null)}\n`);
