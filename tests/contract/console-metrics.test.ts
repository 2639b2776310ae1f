// The metric filters of the CloudFormation template, against the lines that the console writes.
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportProcessMetrics } from "@/lib/http/process-metrics";
import manifest from "@/package.json";
import { readTemplate } from "../../scripts/deploy/template";
import { startStackInProcess } from "../support/console-in-process";
import { matchesFilter } from "../support/log-filter";
import { Caller, type Json } from "./console";
import { sendForm } from "./session-forms";

let app: Awaited<ReturnType<typeof startStackInProcess>>;

beforeAll(async () => {
  app = await startStackInProcess({ seed: "none", env: { LOG_LEVEL: "info" } });
});

afterAll(() => app.stop());

type MetricFilter = {
  FilterPattern: string;
  MetricTransformations: { MetricName: string; MetricValue: string }[];
};

const filters = Object.values(readTemplate().Resources)
  .filter(({ Type }) => Type === "AWS::Logs::MetricFilter")
  // AWS's validator has checked these properties.
  .map(({ Properties }) => Properties as MetricFilter);

/** The values that CloudWatch Logs takes from the log so far, by metric. */
function metricsOf(output: string): Record<string, number[]> {
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Json => JSON.parse(line));
  return Object.fromEntries(
    filters.map(({ FilterPattern, MetricTransformations: [metric] }) => {
      const { MetricName = "", MetricValue = "" } = metric ?? {};
      const matching = lines.filter((line) => matchesFilter(FilterPattern, line));
      const field = /^\$\.(\w+)$/.exec(MetricValue)?.[1];
      return [MetricName, matching.map((line) => Number(field ? line[field] : MetricValue))];
    }),
  );
}

const valuesOf = (name: string) => metricsOf(app.output())[name] ?? [];

test("a request is measured in milliseconds, a completion and a health check aren't", async () => {
  const admin = new Caller(app.url, await app.signIn("admin"));
  const before = valuesOf("RequestMs").length;
  await admin.get("/api/models");
  await admin.post("/api/completions", { provider: "openai", model_id: "gpt-5", prompt: "Hello" });
  await admin.get("/api/health");
  const measured = valuesOf("RequestMs").slice(before);
  expect(measured).toHaveLength(1);
  expect(measured[0]).toBeGreaterThanOrEqual(0);
  expect(valuesOf("ServerErrors")).toEqual([]);
});

test("a refused sign-in counts, an accepted one doesn't", async () => {
  await app.signIn("viewer");
  const before = valuesOf("RefusedSignIns").length;
  await sendForm(app.url, "callback/local", { token: "not a token" });
  await app.signIn("viewer");
  expect(valuesOf("RefusedSignIns").slice(before)).toEqual([1]);
});

test("each copy reports its event loop and its memory", async () => {
  const stop = reportProcessMetrics(20);
  await expect.poll(() => valuesOf("EventLoopDelayMs").length).toBeGreaterThan(0);
  stop();
  expect(valuesOf("ResidentMemory").every((megabytes) => megabytes > 10)).toBe(true);
});

test("the health check says which release runs", async () => {
  const { body } = await new Caller(app.url, null).get("/api/health");
  expect(body).toEqual({ status: "ok", release: manifest.version });
});

test("an answer with 500 or more counts as an error of the server", () => {
  const line = { message: "Request", status: 502, ms: 3, path: "/api/models" };
  const metrics = metricsOf(JSON.stringify(line));
  expect(metrics.ServerErrors).toEqual([1]);
  expect(metricsOf(JSON.stringify({ ...line, status: 404 })).ServerErrors).toEqual([]);
});
