import { afterEach, expect, test, vi } from "vitest";
import { RunView } from "@/components/agents/runs/run-view";
import type { RunDetails, RunStep } from "@/lib/runs/schema";
import { expectAccessible, show } from "../render";
import { agent, detailsOf, listOf, noFindings, stubApi, waiting } from "./run";

afterEach(() => vi.unstubAllGlobals());

function stepOf(state: string, changes: Partial<RunStep> = {}): RunStep {
  return {
    state,
    type: "Task",
    status: "succeeded",
    entered_at: "2026-11-22T10:00:00.300Z",
    exited_at: "2026-11-22T10:00:02.300Z",
    depth: 0,
    error: null,
    cause: null,
    input: '{"a":1}',
    output: "{}",
    ...changes,
  };
}

async function showRun(changes: Partial<RunDetails>, props: { canWrite?: boolean } = {}) {
  let run = detailsOf("r-1", changes);
  const opened: string[] = [];
  const requests = stubApi({
    "/runs/r-1": () => run,
    "/runs": () => (requests.at(-1)?.method === "POST" ? { id: "r-2" } : listOf([])),
    "/stop": () => {
      run = { ...run, status: "aborted", stopped_at: run.started_at, duration_ms: 0 };
      return { id: "r-1" };
    },
    "/api/checks": () => noFindings,
  });
  const screen = await show(
    <RunView
      agent={agent}
      id="r-1"
      canWrite={props.canWrite ?? true}
      hasDraft={false}
      onOpen={(id) => opened.push(id)}
      onClose={() => undefined}
    />,
  );
  return {
    screen,
    requests,
    opened,
    change: (later: Partial<RunDetails>) => {
      run = { ...run, ...later };
    },
  };
}

const long = "x".repeat(200_000);

test("a run is a conversation beside its states, each tool call with its result", async () => {
  const { screen } = await showRun({
    messages: [
      { role: "system", parts: [{ type: "text", text: "You are brief." }] },
      { role: "user", parts: [{ type: "text", text: "How warm is Oslo?" }] },
      {
        role: "assistant",
        parts: [{ type: "tool_call", id: "t1", name: "get_weather", arguments: '{"city":"Oslo"}' }],
      },
      { role: "user", parts: [{ type: "tool_result", id: "t1", content: long }] },
      { role: "user", parts: [{ type: "tool_result", id: "lost", content: "from nowhere" }] },
      { role: "assistant", parts: [{ type: "text", text: "3 degrees." }] },
    ],
    steps: [stepOf("Load Agent Configuration"), stepOf("Call Unified LLM")],
    model_calls: [
      {
        provider: "openai",
        model_id: "gpt-4o",
        input_tokens: 265,
        output_tokens: 25,
        cost_usd: 0.0009125,
        latency_ms: 1980,
        at: "2026-11-22T10:00:02.300Z",
        stop_reason: "stop",
        failed: false,
      },
    ],
  });
  const talk = screen.getByRole("region", { name: "Conversation" });
  await expect.element(talk).toHaveTextContent("System prompt, 14 characters");
  await expect.element(talk).toHaveTextContent("Tool call · get_weather");
  await expect.element(talk).toHaveTextContent("Tool resultfrom nowhere");
  await expect.element(talk).toHaveTextContent("Assistant3 degrees.");
  expect(talk.element().textContent?.length).toBeLessThan(3_000);
  await talk.getByRole("button", { name: "Show all 200,000 characters" }).click();
  expect(talk.element().textContent).toContain(long);
  await talk.getByRole("button", { name: "Show less" }).click();
  expect(talk.element().textContent).not.toContain(long);

  const timeline = screen.getByRole("region", { name: "Timeline" });
  await expect.element(timeline).toHaveTextContent("2 states");
  await timeline.getByText("Input and output").last().click();
  await expect.element(timeline.getByText('{ "a": 1 }')).toBeVisible();
  await expect
    .element(screen.getByRole("region", { name: "Model calls" }))
    .toHaveTextContent("gpt-4o$0.0009131.98 s · 265 in, 25 out · stop");
  await screen.getByText("Raw JSON").click();
  await expect.element(screen.getByRole("button", { name: "Copy run" })).toBeVisible();
  await expectAccessible();
});

test("a cost says beside it which prices it is at", async () => {
  const long = { price_above_input_tokens: 200_000 };
  const call = {
    provider: "openai",
    model_id: "gpt-4o",
    input_tokens: 265_000,
    output_tokens: 25,
    cost_usd: 1.2,
    latency_ms: 1980,
    at: "2026-11-22T10:00:02.300Z",
    stop_reason: "stop",
    failed: false,
  };
  const { screen } = await showRun({ ...long, model_calls: [{ ...call, ...long }, call] });
  const calls = screen.getByRole("region", { name: "Model calls" }).getByRole("listitem");
  const note = "long-context price, above 200K input tokens";
  await expect.element(calls.first()).toHaveTextContent(note);
  await expect.element(calls.last()).not.toHaveTextContent(note);
  await expect.element(screen.getByRole("definition").getByText(note)).toBeVisible();
  await expect
    .element(calls.first().getByRole("link", { name: "$1.20" }))
    .toHaveAttribute("href", "/models?model=openai%23gpt-4o");
});

