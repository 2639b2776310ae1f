import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { TrialsTab } from "@/components/agents/trials/trials-tab";
import type { Trial } from "@/lib/trials/schema";
import { expectAccessible, show } from "../render";
import { agent, stubApi } from "./run";
import { detailsOf, estimateOf, models, trialOf, withoutTexts } from "./trial";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", window.location.pathname);
});

async function showTrial(trial: Trial, { canWrite = true, search = "" } = {}) {
  const requests = stubApi({
    "/trials": () => ({ trials: [trial] }),
    "/trials/trial-1": () => trial,
    "/cases/0": () => detailsOf(trial, 0),
    "/cases/1": () => detailsOf(trial, 1),
    "/stop": () => trial,
    "/resume": () => trial,
    "/trials/estimate": () => estimateOf(trial),
  });
  const onSwitch = vi.fn();
  const screen = await show(
    <TrialsTab
      agent={agent}
      models={models}
      canWrite={canWrite}
      hasDraft={false}
      onSwitch={onSwitch}
    />,
    `tab=trials&trial=trial-1${search}`,
  );
  // A cell that is open hides the matrix from roles.
  await expect.element(screen.getByRole("grid", { includeHidden: true })).toBeVisible();
  return { screen, requests, onSwitch };
}

test("each model has its figures, and the one that does as well is offered", async () => {
  const { screen, onSwitch } = await showTrial(trialOf(4));
  const row = (name: string) => screen.getByRole("row", { name: new RegExp(`^${name}`) });
  await expect.element(row("Answered")).toHaveTextContent("Answered4 of 44 of 40 of 44 of 4");
  await expect.element(row("Same tool as now")).toHaveTextContent("Same tool as now–4 of 4–2 of 4");
  await expect.element(row("Valid arguments")).toHaveTextContent("2 of 4");
  await expect.element(row("A month")).toHaveTextContent("$31.02 → $11.28");
  await expect.element(screen.getByText("No problems found with Claude Haiku 4.5.")).toBeVisible();
  await expect.element(screen.getByText("No call was answered")).toBeVisible();
  await expectAccessible();
  await screen.getByRole("button", { name: "Switch to this model Claude Haiku 4.5" }).click();
  expect(onSwitch).toHaveBeenCalledWith({
    model: models[1],
    trial_id: "trial-1",
  });
});

test("a month says whose prices it is at", async () => {
  const trial = trialOf(1);
  const targets = trial.targets.map((target, at) => ({
    ...target,
    ...(at < 2 && target.monthly_cost_usd && { by_family_usd: target.monthly_cost_usd }),
  }));
  const { screen } = await showTrial({ ...trial, targets });
  const month = screen.getByRole("row", { name: /^A month/ });
  await expect.element(month).toHaveTextContent("$31.02 (at a price by family)$31.02 → $11.28");
  await expect
    .element(month)
    .toHaveTextContent("$11.28 (now at a price by family, then at a price by family)");
});

test("a request that is assumed is called so", async () => {
  const why = "Its state machine calls the older caller.";
  const { screen } = await showTrial({ ...trialOf(1), assumed_because: why });
  const words = `Requests were assumed to be those of a generated state machine. ${why} No tool was run.`;
  await expect.element(screen.getByText(words)).toBeVisible();
  await expect.element(screen.getByText("The runtime's own request")).not.toBeInTheDocument();
});

test("percentages are shown from ten cases on", async () => {
  const { screen } = await showTrial(trialOf(12));
  await expect
    .element(screen.getByRole("row", { name: "Same tool as now" }))
    .toHaveTextContent("6 of 12 (50%)");
});

test("a cost says beside it which prices it is at", async () => {
  const trial = trialOf(3);
  const hours = { price_hours: { from: "01:00", to: "04:00", is_peak: true } };
  const cells = trial.cells.map((cell) => (cell.target === 1 ? { ...cell, ...hours } : cell));
  const targets = trial.targets.map((target, index) =>
    index === 1 ? { ...target, ...hours } : target,
  );
  const { screen } = await showTrial({ ...trial, cells, targets });
  const note = /\$0\.0012\d*, peak hours, 01:00–04:00 UTC/;
  await expect.element(screen.getByRole("row", { name: /^Cost/ }).first()).toHaveTextContent(note);
  await expect.element(screen.getByRole("gridcell").getByText(note).first()).toBeVisible();
});

