// Runs one use case in its own process, so that a test can kill it or see what a newly started server
// does:
//   node --conditions=react-server --import tsx tests/support/service-process.ts VERB [ARGUMENT…]
// Prints the result as JSON. Everything else comes from the environment, as for the app.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProviderId } from "@/lib/providers/schema";

const [verb, first = "", second = ""] = process.argv.slice(2);
const ann = {
  name: "ann",
  role: "admin",
  subject: "test:ann",
  requestId: `process-${process.pid}`,
} as const;

/** Each verb loads only what it needs, because tests start dozens of these processes. */
async function run(): Promise<unknown> {
  switch (verb) {
    case "update-key": {
      const { updateKey } = await import("@/lib/keys/change-service");
      // The test passes a provider id.
      return updateKey(ann, first as ProviderId, { api_key: second });
    }
    case "evaluate": {
      const { evaluateChecks } = await import("@/lib/checks/evaluate-service");
      return evaluateChecks();
    }
    case "recover-keys": {
      const { recoverKeys } = await import("@/lib/keys/recovery-service");
      return recoverKeys();
    }
    case "import": {
      const { readJsonRows } = await import("@/lib/models/rules/transfer");
      const { importModels } = await import("@/lib/models/import-service");
      const rows = readJsonRows(readFileSync(first, "utf8"));
      return importModels(ann, rows, { dry_run: false, mode: "atomic", operation_id: second });
    }
    case "undo":
    case "resume": {
      const { resumeOperation, undoOperation } = await import("@/lib/operations/service");
      const { stepBuilders } = await import("@/lib/operations-steps");
      return (verb === "undo" ? undoOperation : resumeOperation)(ann, first, stepBuilders);
    }
    case "try":
      return tryModels(first, second);
    case "resume-trials": {
      const { resumeTrials } = await import("@/lib/trials/runner-service");
      resumeTrials();
      return trialsEnd(first);
    }
    default:
      throw new Error(`There is no verb "${verb}".`);
  }
}

async function tryModels(agent_name: string, request: string): Promise<void> {
  const { startTrial } = await import("@/lib/trials/service");
  const { TrialRequest } = await import("@/lib/trials/schema");
  await startTrial(ann, { agent_name, version: "v1.0" }, TrialRequest.parse(JSON.parse(request)));
  await trialsEnd(agent_name);
}

/** Resolves when no trial of the agent is running. */
async function trialsEnd(agent_name: string): Promise<void> {
  const { listHeads } = await import("@/lib/trials/repository");
  const trials = await listHeads({ agent_name, version: "v1.0" });
  if (!trials.some(({ status }) => status === "running")) return;
  await delay(100);
  return trialsEnd(agent_name);
}

process.stdout.write(`${JSON.stringify((await run()) ?? null)}\n`);
