import { afterEach, expect, test, vi } from "vitest";
import { ChecksView } from "@/components/checks/checks-view";
import type { CheckedFinding, CheckReport } from "@/lib/checks/schema";
import { noFindings } from "../agents/run";
import { expectAccessible, show } from "../render";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const arn = "arn:aws:states:eu-west-1:123456789012:execution:sql-agent-prod:r-1";

test("a link from a failed run opens the dialog with the run's ARN", async () => {
  vi.stubGlobal("fetch", async () => Response.json(noFindings));
  const screen = await show(
    <ChecksView canWrite={false} />,
    `?failed_run=${encodeURIComponent(arn)}`,
  );
  const dialog = screen.getByRole("dialog", { name: "Why did a run fail?" });
  await expect
    .element(dialog.getByLabelText("Error of the failed run, or its ARN"))
    .toHaveValue(arn);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect.element(dialog).not.toBeInTheDocument();
});

test("what broke meanwhile appears, and goes when it is repaired, without a reload", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let report: CheckReport = noFindings;
  vi.stubGlobal("fetch", async () => Response.json(report));
  const screen = await show(<ChecksView canWrite={false} />);
  const title = screen.getByText(failing.title);
  await expect.element(screen.getByRole("button", { name: "Check again" })).toBeEnabled();
  await expect.element(title).not.toBeInTheDocument();
  report = { ...noFindings, findings: [failing] };
  vi.advanceTimersByTime(15_000);
  await expect.element(title).toBeVisible();
  report = noFindings;
  vi.advanceTimersByTime(15_000);
  await expect.element(title).not.toBeInTheDocument();
});

const failing: CheckedFinding = {
  code: "agent_failing",
  severity: "error",
  subject: { kind: "agent", id: "sql-agent/v1.0" },
  title: "46% of the runs of sql-agent fail",
  evidence: "6 of 13 runs failed in the last 24 hours.",
  fix: "Switch the agent to a registered model.",
  affects: { agents: 1, month_usd: 12.4 },
};

const retired = (id: string): CheckedFinding => ({
  code: "model_retired",
  severity: "warning",
  subject: { kind: "model", id: `openai#${id}` },
  title: `${id} is retired by its provider`,
  evidence: "It has been retired. No agent uses it.",
  fix: "Retire it here too.",
  action: { label: "Retire it", method: "DELETE", path: `/api/models/openai/${id}` },
  affects: { agents: 0, month_usd: null },
});

const report = (...findings: CheckedFinding[]): CheckReport => ({ ...noFindings, findings });

test("findings of a rule share a line, and each opens to its evidence", async () => {
  const findings = [failing, ...["gpt-1", "gpt-2", "gpt-3"].map(retired)];
  vi.stubGlobal("fetch", async () => Response.json(report(...findings)));
  const screen = await show(<ChecksView canWrite />);
  const list = screen.getByRole("list", { name: "Findings" });
  const rule = list.getByRole("button", { name: "warning 3 unused retired models" });
  await expect.element(rule).toBeVisible();
  await expect.element(list.getByText("$12.40 this month")).toBeVisible();
  await expect.element(list.getByText("6 of 13 runs failed")).not.toBeInTheDocument();
  await list.getByRole("button", { name: failing.title }).click();
  await expect.element(list.getByText("6 of 13 runs failed")).toBeVisible();
  await rule.click();
  await expect.element(list.getByRole("button", { name: "Retire it openai#gpt-2" })).toBeVisible();
  await expectAccessible();
});

test("a search finds a thing inside a rule, and shows it open", async () => {
  const findings = [failing, ...["gpt-1", "gpt-2"].map(retired)];
  vi.stubGlobal("fetch", async () => Response.json(report(...findings)));
  const screen = await show(<ChecksView canWrite={false} />, "?q=gpt-2");
  const list = screen.getByRole("list", { name: "Findings" });
  await expect.element(list.getByText("It has been retired. No agent uses it.")).toBeVisible();
  await expect.element(list.getByText(failing.title)).not.toBeInTheDocument();
});

test("a refused fix opens its finding, and says why", async () => {
  vi.stubGlobal("fetch", async (_: string, init?: RequestInit) => {
    if (init?.method !== "DELETE") return Response.json(report(retired("gpt-1")));
    const problem = { title: "In use", status: 409, detail: "An agent uses it.", code: "conflict" };
    return Response.json(problem, { status: 409 });
  });
  const screen = await show(<ChecksView canWrite />);
  await screen.getByRole("button", { name: "Retire it openai#gpt-1" }).click();
  await expect.element(screen.getByText("An agent uses it.")).toBeVisible();
});

test("a rule's chosen findings are fixed one by one, and a refusal is shown beside its own", async () => {
  const calls: string[] = [];
  vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
    if (init?.method !== "DELETE") {
      return Response.json(report(...["gpt-1", "gpt-2", "gpt-3"].map(retired)));
    }
    calls.push(`${address} ${init.body ?? ""}`);
    if (address.endsWith("gpt-3")) {
      const problem = {
        title: "In use",
        status: 409,
        detail: "An agent uses it.",
        code: "model_in_use",
      };
      return Response.json(problem, { status: 409 });
    }
    return Response.json({});
  });
  const screen = await show(<ChecksView canWrite />);
  await screen.getByRole("button", { name: "Retire it: all 3…" }).click();
  const dialog = screen.getByRole("dialog", { name: "3 unused retired models" });
  await dialog.getByRole("checkbox", { name: "gpt-1 is retired by its provider" }).click();
  await dialog.getByRole("button", { name: "Fix 2 findings" }).click();
  await expect.element(dialog.getByText("1 of 2 done, 1 refused")).toBeVisible();
  await expect.element(dialog.getByText("An agent uses it.")).toBeVisible();
  expect(calls).toEqual(["/api/models/openai/gpt-2 ", "/api/models/openai/gpt-3 "]);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect.element(dialog).not.toBeInTheDocument();
});