test("keys move between cells, and Enter opens two answers side by side", async () => {
  const { screen } = await showTrial(trialOf(3));
  const cells = screen.getByRole("gridcell").getByRole("button").elements();
  const inMatrix = cells.filter((cell) => cell instanceof HTMLElement && cell.dataset.cell);
  expect(
    inMatrix.filter((cell) => cell instanceof HTMLElement && cell.tabIndex === 0),
  ).toHaveLength(1);
  if (inMatrix[0] instanceof HTMLElement) inMatrix[0].focus();
  await userEvent.keyboard("{ArrowDown}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}");
  await expect.poll(() => document.activeElement).toBe(inMatrix[7]);
  await userEvent.keyboard("{Control>}{End}{/Control}");
  await expect.poll(() => document.activeElement).toBe(inMatrix[11]);
  await userEvent.keyboard("{Control>}{Home}{/Control}{End}{Enter}");
  const dialog = screen.getByRole("dialog", { name: "Case 1 on Nova Lite" });
  await expect.element(dialog.getByRole("region", { name: "GPT-4o, now" })).toBeVisible();
  const other = dialog.getByRole("region", { name: "Nova Lite", exact: true });
  await expect.element(other).toHaveTextContent("Invalid arguments");
  await expect.element(other).toHaveTextContent("/limit must be integer");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Next case" }).click();
  await expect
    .element(screen.getByRole("dialog", { name: "Case 2 on Nova Lite" }))
    .toHaveTextContent("another tool");
  expect(window.location.search).toContain("cell=1.3");
});

test("filters keep the cases with a cell that differs, failed or is slower", async () => {
  const trial = trialOf(3);
  const cells = trial.cells.map((cell) =>
    cell.target === 0 || cell.case === 1
      ? cell
      : { ...cell, ...trial.cells[1], case: cell.case, target: cell.target },
  );
  const { screen } = await showTrial({ ...trial, cells });
  await screen.getByRole("button", { name: "Failed 1" }).click();
  await expect.element(screen.getByText("1 of 3 cases")).toBeVisible();
  await expect.poll(() => window.location.search).toContain("show=failed");
  await expect.element(screen.getByText("The provider refused the request")).toBeVisible();
});

test("the link that is copied opens the same filter and the same cell", async () => {
  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  const { screen } = await showTrial(trialOf(3));
  await screen.getByRole("button", { name: /^Differs/ }).click();
  const cells = screen.getByRole("gridcell").getByRole("button").elements();
  const last = cells.at(-1);
  if (last instanceof HTMLElement) last.click();
  const opened = screen.getByRole("dialog", { name: /^Case \d on Nova Lite$/ });
  await opened.getByRole("button", { name: "Copy link" }).click();
  await expect.poll(() => copied.mock.calls.length).toBe(1);
  const { searchParams } = new URL(copied.mock.calls[0]?.[0] ?? "");
  await screen.unmount();
  window.history.replaceState(null, "", window.location.pathname);
  const state = ["show", "cell"].map((name) => `&${name}=${searchParams.get(name)}`);
  const { screen: shared } = await showTrial(trialOf(3), { search: state.join("") });
  await expect.element(opened).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect
    .element(shared.getByRole("button", { name: /^Differs/ }))
    .toHaveAttribute("aria-pressed", "true");
});

test("a viewer sees figures and outcomes, but no texts and no way to act", async () => {
  const { screen, requests } = await showTrial(withoutTexts(trialOf(2)), {
    canWrite: false,
  });
  const cells = screen.getByRole("gridcell").getByRole("button").elements();
  if (cells[3] instanceof HTMLElement) cells[3].click();
  const dialog = screen.getByRole("dialog", { name: "Case 1 on Nova Lite" });
  await expect.element(dialog).toHaveTextContent("Only admins see what was sent and answered.");
  await expect.element(dialog).toHaveTextContent("invalid arguments");
  await expect.element(dialog).toHaveTextContent("First call of its run");
  const tool = withoutTexts(trialOf(2)).cells[3]?.tools[0];
  await expect.element(dialog).toHaveTextContent(`Answered with ${tool}, invalid arguments`);
  expect(requests.some(({ address }) => address.includes("/cases/"))).toBe(false);
  await userEvent.keyboard("{Escape}");
  await expect
    .element(screen.getByRole("button", { name: /^(Switch|Try|Delete)/ }))
    .not.toBeInTheDocument();
});

