import type { RequestRecorder } from "../requests";
import { agent, model, noUuid, routes } from "./paths";

export async function reading(api: RequestRecorder): Promise<void> {
  const get = (route: string, title: string, path = route) =>
    api.request(`GET ${route}`, title, { path });
  await get("/api/health", "answers");
  await get("/api/health/ready", "answers");
  await get("/api/[...path]", "an address of nothing", "/api/nowhere/at/all");
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    await api.request(`${method} /api/[...path]`, "an address of nothing", {
      path: "/api/nowhere",
      body: {},
    });
  }
  await get("/api/models", "all of them");
  const list = await api.send("admin", "GET", { path: "/api/models?provider=xai" });
  const etag = list.headers.get("etag") ?? "";
  await api.request("GET /api/models", "known already", {
    path: "/api/models?provider=xai",
    headers: { "if-none-match": etag },
  });
  await get("/api/models", "of a provider with an alias", "/api/models?provider=amazon");
  await get("/api/models", "inactive ones", "/api/models?active=false");
  await get("/api/models", "a search", "/api/models?q=sonnet");
  await get("/api/models", "a wrong filter", "/api/models?active=perhaps");
  await get(routes.model, "a model", model("openai", "gpt-4o"));
  await get(routes.model, "a foreign row", model("openai", "guard-foreign"));
  await get(routes.model, "a legacy price", model("openai", "guard-legacy"));
  await get(routes.model, "an assumed price", model("xai", "guard-assumed"));
  await get(routes.model, "an id with a colon", model("amazon", "eu.guard-profile-v1:0"));
  await get(routes.model, "a defective row", model("openai", "guard-defective"));
  await get(routes.model, "no such model", model("openai", "none"));
  await get(routes.model, "a slash in an id", model("openai", "a/b"));
  await get(`${routes.model}/history`, "empty", `${model("openai", "gpt-4o")}/history`);
  await get(`${routes.model}/history`, "no such model", `${model("openai", "none")}/history`);
  await get("/api/models/export", "JSON");
  await get("/api/models/export", "CSV", "/api/models/export?format=csv");
  await get("/api/models/export", "a wrong format", "/api/models/export?format=xml");
  await get("/api/costs/prices", "all of them");
  for (const [provider = "", id = ""] of [
    ["openai", "gpt-4o"],
    ["anthropic", "claude-3-opus-20240229"],
    ["xai", "guard-assumed"],
    ["openai", "none"],
  ]) {
    await get("/api/prices/[provider]/[modelId]", id, `/api/prices/${provider}/${id}`);
  }
  await get("/api/providers", "all of them");
  for (const id of ["openai", "anthropic", "google", "bedrock", "xai", "deepseek", "nobody"]) {
    await get("/api/providers/[id]/known-models", id, `/api/providers/${id}/known-models`);
    await get("/api/providers/[id]/available-models", id, `/api/providers/${id}/available-models`);
  }
  await get("/api/agents", "all of them");
  await get("/api/agents", "of a provider", "/api/agents?provider=anthropic");
  await get("/api/agents", "by status", "/api/agents?status=testing");
  await get("/api/agents", "versions of one", "/api/agents?name=sql-agent");
  const names = [
    "sql-agent",
    "guard-agent",
    "guard-alias",
    "guard-older",
    "guard-malformed",
    "guard-lost",
    "support-agent",
    "translate-agent",
    "bare-agent",
    "none",
  ];
  for (const name of names) {
    await get(routes.agent, name, agent(name));
    await get(`${routes.agent}/trace`, name, `${agent(name)}/trace`);
    await get(`${routes.agent}/history`, name, `${agent(name)}/history`);
    const to = "provider=bedrock&model_id=eu.amazon.nova-pro-v1%3A0";
    await get(`${routes.agent}/preflight`, name, `${agent(name)}/preflight?${to}`);
  }
  await get(
    `${routes.agent}/preflight`,
    "to nothing",
    `${agent("sql-agent")}/preflight?provider=openai&model_id=none`,
  );
  await get(`${routes.agent}/preflight`, "without a model", `${agent("sql-agent")}/preflight`);
  for (const group of ["provider", "model", "agent"]) {
    await get(
      "/api/usage",
      `by ${group}`,
      `/api/usage?group_by=${group}&from=2026-12-01&to=2026-12-14`,
    );
    await get(
      "/api/usage/export",
      `by ${group}`,
      `/api/usage/export?group_by=${group}&from=2026-12-01&to=2026-12-14`,
    );
  }
  await get(
    "/api/usage",
    "within one provider",
    "/api/usage?group_by=agent&provider=anthropic&from=2026-12-10&to=2026-12-14",
  );
  await get("/api/usage", "a day that is none", "/api/usage?from=yesterday");
  await get("/api/usage", "from after to", "/api/usage?from=2026-12-14&to=2026-12-01");
  await get("/api/budgets", "none yet");
  await get("/api/checks", "all of them");
  await get("/api/activity", "a wrong day", "/api/activity?day=yesterday");
  await get("/api/tokens", "all of them");
  await get("/api/playground/runs", "none yet");
  await get("/api/playground/runs/[id]", "no such run", `/api/playground/runs/${noUuid}`);
  await get(routes.operation, "no such operation", `/api/operations/${noUuid}`);
  await get("/api/auth/[...nextauth]", "providers", "/api/auth/providers");
  await get("/api/auth/[...nextauth]", "csrf", "/api/auth/csrf");
  await get("/api/auth/[...nextauth]", "session", "/api/auth/session");
  await get("/api/auth/[...nextauth]", "no such step", "/api/auth/nothing");
}
