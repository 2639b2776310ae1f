import type { StatusTone } from "@/components/ui/text/status";
import { describeCallPrices } from "@/lib/costs/rules/call-price-labels";
import { formatDuration, formatMoney } from "@/lib/format";
import type { Trial, TrialCell } from "@/lib/trials/schema";

export const cellFilters = ["differs", "failed", "slower"] as const;
export type CellFilter = (typeof cellFilters)[number];

/** Smaller differences are noise between two calls. */
const slowerFactor = 1.2;

export type CellDescription = {
  tone: StatusTone;
  /** "Text", "Failed", or the names of the called tools. */
  label: string;
  /** Whether the label is the name of a tool. */
  isName: boolean;
  /** What differs from the present model's answer, or failed. */
  notes: string[];
  /** "1.2 s · $0.0009" */
  figures: string;
};

/** Describes a cell: its state, notes and figures. */
export function describeCell(trial: Trial, cell: TrialCell): CellDescription {
  const figures = figuresOf(trial, cell);
  if (cell.outcome === "pending") {
    const label = trial.status === "running" ? "Waiting" : "Not sent";
    return { tone: "off", label, isName: false, notes: [], figures };
  }
  if (cell.outcome === "failed") {
    const notes = cell.explained ? [cell.explained.title] : [];
    return { tone: "bad", label: "Failed", isName: false, notes, figures };
  }
  const notes = notesOf(cell);
  return {
    tone: notes.length > 0 ? "warn" : "good",
    label: cell.tools.length > 0 ? cell.tools.join(", ") : "Text, no tool",
    isName: cell.tools.length > 0,
    notes,
    figures,
  };
}

function notesOf(cell: TrialCell): string[] {
  const { same_tool, arguments_valid, expectations_met, verdict, tools } = cell;
  return [
    same_tool === false && (tools.length > 0 ? "another tool" : "a tool was expected"),
    arguments_valid === false && "invalid arguments",
    expectations_met === false && "expectation missed",
    verdict === "worse" && "judged worse",
  ].filter((note) => note !== false);
}

function figuresOf(trial: Trial, cell: TrialCell): string {
  const { latency_ms, cost_usd, outcome } = cell;
  const cost = [formatMoney(cost_usd, { significantDigits: 3 }), ...describeCallPrices(cell)];
  if (outcome === "pending") return "";
  const slower = isSlower(trial, cell) ? ", slower" : "";
  return [
    latency_ms === null ? null : `${formatDuration(latency_ms, { decimals: 1 })}${slower}`,
    outcome === "failed" && cost_usd === null ? null : cost.join(", "),
  ]
    .filter((figure) => figure !== null)
    .join(" · ");
}

/** The cell of the present model for the same case. */
export function presentCell({ targets, cells }: Trial, cell: TrialCell): TrialCell | undefined {
  const present = targets.findIndex(({ is_present }) => is_present);
  return cells.find((other) => other.case === cell.case && other.target === present);
}

/** Whether its answer took at least 20% longer than the present model's call. */
function isSlower(trial: Trial, cell: TrialCell): boolean {
  const present = presentCell(trial, cell);
  if (!present?.latency_ms || cell.latency_ms === null || cell.outcome !== "answered") return false;
  return cell.latency_ms >= present.latency_ms * slowerFactor;
}

const matches: Record<CellFilter, (trial: Trial, cell: TrialCell) => boolean> = {
  differs: (_, cell) => cell.outcome === "answered" && notesOf(cell).length > 0,
  failed: (_, cell) => cell.outcome === "failed",
  slower: isSlower,
};

/** The indexes of the cases with a cell that matches one of the filters; all without filters. */
export function filterCases(trial: Trial, filters: readonly CellFilter[]): number[] {
  const cases = trial.case_list.map(({ index }) => index);
  if (filters.length === 0) return cases;
  const matchingIndexes = new Set(
    trial.cells
      .filter((cell) => filters.some((filter) => matches[filter](trial, cell)))
      .map((cell) => cell.case),
  );
  return cases.filter((index) => matchingIndexes.has(index));
}
