import Papa from "papaparse";
import type { Trial, TrialCell } from "@/lib/trials/schema";

/** A cell's case, model and figures, with the texts that the user may see. */
function toRecord({ case_list, targets }: Trial, cell: TrialCell) {
  const { case: index, target, text, tool_calls, would_fail_with, explained, ...figures } = cell;
  const trialCase = case_list.find((entry) => entry.index === index);
  const model = targets[target];
  return {
    case: index + 1,
    kind: trialCase?.kind ?? null,
    run_id: trialCase?.run_id ?? null,
    title: trialCase?.title ?? null,
    provider: model?.provider ?? null,
    model_id: model?.model_id ?? null,
    is_present: model?.is_present ?? null,
    ...figures,
    failure: explained?.title ?? null,
    error: would_fail_with?.error ?? null,
    cause: would_fail_with?.cause ?? null,
    text,
    tool_calls,
  };
}

function toCsv(trial: Trial): string {
  const rows = trial.cells.map((cell) =>
    Object.fromEntries(
      Object.entries(toRecord(trial, cell)).map(([name, value]) => [
        name,
        typeof value === "object" && value !== null ? JSON.stringify(value) : value,
      ]),
    ),
  );
  return `${Papa.unparse(rows, { escapeFormulae: true })}\r\n`;
}

const toJsonl = (trial: Trial) =>
  trial.cells.map((cell) => `${JSON.stringify(toRecord(trial, cell))}\n`).join("");

/** Downloads every cell of a trial. */
export function saveTrial(trial: Trial, format: "csv" | "jsonl"): void {
  const text = format === "csv" ? toCsv(trial) : toJsonl(trial);
  const type = format === "csv" ? "text/csv" : "application/jsonl";
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `trial-${trial.agent_name}-${trial.id}.${format}`;
  link.click();
  URL.revokeObjectURL(address);
}
