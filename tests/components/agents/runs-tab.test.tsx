import { afterEach, expect, test, vi } from "vitest";
import { LastRunNote } from "@/components/agents/runs/last-run-note";
import { RunsTab } from "@/components/agents/runs/runs-tab";
import type { RunList } from "@/lib/runs/schema";
import { expectAccessible, show } from "../render";
import { agent, detailsOf, listOf, noFindings, runOf, stubApi, waiting } from "./run";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", window.location.pathname);
});

const failed = runOf("broken", {
  status: "failed",
  provider: null,
  model_id: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
  error: "States.QueryEvaluationError",
  explained: {
    code: "model_row_missing",
    title: "The model's row is missing",
    fix: "Switch the agent to a registered model, or add this one.",
  },
});

const findings = [
  {
    code: "agent_alias_unresolved",
    severity: "error",
    subject: { kind: "agent", id: "other-agent/v1.0" },
    title: "Another agent",
    evidence: "",
    fix: "",
    action: { label: "Fix another agent", href: "/agents" },
  },
  {
    code: "agent_alias_unresolved",
    severity: "error",
    subject: { kind: "agent", id: "sql-agent/v1.0" },
    title: "Alias",
    evidence: "",
    fix: "",
    action: {
      label: "Switch to openai#gpt-4o",
      method: "PATCH",
      path: "/api/agents/sql-agent/v1.0",
      body: { llm_provider: "openai" },
    },
  },
];

async function showRuns(list: RunList, props: { canWrite?: boolean; search?: string } = {}) {
  const requests = stubApi({
    "/runs": () => list,
    "/api/checks": () => ({ ...noFindings, findings }),
    "/api/agents/sql-agent/v1.0": () => null,
  });
  const { canWrite = true, search = "" } = props;
  const screen = await show(
    <RunsTab health={null} agent={agent} canWrite={canWrite} hasDraft={false} />,
    search,
  );
  return { screen, requests };
}

test("runs show status, duration, model, tokens and cost", async () => {
  const { screen } = await showRuns(
    listOf([
      runOf("good"),
      runOf("unpriced", { cost_usd: null, missing: "The model had no price then." }),
      runOf("cached", { too_low: "Too low: the runtime does not count cache reads and writes." }),
      runOf("old", {
        model_id: null,
        provider: null,
        input_tokens: null,
        output_tokens: null,
        cost_usd: null,
        missing: "Its history is longer than the console reads.",
      }),
    ]),
  );
  const row = (name: string) => screen.getByRole("row", { name });
  await expect.element(row("good")).toHaveTextContent(/Succeeded.*2\.40 sgpt-4o26525\$0\.000913/);
  await expect.element(row("unpriced")).toHaveTextContent("not priced");
  await expect.element(row("cached")).toHaveTextContent("too low");
  await expect.element(row("old")).toHaveTextContent("not recordednot recordednot recorded");
  await expect
    .element(screen.getByText("Its history is longer than the console reads."))
    .toBeVisible();
  await expectAccessible();
});

test("a failed run shows its cause and the fix of the agent's own finding", async () => {
  const { screen, requests } = await showRuns(listOf([failed]));
  await expect.element(screen.getByText("The model's row is missing.")).toBeVisible();
  await expect.element(screen.getByRole("row", { name: "broken" })).toHaveTextContent("none");
  await expect.element(screen.getByText("Fix another agent")).not.toBeInTheDocument();
  await screen.getByRole("button", { name: "Switch to openai#gpt-4o" }).click();
  await expect
    .poll(() => requests.find(({ method }) => method === "PATCH"))
    .toEqual({
      method: "PATCH",
      address: "/api/agents/sql-agent/v1.0",
      body: { llm_provider: "openai" },
    });
  await expectAccessible();
});

test("a viewer sees the cause but no way to change or start anything", async () => {
  const { screen } = await showRuns(listOf([failed]), { canWrite: false });
  await expect.element(screen.getByText("The model's row is missing.")).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Run now/ })).not.toBeInTheDocument();
  await expect.element(screen.getByRole("button", { name: /^Switch/ })).not.toBeInTheDocument();
});

test("if runs can't be listed, the reason and the missing permission are shown", async () => {
  const statement = '{"Effect":"Allow","Action":"states:ListExecutions","Resource":"*"}';
  const { screen } = await showRuns(
    listOf([], {
      unavailable: { code: "not_permitted", why: "AWS refused states:ListExecutions.", statement },
    }),
  );
  await expect
    .element(screen.getByText("The console isn't allowed to list its runs"))
    .toBeVisible();
  await expect.element(screen.getByText(statement)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Run now/ })).not.toBeInTheDocument();
  await expectAccessible();
});

