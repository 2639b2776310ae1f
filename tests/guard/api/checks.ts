import type { RequestRecorder } from "../requests";
import { eventOf, noUuid } from "./paths";

export const lostAgent = {
  code: "agent_model_missing",
  subject: { kind: "agent", id: "guard-lost/v1.0" },
};

export async function budgets(api: RequestRecorder): Promise<void> {
  const put = (title: string, body: unknown, headers = {}) =>
    api.request("PUT /api/budgets", title, { path: "/api/budgets", body, headers });
  await put("of a provider", { scope: "provider", key: "openai", monthly_usd: 0.5 });
  await put("of a model", {
    scope: "model",
    key: "anthropic#claude-3-opus-20240229",
    monthly_usd: 1204.5,
  });
  const set = await put("of an agent", { scope: "agent", key: "sql-agent", monthly_usd: 100 });
  await put("changed", { scope: "agent", key: "sql-agent", monthly_usd: 250.25 });
  await put(
    "a stale etag",
    { scope: "agent", key: "sql-agent", monthly_usd: 3 },
    { "if-match": `"${set.body.etag}"` },
  );
  await put("of a provider of nobody", { scope: "provider", key: "nobody", monthly_usd: 1 });
  await put("wrong values", { scope: "team", key: "", monthly_usd: 0 });
  await put("nothing", {});
  await put("an unknown field", { scope: "agent", key: "sql-agent", monthly_usd: 3, daily: true });
  await api.request("GET /api/budgets", "three", { path: "/api/budgets" });
  await api.request("POST /api/budgets/evaluate", "three", { path: "/api/budgets/evaluate" });
  await put("removed", { scope: "agent", key: "sql-agent", monthly_usd: null });
  await put("removed again", { scope: "agent", key: "sql-agent", monthly_usd: null });
  await api.request("POST /api/budgets/evaluate", "after one was removed", {
    path: "/api/budgets/evaluate",
  });
  const activity = await api.send("admin", "GET", {
    path: "/api/activity?entity=budget:agent:sql-agent",
  });
  const back = (title: string, body: unknown, id = "agent:sql-agent") =>
    api.request("POST /api/budgets/[id]/rollback", title, {
      path: `/api/budgets/${encodeURIComponent(id)}/rollback`,
      body,
    });
  await back("the removal", { event_id: eventOf(activity.body) });
  await back("no such event", { event_id: noUuid });
  await back("no such budget", { event_id: noUuid }, "agent:none");
  await back("nothing", {});
}

export async function checks(api: RequestRecorder): Promise<void> {
  const path = "/api/checks/dismiss";
  const dismiss = (title: string, body: unknown) =>
    api.request(`POST ${path}`, title, { path, body });
  const restore = (title: string, body: unknown) =>
    api.request(`DELETE ${path}`, title, { path, body });
  await dismiss("a finding", { ...lostAgent, reason: "known to us", until: "2027-01-31" });
  await dismiss("the same again", { ...lostAgent, reason: "known still", until: null });
  await dismiss("without a reason", lostAgent);
  await dismiss("wrong values", { code: "nothing", subject: { kind: "x", id: "" }, reason: "x" });
  await dismiss("an unknown field", { ...lostAgent, reason: "known to us", colour: "red" });
  await api.request("GET /api/checks", "with a dismissed one", { path: "/api/checks" });
  await restore("a finding", lostAgent);
  await restore("the same again", lostAgent);
  await restore("nothing", {});
  const diagnose = (title: string, body: unknown) =>
    api.request("POST /api/checks/diagnose", title, { path: "/api/checks/diagnose", body });
  await diagnose("a missing endpoint", {
    text: '{"Error":"States.TaskFailed","Cause":"support-agent: Missing field `endpoint`"}',
  });
  await diagnose("a query that failed", { text: "States.QueryEvaluationError in guard-lost" });
  await diagnose("the weather", { text: "the weather is fine" });
  await diagnose("nothing", {});
}

export async function activity(api: RequestRecorder): Promise<void> {
  const get = (title: string, query: string) =>
    api.request("GET /api/activity", title, { path: `/api/activity${query}` });
  for (const kind of ["model", "agent", "key", "check", "budget", "token"])
    await get(`of ${kind}s`, `?kind=${kind}`);
  await get("of a model", "?entity=model:openai%23gpt-4o");
  await get("of an agent", "?entity=agent:guard-agent/v1.0");
  await get("of a key", "?entity=key:xai");
  await get("by action", "?action=model.delete");
  await get("by a person", "?actor=admin&kind=key");
  await get("of a day", "?day=2026-12-15&kind=budget");
  await get("of a day without events", "?day=2026-01-01");
  await get("an unknown kind", "?kind=nothing");
  const page = await api.send("admin", "GET", { path: "/api/activity?kind=model" });
  await get("a second page", `?kind=model&cursor=${encodeURIComponent(String(page.body.cursor))}`);
  const file = (title: string, query: string) =>
    api.request("GET /api/activity/export", title, { path: `/api/activity/export${query}` });
  await file("JSON", "?kind=budget");
  await file("CSV", "?kind=budget&format=csv");
  await file("a wrong format", "?format=xml");
}