test("a failed run names the state, the error and the cause", async () => {
  const { screen } = await showRun({
    status: "failed",
    error: "States.QueryEvaluationError",
    cause: "The JSONata expression returned nothing (undefined).",
    explained: { code: "model_row_missing", title: "The model's row is missing", fix: "Add it." },
    steps: [stepOf("Load LLM Provider Config", { status: "failed", exited_at: null })],
  });
  await expect.element(screen.getByText("The model's row is missing.")).toBeVisible();
  await expect.element(screen.getByText(/It failed in “Load LLM Provider Config”/)).toBeVisible();
  await expect.element(screen.getByText(/returned nothing/)).toBeVisible();
  await expect
    .element(screen.getByRole("link", { name: "Why did this run fail?" }))
    .toHaveAttribute("href", `/checks?failed_run=${encodeURIComponent(detailsOf("r-1").arn)}`);
  await expectAccessible();
});

test("a run of 300 states is shown in full", async () => {
  const steps = Array.from({ length: 300 }, (_, index) => stepOf(`State ${index + 1}`));
  const { screen } = await showRun({ steps });
  await expect.element(screen.getByText("300 states")).toBeVisible();
  await expect.element(screen.getByText(/^State 300/)).toBeInTheDocument();
});

test("the state that failed is in sight, however many came before it", async () => {
  const passed = Array.from({ length: 299 }, (_, at) => stepOf(`Step ${at}`));
  const { screen } = await showRun({
    status: "failed",
    steps: [...passed, stepOf("Stop", { status: "failed", exited_at: null })],
  });
  const states = screen.getByRole("region", { name: "States of the run" });
  await expect.element(states.getByText("Stop")).toBeInTheDocument();
  const isInSight = () => {
    const region = states.element().getBoundingClientRect();
    const state = states.getByText("Stop").element().getBoundingClientRect();
    return state.top >= region.top && state.bottom <= region.bottom;
  };
  await expect.poll(isInSight).toBe(true);
});

test("states that are scrolled out of sight leave the page as short as it is", async () => {
  const steps = Array.from({ length: 300 }, (_, at) => stepOf(`Step ${at}`));
  const { screen } = await showRun({ steps });
  await expect.element(screen.getByText("300 states")).toBeVisible();
  expect(document.documentElement.scrollHeight).toBeLessThan(4_000);
});

test("a run in progress is refreshed until it ends", async () => {
  const { screen, change } = await showRun({
    status: "running",
    stopped_at: null,
    duration_ms: null,
    steps: [stepOf("Call Unified LLM", { status: "running", exited_at: null })],
  });
  await expect.element(screen.getByText("Cost so far")).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Run again…" })).not.toBeInTheDocument();
  change({ status: "succeeded", stopped_at: "2026-11-22T10:00:09.000Z", duration_ms: 9_000 });
  await expect.element(screen.getByText("Succeeded")).toBeVisible();
  await expect.element(screen.getByText("9.00 s")).toBeVisible();
});

test("a waiting run names the approval that it needs, and can be stopped", async () => {
  const { screen, requests } = await showRun({
    status: "running",
    stopped_at: null,
    duration_ms: null,
    waiting,
  });
  await expect.element(screen.getByText(/Waits for an approval/).first()).toBeVisible();
  await expect.element(screen.getByText("send_email")).toBeVisible();
  await screen.getByRole("button", { name: "Stop run…" }).click();
  await screen.getByRole("button", { name: "Stop run", exact: true }).click();
  await expect.element(screen.getByText("Aborted")).toBeVisible();
  expect(requests.some(({ address }) => address.endsWith("/runs/r-1/stop"))).toBe(true);
});

test("Run again asks for confirmation and sends the same input", async () => {
  const { screen, requests, opened } = await showRun({});
  await screen.getByRole("button", { name: "Run again…" }).click();
  await expectAccessible();
  await screen.getByRole("button", { name: "Run again", exact: true }).click();
  await expect.poll(() => opened).toEqual(["r-2"]);
  expect(requests.find(({ method }) => method === "POST")?.body).toEqual({ rerun: "r-1" });
});

test("a viewer sees times, tokens and cost, but no texts", async () => {
  const steps = [stepOf("Call Unified LLM", { input: null, output: null })];
  const { screen } = await showRun({ steps }, { canWrite: false });
  await expect.element(screen.getByText("Only admins see what was said.")).toBeVisible();
  await expect.element(screen.getByText("Input and output")).not.toBeInTheDocument();
  await expect.element(screen.getByRole("button", { name: "Run again…" })).not.toBeInTheDocument();
  await expect.element(screen.getByText("$0.000913")).toBeVisible();
});

test("missing parts of a history and an underestimated cost are reported", async () => {
  const { screen } = await showRun({
    missing: "An answer reported no usage.",
    input_tokens: null,
    cost_usd: null,
    too_low: "Too low: the runtime does not count thinking tokens.",
  });
  await expect.element(screen.getByText("Not recorded:")).toBeVisible();
  await expect
    .element(screen.getByText("Cost: too low: the runtime does not count thinking tokens."))
    .toBeVisible();
  await expect.element(screen.getByText("not recorded").first()).toBeVisible();
});