test("a running trial shows its progress and can be stopped", async () => {
  const trial = trialOf(2);
  const cells = trial.cells.map((cell) =>
    cell.case === 1
      ? {
          ...cell,
          outcome: "pending" as const,
          tools: [],
          latency_ms: null,
          cost_usd: null,
          explained: null,
          arguments_valid: null,
          same_tool: null,
        }
      : cell,
  );
  const { screen, requests } = await showTrial(
    trialOf(2, { cells, status: "running", finished_at: null, offer: null }),
  );
  const bar = screen.getByRole("progressbar", { name: "Calls made" });
  await expect.element(bar).toHaveAttribute("aria-valuenow", "4");
  await expect.element(screen.getByText("Waiting").first()).toBeVisible();
  await expect
    .element(screen.getByRole("region", { name: "Progress" }))
    .toHaveTextContent("4 of 8 calls · at most $0.055 of $1");
  await screen.getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => requests.some(({ address }) => address.endsWith("/stop"))).toBe(true);
});

test("a trial that stopped at its limit is resumed with a higher one", async () => {
  const missing = "2 of 8 calls weren't made: $0.01 of $1 is left.";
  const { screen, requests } = await showTrial(trialOf(2, { status: "limit", missing }));
  const progress = screen.getByRole("region", { name: "Progress" });
  await expect.element(progress).toHaveTextContent(missing);
  const limit = progress.getByRole("textbox", { name: "New limit for all of it, in USD" });
  await expect.element(limit).toHaveValue("2.00");
  await limit.fill("1");
  await expect.element(progress.getByText("More than 1, at most 100")).toBeVisible();
  await expectAccessible();
  await limit.fill("1.50");
  await progress.getByRole("button", { name: "Resume" }).click();
  await expect
    .poll(() => requests.find(({ address }) => address.endsWith("/resume"))?.body)
    .toEqual({ limit_usd: 1.5 });
});

test("models that the present one wasn't compared with don't fit yet, and the new limit is enough for a call", async () => {
  const trial = trialOf(2, { status: "limit", missing: "Calls weren't made.", limit_usd: 0.01 });
  const targets = trial.targets.map((target) =>
    target.is_present ? { ...target, of: 0, ok: 0, cost_per_call_usd: null } : target,
  );
  const { screen } = await showTrial({ ...trial, targets, offer: null });
  await expect
    .element(screen.getByRole("columnheader", { name: /^Claude Haiku 4.5/ }))
    .toHaveTextContent("Not compared");
  await expect.element(screen.getByText("Fits")).not.toBeInTheDocument();
  await expect
    .element(screen.getByRole("row", { name: /^Cost per call/ }))
    .not.toHaveTextContent("not priced");
  await expect.element(screen.getByRole("textbox", { name: /^New limit/ })).toHaveValue("1.00");
});

test("trying again keeps the cases, the models and the judge", async () => {
  const judge = { provider: "openai", model_id: "gpt-4o", prompt: "Judge the tool only." };
  const { screen, requests } = await showTrial(trialOf(3, { judge }));
  await screen.getByRole("button", { name: "Try again…" }).click();
  const dialog = screen.getByRole("dialog");
  await expect.element(dialog).toHaveTextContent("The 3 cases of its own runs of the trial");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Continue" }).click();
  const estimated = () => requests.find(({ address }) => address.endsWith("/trials/estimate"));
  await expect
    .poll(() => estimated()?.body)
    .toMatchObject({
      cases: { trial: "trial-1" },
      targets: models.slice(1).map(({ provider, model_id }) => ({ provider, model_id })),
      judge: { provider: "openai", model_id: "gpt-4o" },
    });
  const instructions = screen.getByRole("textbox", { name: "The judge's instructions" });
  await expect.element(instructions).toHaveValue("Judge the tool only.");
  const reset = screen.getByRole("button", { name: "Use the default instructions" });
  await reset.click();
  await expect.element(instructions).toHaveValue("Compare the two answers.");
  await expect.element(reset).not.toBeInTheDocument();
});

test("fifty cases on four models fit a narrow and a wide window", async () => {
  for (const width of [360, 1440]) {
    await page.viewport(width, 800);
    const { screen } = await showTrial(trialOf(50));
    expect(screen.getByRole("row").elements().length).toBeGreaterThan(50);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    await expectAccessible();
    await screen.unmount();
  }
  await page.viewport(1024, 800);
});
