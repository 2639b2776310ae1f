import { expect, test } from "vitest";
import { agentFailing, agentFailingSinceSwitch } from "@/lib/checks/rules/run-checks";
import {
  failsSinceSwitch,
  hasRecovered,
  isFailing,
  isRepaired,
} from "@/lib/run-health/rules/failing";
import { recentWindow, switchWindows } from "@/lib/run-health/rules/health-window";
import { medianDuration } from "@/lib/run-health/rules/run-counts";
import { compareSides } from "@/lib/run-health/rules/verdict";
import type { FailingAgent, RunSide } from "@/lib/run-health/schema";
import { makeSnapshot } from "../checks/snapshot";

const limits = { share: 0.2, runs: 5 };
const side = (runs: number, failed: number): RunSide => {
  return {
    from: "2026-11-01T00:00:00.000Z",
    runs,
    failed,
    median_ms: null,
    cost_per_run_usd: null,
  };
};
const statuses = (text: string) =>
  [...text].map((letter) => ({ s: "succeeded", f: "failed", a: "aborted" })[letter] ?? "");

test("an agent is failing from the configured share, never under the minimum of runs", () => {
  expect(isFailing({ runs: 4, failed: 4 }, limits)).toBe(false);
  expect(isFailing({ runs: 5, failed: 1 }, limits)).toBe(true);
  expect(isFailing({ runs: 100, failed: 19 }, limits)).toBe(false);
});

test.each([
  ["every run failed and one succeeded since", 6, 5, "sfffff", true],
  ["the newest run failed", 6, 5, "fsssss", false],
  ["every second run fails and one succeeded", 10, 5, "sfsfsfsf", false],
  ["every second run failed and four succeeded since", 14, 5, "ssssfsfsf", true],
  ["a person stopped the newest run", 6, 6, "affffff", false],
])("failures are over or not when %s", (_, runs, failed, newest, expected) => {
  expect(hasRecovered({ runs, failed }, statuses(newest))).toBe(expected);
});

test.each([
  ["all before it failed", 13, 6, "sffffffsss", true],
  ["the newest run failed", 13, 6, "fsffffff", false],
  ["others failed earlier", 20, 8, "sffssfsfsfsfsfsf", false],
  ["earlier failures are rare", 20, 4, "sfffssssssss", true],
  ["a person stopped a run between", 13, 6, "asfffafff", true],
])("a lasting cause is repaired or not when %s", (_, runs, failed, newest, expected) => {
  expect(isRepaired({ runs, failed }, statuses(newest), limits)).toBe(expected);
});

test("a switch is blamed only for failures that were rarer before", () => {
  const fails = (before: RunSide | null, after: RunSide) =>
    failsSinceSwitch({ before, after }, limits);
  expect(fails(side(50, 1), side(10, 6))).toBe(true);
  expect(fails(side(50, 20), side(10, 6))).toBe(false);
  expect(fails(side(4, 0), side(10, 6))).toBe(false);
  expect(fails(side(50, 1), side(4, 4))).toBe(false);
  expect(fails(null, side(10, 6))).toBe(false);
});

test("sides compare only from ten runs each, and only beyond chance", () => {
  expect(compareSides(side(9, 0), side(50, 50))).toBe("too_few_runs");
  expect(compareSides(side(50, 0), side(50, 10))).toBe("more_failures");
  expect(compareSides(side(50, 10), side(50, 0))).toBe("fewer_failures");
  expect(compareSides(side(50, 3), side(50, 4))).toBe("similar");
  expect(compareSides(side(20, 0), side(20, 0))).toBe("similar");
});

test("the median weighs each period by its runs", () => {
  const of = (median_ms: number, runs: number) => ({ duration: { median_ms, runs } });
  expect(medianDuration([of(9000, 1), of(2000, 5), of(4000, 1)])).toBe(2000);
  expect(medianDuration([{ duration: null }])).toBeNull();
});

test("the figures before a switch end at the switch before it", () => {
  const now = Date.parse("2026-11-29T06:00:30Z");
  const day = 86_400_000;
  const window = switchWindows(now - 2 * day, now - 3 * day, now);
  expect(window.period_seconds).toBe(60);
  expect(window.start).toBe(Math.floor((now - 3 * day) / 60_000) * 60_000);
  expect(switchWindows(now - 40 * day, null, now).period_seconds).toBe(300);
  const points = [window.hours, ...window.detailed].map(({ start, end, period_seconds }) => {
    return (end - start) / (period_seconds * 1000);
  });
  expect(points).toEqual([3 * 24 + 1, 60, 60]);
});

test("recent runs of many machines are read in longer periods, within CloudWatch's quota", () => {
  const now = Date.parse("2026-11-29T06:00:30Z");
  const day = 86_400_000;
  const periods = [300, 900, 1800, 3600] as const;
  const secondsFor = (machines: number) =>
    recentWindow(day, machines * 4, [...periods], now).period_seconds;
  expect([1, 150, 500, 2000, 10_000].map(secondsFor)).toEqual([300, 300, 900, 3600, 3600]);
  const { start, end } = recentWindow(day, 4, [...periods], now);
  expect([start, end]).toEqual([end - day, Date.parse("2026-11-29T06:05:00Z")]);
});

test("findings of failing agents name figures, cause and the way back", () => {
  const failing: FailingAgent = {
    agent_name: "sql-agent",
    version: "v1.0",
    runs: 8,
    failed: 6,
    shared: null,
    latest: {
      at: "2026-11-29T05:00:00.000Z",
      title: "The key was rejected",
      fix: "Put in a new key.",
    },
    since_switch: null,
  };
  const since_switch = {
    at: "2026-11-28T09:00:00.000Z",
    event_id: "e1",
    from: { provider: "openai", model_id: "gpt-4o" },
    to: { provider: "openai", model_id: "gpt-5" },
    before: { ...side(130, 1), median_ms: 6900, cost_per_run_usd: 0.03 },
    after: side(8, 6),
    verdict: null,
  };
  const plain = makeSnapshot({ failing: [failing] });
  expect(agentFailing(plain)).toMatchObject([
    {
      code: "agent_failing",
      subject: { kind: "agent", id: "sql-agent/v1.0" },
      evidence: expect.stringContaining("6 of 8 runs failed in the last 24 hours. The latest"),
      fix: "Put in a new key.",
    },
  ]);
  expect(agentFailingSinceSwitch(plain)).toEqual([]);
  const switched = makeSnapshot({ failing: [{ ...failing, since_switch }] });
  expect(agentFailing(switched)).toEqual([]);
  expect(agentFailingSinceSwitch(switched)).toMatchObject([
    {
      code: "agent_failing_since_switch",
      evidence: expect.stringMatching(
        /6 of 8 runs failed\. Before, on gpt-4o: 1 of 130 runs failed, median 6\.90 s, \$0\.03/,
      ),
      action: { label: "Set it back", method: "POST", body: { event_id: "e1" } },
    },
  ]);
});
