// Runs one use case in its own process, so that a test can kill it or see what a newly started server
// does:
//   node --conditions=react-server --import tsx tests/support/service-process.ts VERB [ARGUMENT…]
// Prints the result as JSON. Everything else comes from the environment, as for the app.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { evaluateChecks } from "@/lib/checks/evaluate-service";
import { updateKey } from "@/lib/keys/change-service";
import { recoverKeys } from "@/lib/keys/recovery-service";
import { importModels } from "@/lib/models/import-service";
import { readJsonRows } from "@/lib/models/rules/transfer";
import { resumeOperation, undoOperation } from "@/lib/operations/service";
import { stepBuilders } from "@/lib/operations-steps";
import type { ProviderId } from "@/lib/providers/schema";
import { listTrials } from "@/lib/trials/reading-service";
import { resumeTrials } from "@/lib/trials/runner-service";
import { TrialRequest } from "@/lib/trials/schema";
import { startTrial } from "@/lib/trials/service";

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
    case "try":
      return tryModels(first, second);
    case "resume-trials":
      resumeTrials();
      return trialsEnd(first);
    default:
      throw new Error(`There is no verb "${verb}".`);
  }
}

async function tryModels(agent_name: string, request: string): Promise<void> {
  await startTrial(ann, { agent_name, version: "v1.0" }, TrialRequest.parse(JSON.parse(request)));
  await trialsEnd(agent_name);
}

/** Resolves when no trial of the agent is running. */
async function trialsEnd(agent_name: string): Promise<void> {
  const { trials } = await listTrials({ agent_name, version: "v1.0" });
  if (!trials.some(({ status }) => status === "running")) return;
  await delay(100);
  return trialsEnd(agent_name);
}

process.stdout.write(`${JSON.stringify((await run()) ?? null)}\n`);