test("the empty states of no runs and no matching runs differ", async () => {
  const { screen } = await showRuns(listOf([]));
  await expect.element(screen.getByText("No runs yet")).toBeVisible();
  await screen.getByRole("searchbox").fill("nightly-42");
  await screen.getByRole("button", { name: "Find" }).click();
  await expect.element(screen.getByText("No run matches")).toBeVisible();
  await screen.getByRole("button", { name: "Clear the filters" }).click();
  await expect.element(screen.getByText("No runs yet")).toBeVisible();
});

test("status, search and page are sent to the API", async () => {
  const { screen, requests } = await showRuns(listOf([runOf("good")], { cursor: "next" }));
  await screen.getByRole("button", { name: "Older" }).click();
  await expect.element(screen.getByText("Page 2, newest first")).toBeVisible();
  await screen.getByLabelText("Status").selectOptions("Timed out");
  await expect.element(screen.getByText("Page 1, newest first")).toBeVisible();
  await screen.getByRole("searchbox").fill(" abc ");
  await screen.getByRole("button", { name: "Find" }).click();
  await expect
    .poll(() => requests.map(({ address }) => address.split("?")[1] ?? ""))
    .toEqual(expect.arrayContaining(["", "cursor=next", "status=timed_out"]));
  await expect.poll(() => requests.some(({ address }) => address.includes("q=abc"))).toBe(true);
});

test("a failed list can be retried", async () => {
  let isDown = true;
  const problem = { title: "AWS is unavailable", detail: "Try again.", code: "aws_unavailable" };
  stubApi({
    "/runs": () =>
      isDown
        ? Response.json(
            { type: "about:blank", status: 502, request_id: "r", ...problem },
            { status: 502, headers: { "content-type": "application/problem+json" } },
          )
        : listOf([runOf("good")]),
  });
  const screen = await show(<RunsTab health={null} agent={agent} canWrite hasDraft={false} />);
  await expect.element(screen.getByText("The runs couldn't be read")).toBeVisible();
  isDown = false;
  await screen.getByRole("button", { name: "Try again" }).click();
  await expect.element(screen.getByRole("link", { name: "good" })).toBeVisible();
});

test("Run now warns of the tools, sends the message and opens the run", async () => {
  const requests = stubApi({
    "/runs": () =>
      requests.at(-1)?.method === "POST" ? { id: "started" } : listOf([runOf("good")]),
    "/runs/started": () => detailsOf("started", { status: "running", stopped_at: null }),
  });
  const screen = await show(<RunsTab health={null} agent={agent} canWrite hasDraft />);
  await screen.getByRole("button", { name: "Run now…" }).click();
  const dialog = screen.getByRole("dialog");
  await expect
    .element(dialog)
    .toHaveTextContent("Its tools act for real. It may call get_weather.");
  await expect.element(dialog).toHaveTextContent("Your unsaved changes are not part of it.");
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect.element(dialog.getByText("Write a message")).toBeVisible();
  await dialog.getByLabelText("Message").fill("How many orders?");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect.element(screen.getByRole("button", { name: "Stop run…" })).toBeVisible();
  expect(requests.find(({ method }) => method === "POST")?.body).toEqual({
    message: "How many orders?",
  });
});

test("without the permission to start runs the console says so", async () => {
  const { screen } = await showRuns(listOf([runOf("good")], { can_start: false }));
  await expect.element(screen.getByText(/This console doesn't start runs/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Run now/ })).not.toBeInTheDocument();
});

test("the overview says how the last run ended, or that it waits", async () => {
  let list = listOf([failed]);
  stubApi({ "/runs": () => list, "/api/checks": () => ({ ...noFindings, findings }) });
  const note = await show(<LastRunNote agent={agent} canWrite />);
  await expect.element(note.getByText(/The last run failed/)).toBeVisible();
  await expect.element(note.getByRole("button", { name: "Switch to openai#gpt-4o" })).toBeVisible();
  await expectAccessible();
  list = listOf([
    runOf("waits", {
      status: "running",
      stopped_at: null,
      duration_ms: null,
      waiting,
    }),
  ]);
  await note.unmount();
  const waits = await show(<LastRunNote agent={agent} canWrite />);
  await expect.element(waits.getByText(/Waits for an approval/).first()).toBeVisible();
  await expect.element(waits.getByText("approvals")).toBeVisible();
  await waits.unmount();
  list = listOf([runOf("good"), failed]);
  const good = await show(<LastRunNote agent={agent} canWrite />);
  await expect.element(good.getByText(/The last run succeeded/)).toBeVisible();
  await expect.element(good.getByText(/failed/)).not.toBeInTheDocument();
});
