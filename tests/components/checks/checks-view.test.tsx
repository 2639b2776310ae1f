import { afterEach, expect, test, vi } from "vitest";
import { ChecksView } from "@/components/checks/checks-view";
import type { CheckReport } from "@/lib/checks/schema";
import type { Finding } from "@/lib/findings/schema";
import { noFindings } from "../agents/run";
import { show } from "../render";

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

const failing: Finding = {
  code: "agent_failing",
  severity: "error",
  subject: { kind: "agent", id: "sql-agent/v1.0" },
  title: "46% of the runs of sql-agent fail",
  evidence: "6 of 13 runs failed in the last 24 hours.",
  fix: "Switch the agent to a registered model.",
};
