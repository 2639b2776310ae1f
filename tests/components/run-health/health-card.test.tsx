import { expect, test } from "vitest";
import { HealthFigures } from "@/components/run-health/health-card";
import type { AgentHealth } from "@/lib/run-health/schema";
import { expectAccessible, show } from "../render";

const at = (time: string) => `2026-11-28T${time}:00.000Z`;
const counts = { timed_out: 0, aborted: 0 };
const health: AgentHealth = {
  from: at("00:00"),
  to: "2026-11-29T00:00:00.000Z",
  period_seconds: 3600,
  as_of: at("23:00"),
  series: [
    { at: at("08:00"), started: 5, succeeded: 5, failed: 0, ...counts },
    { at: at("15:00"), started: 5, succeeded: 1, failed: 3, ...counts, timed_out: 1 },
  ],
  changes: [
    {
      at: at("09:30"),
      event_id: "e1",
      kind: "switch",
      what: "Model changed from gpt-4o to gpt-4o-mini",
    },
    { at: at("10:15"), event_id: "e2", kind: "prompt", what: "System prompt changed" },
  ],
  since_switch: {
    at: at("09:30"),
    event_id: "e1",
    from: { provider: "openai", model_id: "gpt-4o" },
    to: { provider: "openai", model_id: "gpt-4o-mini" },
    before: {
      from: at("00:00"),
      runs: 130,
      failed: 1,
      median_ms: 6900,
      cost_per_run_usd: 0.03,
      by_family_usd: 0.02,
    },
    after: { from: at("09:30"), runs: 42, failed: 21, median_ms: 8200, cost_per_run_usd: null },
    verdict: "more_failures",
  },
  notes: ["Cost per run is not known where a model has no price: set it on the Models page."],
};

const showHealth = (changes: Partial<AgentHealth> = {}, canWrite = true) =>
  show(
    <HealthFigures
      health={{ ...health, ...changes }}
      span="24 hours"
      agent={{ agent_name: "sql-agent", version: "v1.0" }}
      canWrite={canWrite}
    />,
  );

test("the chart's figures are also in a table, and its marks in a list", async () => {
  const screen = await showHealth();
  await screen.getByText("Figures by period").click();
  const table = screen.getByRole("table", { name: "Runs by period" });
  await expect.element(table.getByRole("row", { name: "Nov 28, 08:00 5 0 0" })).toBeVisible();
  await expect.element(table.getByRole("row", { name: "Nov 28, 15:00 1 4 0" })).toBeVisible();
  const marks = screen.getByRole("list", { name: "Changes in this range" });
  await expect.element(marks).toHaveTextContent(/1\. Model changed .*2\. System prompt changed/);
  await expectAccessible();
});

test("the runs before and after a switch are compared, and an admin can revert it", async () => {
  const screen = await showHealth();
  const table = screen.getByRole("table", { name: "Runs before and after the switch" });
  for (const row of [
    "Runs 130 42",
    "Failed 1 (<1%) 21 (50%)",
    "Median time 6.90 s 8.20 s",
    "Cost per run $0.03 $0.02 by family not known",
  ]) {
    await expect.element(table.getByRole("row", { name: row })).toBeVisible();
  }
  await expect.element(screen.getByText("More runs fail than before the switch.")).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Set it back" })).toBeVisible();
});

test("a viewer sees no button, and too few runs get no verdict", async () => {
  const since_switch = health.since_switch && {
    ...health.since_switch,
    verdict: "too_few_runs" as const,
  };
  const screen = await showHealth({ since_switch }, false);
  await expect.element(screen.getByText(/^Too few runs to compare/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Set it back" }).elements()).toEqual([]);
});

test("missing figures are reported", async () => {
  const notes = ["The runs over time could not be read: CloudWatch is throttling requests."];
  const screen = await showHealth({ as_of: null, series: [], since_switch: null, notes });
  await expect.element(screen.getByText(/CloudWatch is throttling/)).toBeVisible();
  expect(screen.getByText(/^No runs ended/).elements()).toEqual([]);
});
