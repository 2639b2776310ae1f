import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Console } from "./console";
import { writeExternalRows } from "./external-rows";
import { Normaliser } from "./normalise";
import { type Json, RequestRecorder } from "./requests";
import { routesOf } from "./routes-of";
import { type StoredData, storedData, tables } from "./stored-data";

const model = (provider: string, id: string) =>
  `/api/models/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`;
const agent = (name: string, version = "v1.0") => `/api/agents/${name}/${version}`;

const routes = {
  model: "/api/models/[provider]/[modelId]",
  agent: "/api/agents/[name]/[version]",
  key: "/api/providers/[id]/key",
  operation: "/api/operations/[id]",
};

const noUuid = "00000000-0000-4000-8000-000000000000";
const stale = { "if-match": '"stale"' };

/** The newest event of a history whose `after` names an attribute; otherwise an ID without event. */
function eventOf(answer: Json, attribute = ""): unknown {
  // The API's own shape (GET …/history).
  const { events = [] } = answer as { events?: { event_id: string; after: Json | null }[] };
  const found = events.find(({ after }) => JSON.stringify(after).includes(attribute));
  return found?.event_id ?? noUuid;
}

async function reading(api: RequestRecorder): Promise<void> {
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

async function models(api: RequestRecorder, data: StoredData): Promise<void> {
  const post = "POST /api/models";
  const draft = {
    provider: "openai",
    model_id: "guard-new",
    input_price: 0.5,
    supports_tools: true,
  };
  await api.request(post, "a model", { path: "/api/models", body: draft });
  await api.request(post, "one that exists", { path: "/api/models", body: draft });
  await api.request(post, "with every attribute", {
    path: "/api/models",
    body: {
      provider: "deepseek",
      model_id: "guard:full.1",
      display_name: " Guard full ",
      input_price: 0.0042,
      output_price: 1204.5,
      cache_read_price: 0,
      cache_write_price: null,
      max_tokens: 128000,
      max_output_tokens: 4096,
      supports_tools: false,
      supports_vision: null,
      is_active: true,
      is_default: true,
      lifecycle: "legacy",
      retires_on: "2027-03-01",
      purpose: "Everything at once",
      price_source: "catalog",
    },
  });
  await api.request(post, "the least", {
    path: "/api/models",
    body: { provider: "google", model_id: "guard-least" },
  });
  await api.request(post, "nothing", { path: "/api/models", body: {} });
  await api.request(post, "an unknown field", {
    path: "/api/models",
    body: { ...draft, colour: "red" },
  });
  await api.request(post, "wrong values", {
    path: "/api/models",
    body: {
      provider: "",
      model_id: "a#b c",
      input_price: -1,
      max_tokens: 1.5,
      is_active: "yes",
      lifecycle: "old",
    },
  });
  await api.request(post, "a provider of nobody", {
    path: "/api/models",
    body: { provider: "nobody", model_id: "x" },
  });
  await api.request(post, "no JSON", { path: "/api/models", body: "{" });
  await api.request(post, "a list", { path: "/api/models", body: "[]" });
  await api.request(post, "another type", {
    path: "/api/models",
    body: "a=b",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  await api.request(post, "too large", {
    path: "/api/models",
    body: JSON.stringify({ purpose: "x".repeat(300_000) }).slice(0, 280_000),
  });

  const patch = `PATCH ${routes.model}`;
  const own = model("openai", "guard-new");
  const change = (title: string, body: unknown, path = own, headers = {}) =>
    api.request(patch, title, { path, body, headers });
  await change("a price", { input_price: 0.75, output_price: 3 });
  await change("the same price", { input_price: 0.75 });
  await change("a price to null", { output_price: null });
  await change("names and limits", {
    display_name: "Guard renamed",
    max_tokens: 64000,
    purpose: "Short",
  });
  await change("a stale etag", { display_name: "Nobody's" }, own, stale);
  const { body: fresh } = await api.send("admin", "GET", { path: own });
  await change("a fresh etag", { supports_vision: true }, own, { "if-match": `"${fresh.etag}"` });
  await change("any etag", { supports_vision: false }, own, { "if-match": "*" });
  await change("deactivated", { is_active: false });
  await change("an inactive default", { is_default: true });
  await change("active and default", { is_active: true, is_default: true });
  await change("no default any more", { is_default: false });
  await change("an unknown field", { pk: "x" });
  await change("nothing", {});
  await change("wrong values", { input_price: "1", retires_on: "soon", display_name: "" });
  await change("no such model", { input_price: 1 }, model("openai", "none"));
  await change("a foreign row", { input_price: 3.25 }, model("openai", "guard-foreign"));
  await change("a legacy price", { input_price: 2.75 }, model("openai", "guard-legacy"));
  await change("a legacy price removed", { output_price: null }, model("openai", "guard-legacy"));
  await change(
    "a defective row repaired",
    { input_price: 1.5, supports_vision: null },
    model("openai", "guard-defective"),
  );
  await change("one of two defaults", { is_default: true }, model("openai", "gpt-4o"));
  await change("a model in use deactivated", { is_active: false }, model("openai", "guard-used"));
  await change("and active again", { is_active: true }, model("openai", "guard-used"));

  const historyPath = `${own}/history`;
  const history = await api.request(`GET ${routes.model}/history`, "of a changed model", {
    path: historyPath,
  });
  const rollback = `POST ${routes.model}/rollback`;
  const back = (title: string, body: unknown, path = own) =>
    api.request(rollback, title, { path: `${path}/rollback`, body });
  await back("an event", { event_id: eventOf(history.body, "display_name") });
  await back("the same again", { event_id: eventOf(history.body, "display_name") });
  await back("no such event", { event_id: noUuid });
  await back("nothing", {});
  await back("an unknown field", { event_id: noUuid, force: true });

  const probe = `POST ${routes.model}/probe`;
  const requested = (title: string, path: string, body: unknown) =>
    api.request(probe, title, { path: `${path}/probe`, body });
  await requested("streaming", model("openai", "gpt-4o"), { streaming: true });
  await requested("nothing", model("openai", "gpt-4o"), {
    tools: false,
    vision: false,
    streaming: false,
  });
  await requested("an unknown field", model("openai", "gpt-4o"), { sound: true });
  await requested("no such model", model("openai", "none"), { tools: true });

  const remove = `DELETE ${routes.model}`;
  const retire = (title: string, path: string, query = "", headers = {}) =>
    api.request(remove, title, { path: `${path}${query}`, headers });
  await retire("a stale etag", own, "", stale);
  await retire("an unused model", own);
  await retire("one that is gone", own);
  await retire("a default", model("anthropic", "claude-sonnet-5"));
  const used = model("openai", "guard-used");
  await retire("one in use without a replacement", used);
  await retire("a replacement that is none", used, "?replacement=openai%23none");
  await retire("a replacement in a wrong form", used, "?replacement=x");
  const retired = await retire(
    "one in use with a replacement",
    used,
    "?replacement=openai%23guard-spare",
  );
  await operations(api, retired.body.operation_id, "of a retirement");

  const defective = "DELETE /api/models/defective/[pk]";
  await api.request(defective, "a row without a separator", {
    path: "/api/models/defective/no-separator",
  });
  await api.request(defective, "a row that is gone", {
    path: "/api/models/defective/no-separator",
  });
  await api.request(defective, "a sound row", { path: "/api/models/defective/openai%23gpt-4o" });
  await data.put(tables.models, { pk: { S: "also-no-separator" } });
  await api.request(defective, "another one", { path: "/api/models/defective/also-no-separator" });
}

async function operations(api: RequestRecorder, id: unknown, title: string): Promise<void> {
  const path = `/api/operations/${id ?? noUuid}`;
  await api.request(`GET ${routes.operation}`, title, { path });
  await api.request(`POST ${routes.operation}/stop`, title, { path: `${path}/stop` });
  await api.request(`POST ${routes.operation}/resume`, title, { path: `${path}/resume` });
  const undone = await api.request(`POST ${routes.operation}/undo`, title, {
    path: `${path}/undo`,
  });
  await api.request(`POST ${routes.operation}/undo`, `${title}, twice`, { path: `${path}/undo` });
  await api.request(`POST ${routes.operation}/resume`, `${title}, undone`, {
    path: `${path}/resume`,
  });
  await api.request(`GET ${routes.operation}`, `${title}, undone`, { path });
  const undo = `/api/operations/${undone.body.operation_id ?? noUuid}`;
  await api.request(`GET ${routes.operation}`, `the undo ${title}`, { path: undo });
}

async function transfer(api: RequestRecorder): Promise<void> {
  const route = "POST /api/models/import";
  const take = (title: string, query: string, body: unknown, type = "application/json") =>
    api.request(route, title, {
      path: `/api/models/import${query}`,
      body,
      headers: { "content-type": type },
    });
  const rows = [
    {
      provider: "openai",
      model_id: "guard-imported",
      display_name: "Imported",
      input_price: 1,
      output_price: 2,
    },
    { provider: "openai", model_id: "gpt-4o", display_name: "GPT-4o, imported" },
    { provider: "xai", model_id: "guard-1k", input_price: 0.003, output_price: 0.015 },
  ];
  await take("a dry run", "?dry_run=true", rows);
  const written = await take("JSON", "", rows);
  await take("the same again", "", rows);
  await take("prices per 1K", "?price_unit=1K", [{ ...rows[2], model_id: "guard-1k-too" }]);
  await take("mixed units", "?price_unit=mixed", [{ ...rows[2], model_id: "guard-mixed" }]);
  const wrong = [
    ...rows,
    { provider: "openai", model_id: "a#b" },
    { provider: "openai", model_id: "x", input_price: -1 },
  ];
  await take("wrong rows, all or nothing", "", wrong);
  await take("wrong rows, in part", "?mode=partial", wrong);
  await take(
    "CSV",
    "",
    'provider,model_id,display_name,input_price\nopenai,guard-csv,"A, comma",0.25\n',
    "text/csv",
  );
  await take(
    "CSV with unknown columns",
    "",
    "provider,model_id,colour\nopenai,guard-csv-2,red\n",
    "text/csv",
  );
  await take("nothing", "", "");
  await take("no rows", "", []);
  await take("no JSON", "", "{");
  await take("a wrong mode", "?mode=all", rows);
  await take("an operation id that is none", "?operation_id=7", rows);
  await take("an operation id", `?operation_id=${randomUUID()}`, [
    { ...rows[0], model_id: "guard-watched" },
  ]);
  await operations(api, written.body.operation_id, "of an import");
}

async function prices(api: RequestRecorder): Promise<void> {
  const sync = (title: string, query: string, body?: unknown) =>
    api.request("POST /api/prices/sync", title, {
      path: `/api/prices/sync${query}`,
      ...(body !== undefined && { body }),
    });
  await sync("a dry run", "?dry_run=true");
  await sync("a dry run of one", "?dry_run=true", {
    prices: [{ pk: "openai#gpt-4o", names: ["input_price"] }],
  });
  await sync("an unknown price", "", { prices: [{ pk: "openai#gpt-4o", names: ["tip"] }] });
  await sync("an unknown field", "", { all: true });
  const off = { path: model("openai", "gpt-4o"), body: { input_price: 9, output_price: 9 } };
  await api.request(`PATCH ${routes.model}`, "a price off the catalog", off);
  await sync("a stale one", "", {
    prices: [{ pk: "openai#gpt-4o", names: ["input_price"], etag: "stale" }],
  });
  const done = await sync("two prices of one", "", {
    prices: [{ pk: "openai#gpt-4o", names: ["input_price", "output_price"] }],
  });
  await sync("no such model", "", { prices: [{ pk: "openai#none", names: ["input_price"] }] });
  await operations(api, done.body.operation_id, "of a sync");
  await sync("everything", "");

  const confirm = (title: string, body: unknown) =>
    api.request("POST /api/prices/confirm", title, { path: "/api/prices/confirm", body });
  await confirm("nothing", {});
  await confirm("no models", { models: [] });
  await confirm("a stale one", { models: [{ pk: "xai#guard-assumed", etag: "stale" }] });
  const confirmed = await confirm("an assumed one and a sound one", {
    models: [{ pk: "xai#guard-assumed" }, { pk: "openai#gpt-4o" }, { pk: "openai#none" }],
  });
  await operations(api, confirmed.body.operation_id, "of a confirmation");
  await api.request("GET /api/prices/[provider]/[modelId]", "with a history", {
    path: "/api/prices/openai/gpt-4o",
  });
}

async function agents(api: RequestRecorder, data: StoredData): Promise<void> {
  const patch = (title: string, body: unknown, name = "guard-agent", headers = {}) =>
    api.request(`PATCH ${routes.agent}`, title, { path: agent(name), body, headers });
  await patch("another provider and model", {
    llm_provider: "anthropic",
    llm_model: "claude-3-5-sonnet-20241022",
  });
  await patch("the same again", {
    llm_provider: "anthropic",
    llm_model: "claude-3-5-sonnet-20241022",
  });
  await patch("a prompt", { system_prompt: "You help.\nYou are thorough." });
  await patch("a stale etag", { system_prompt: "Nobody's" }, "guard-agent", stale);
  await patch("a model that is not registered", { llm_provider: "openai", llm_model: "none" });
  await patch("a model alone", { llm_model: "gpt-4o" });
  await patch("a provider that the runtime does not know", {
    llm_provider: "xai",
    llm_model: "grok-2-1212",
  });
  await patch("that all the same", {
    llm_provider: "xai",
    llm_model: "grok-2-1212",
    override_reason: "a trial",
  });
  await patch("an unknown field", { status: "gone" });
  await patch("nothing", {});
  await patch("wrong values", { llm_model: "", override_reason: "x" });
  await patch("no such agent", { llm_model: "gpt-4o" }, "none");
  await patch(
    "an older agent to another provider",
    { llm_provider: "openai", llm_model: "gpt-4o" },
    "guard-older",
  );
  await patch(
    "an older agent to another model",
    { llm_model: "claude-3-opus-20240229" },
    "guard-older",
  );
  await patch("an alias", { llm_provider: "openai", llm_model: "guard-spare" }, "guard-alias");
  await patch("a prompt of malformed", { system_prompt: "New." }, "guard-malformed");

  const path = agent("guard-agent");
  const history = await api.request(`GET ${routes.agent}/history`, "of a changed agent", {
    path: `${path}/history`,
  });
  const back = (title: string, body: unknown) =>
    api.request(`POST ${routes.agent}/rollback`, title, { path: `${path}/rollback`, body });
  await back("a prompt", { event_id: eventOf(history.body, "system_prompt") });
  await back("a model", { event_id: eventOf(history.body, "llm_model") });
  await back("no such event", { event_id: noUuid });
  await back("nothing", {});

  const [row] = (await data.scan(tables.agents)).filter(
    ({ agent_name }) => agent_name?.S === "guard-alias",
  );
  await data.put(tables.agents, {
    ...row,
    llm_provider: { S: "gpt" },
    llm_model: { S: "guard-used" },
  });
  await api.request(`GET ${routes.agent}`, "what a deploy reverted", {
    path: agent("guard-alias"),
  });
  await api.request(`GET ${routes.agent}/trace`, "what a deploy reverted", {
    path: `${agent("guard-alias")}/trace`,
  });

  const bulk = (title: string, query: string, body: unknown) =>
    api.request("POST /api/agents/switch", title, { path: `/api/agents/switch${query}`, body });
  const to = { provider: "openai", model_id: "gpt-4o" };
  await bulk("a dry run", "?dry_run=true", { from: { provider: "google" }, to });
  const done = await bulk("a provider's agents", "", { from: { provider: "google" }, to });
  await bulk("the same again", "", { from: { provider: "google" }, to });
  await bulk("named agents", "", {
    agents: [
      { agent_name: "guard-agent", version: "v1.0" },
      { agent_name: "none", version: "v1.0" },
    ],
    to,
  });
  await bulk("agents on one model, refused", "", {
    from: { provider: "openai", model_id: "gpt-4o" },
    to: { provider: "xai", model_id: "grok-2-1212" },
  });
  await bulk("a model that is none", "", {
    from: { provider: "openai" },
    to: { provider: "openai", model_id: "none" },
  });
  await bulk("nothing", "", {});
  await bulk("an unknown field", "", { from: { provider: "google" }, to, force: true });
  await operations(api, done.body.operation_id, "of a bulk switch");
}

async function keys(api: RequestRecorder): Promise<void> {
  const path = (id: string, step = "") => `/api/providers/${id}/key${step}`;
  const put = (title: string, id: string, body: unknown) =>
    api.request(`PUT ${routes.key}`, title, { path: path(id), body });
  const step = (name: string, title: string, id: string, body?: unknown) =>
    api.request(`POST ${routes.key}/${name}`, title, {
      path: path(id, `/${name}`),
      ...(body !== undefined && { body }),
    });
  const tried = await step("verify", "a new key", "xai", { api_key: "sandbox-xai-guard-0002" });
  await step("verify", "the stored key", "openai");
  await step("verify", "a bad key", "anthropic", { api_key: "sandbox-fail-bad_key-guard" });
  await step("verify", "no such provider", "nobody", {});
  await step("verify", "wrong values", "openai", { api_key: "two words" });
  await put("with a receipt", "xai", {
    api_key: "sandbox-xai-guard-0002",
    receipt: tried.body.receipt,
  });
  await put("the same key", "xai", { api_key: "sandbox-xai-guard-0002" });
  await put("with an end", "deepseek", {
    api_key: " sandbox-deepseek-guard-0002 ",
    expires_at: "2027-06-30T00:00:00Z",
  });
  await put("a bearer token", "bedrock", { api_key: "sandbox-bedrock-guard-0002" });
  await put("wrong values", "openai", { api_key: "two words", expires_at: "soon" });
  await put("an unknown field", "openai", { api_key: "sandbox-openai-guard-0002", key: "x" });
  await put("no such provider", "nobody", { api_key: "sandbox-x" });
  await step("rollback", "a key", "xai");
  await step("rollback", "the same again", "xai");
  await step("rollback", "nothing to roll back to", "google");
  await step("repair", "nothing to repair", "xai");
  await step("repair", "no such provider", "nobody");
  await step("generate", "wrong hours", "bedrock", { hours: 13 });
  await step("generate", "a provider without tokens", "openai", { hours: 1 });
  await step("generate", "a token", "bedrock", { hours: 2 });
  await api.request(`DELETE ${routes.key}`, "a key", { path: path("deepseek") });
  await api.request(`DELETE ${routes.key}`, "a key that is gone", { path: path("deepseek") });
  await api.request(`DELETE ${routes.key}`, "no such provider", { path: path("nobody") });
  await step("rollback", "a removed key", "deepseek");
  await api.request("GET /api/providers", "after changes of keys", { path: "/api/providers" });
}

const lostAgent = {
  code: "agent_model_missing",
  subject: { kind: "agent", id: "guard-lost/v1.0" },
};

const plain = { provider: "openai", model_id: "gpt-4o", prompt: "Say hello." };

async function completions(api: RequestRecorder): Promise<void> {
  const ask = (title: string, body: unknown) =>
    api.request("POST /api/completions", title, { path: "/api/completions", body });
  await ask("streamed", plain);
  await ask("whole", { ...plain, stream: false });
  await ask("with its exchange", { ...plain, stream: false, raw: true });
  for (const [provider, model_id] of [
    ["anthropic", "claude-3-5-sonnet-20241022"],
    ["google", "gemini-1.5-pro-002"],
    ["bedrock", "eu.amazon.nova-pro-v1:0"],
    ["xai", "grok-4.5"],
  ]) {
    await ask(`of ${provider}`, {
      provider,
      model_id,
      prompt: "Say hello.",
      system: "Be brief.",
      max_tokens: 100,
      temperature: 0.5,
    });
  }
  const tools = [
    {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  ];
  await ask("a tool", {
    ...plain,
    prompt: "Call the tool get_weather for Berlin",
    tools,
    stream: false,
  });
  for (const code of ["bad_key", "rate_limited", "overloaded", "context_too_long"]) {
    await ask(`failing: ${code}`, { ...plain, prompt: `[[fail:${code}]]` });
    await ask(`failing, whole: ${code}`, { ...plain, prompt: `[[fail:${code}]]`, stream: false });
  }
  await ask("no such model", { ...plain, model_id: "none" });
  await ask("of a provider of nobody", { ...plain, provider: "nobody" });
  await ask("without a key", { provider: "deepseek", model_id: "deepseek-chat", prompt: "x" });
  await ask("nothing", {});
  await ask("an unknown field", { ...plain, seed: 1 });
  await ask("wrong values", {
    ...plain,
    temperature: 3,
    max_tokens: 0,
    tools: [{ name: "no good name" }],
  });
  await ask("prompt and messages", { ...plain, messages: [{ role: "user", content: "x" }] });
  await ask("a conversation", {
    provider: "openai",
    model_id: "gpt-4o",
    stream: false,
    messages: [
      { role: "user", content: "Say hello." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: [{ type: "text", text: "Again." }] },
    ],
  });
  await api.request(`GET ${routes.model}`, "with a last test", { path: model("openai", "gpt-4o") });
}

const doneRun = {
  usage: { input_tokens: 3, output_tokens: 5 },
  cost_usd: 0.0042,
  first_token_ms: 10,
  latency_ms: 20,
  stop_reason: "end",
  simulated: true,
};

const pastRun = {
  inputs: { models: ["openai#gpt-4o"], prompt: "Say hello.", stream: true },
  results: [
    {
      pk: "openai#gpt-4o",
      state: "done",
      text: "Hello.",
      tool_calls: [],
      done: doneRun,
      failure: null,
    },
  ],
};

async function runs(api: RequestRecorder): Promise<void> {
  const route = "/api/playground/runs";
  const keep = (title: string, body: unknown) =>
    api.request(`POST ${route}`, title, { path: route, body });
  const stored = await keep("a run", pastRun);
  await keep("nothing", {});
  await keep("an unknown field", { ...pastRun, colour: "red" });
  await api.request(`GET ${route}`, "one", { path: route });
  const path = `${route}/${encodeURIComponent(String(stored.body.run_id))}`;
  await api.request(`GET ${route}/[id]`, "a run", { path });
  await api.request(`DELETE ${route}/[id]`, "a run", { path });
  await api.request(`DELETE ${route}/[id]`, "a run that is gone", { path });
  await keep("another run", pastRun);
  await api.request(`DELETE ${route}`, "all", { path: route });
}

async function budgets(api: RequestRecorder): Promise<void> {
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

async function checks(api: RequestRecorder): Promise<void> {
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

async function tokens(api: RequestRecorder): Promise<void> {
  const path = "/api/tokens";
  const make = (title: string, body: unknown) => api.request(`POST ${path}`, title, { path, body });
  const made = await make("a token", { name: "guard-made", role: "viewer", expires_in_days: 30 });
  await make("a name that is taken", { name: "guard-made", role: "viewer", expires_in_days: 30 });
  await make("wrong values", { name: "no name", role: "owner", expires_in_days: 400 });
  await make("nothing", {});
  await make("an unknown field", {
    name: "guard-x",
    role: "viewer",
    expires_in_days: 1,
    colour: "red",
  });
  await api.request(`DELETE ${path}/[id]`, "a token", { path: `${path}/${made.body.id}` });
  await api.request(`DELETE ${path}/[id]`, "the same again", { path: `${path}/${made.body.id}` });
  await api.request(`DELETE ${path}/[id]`, "no such token", { path: `${path}/0123456789abcdef` });
  await api.request(`GET ${path}`, "one revoked", { path });
}

async function activity(api: RequestRecorder): Promise<void> {
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

async function signOut(api: RequestRecorder): Promise<void> {
  const route = "POST /api/auth/[...nextauth]";
  const form = { "content-type": "application/x-www-form-urlencoded" };
  await api.request(route, "a wrong token", {
    path: "/api/auth/callback/local",
    body: "token=wrong&json=true",
    headers: form,
  });
  await api.request(route, "sign-out without its CSRF token", {
    path: "/api/auth/signout",
    body: "json=true",
    headers: form,
  });
  await api.request(route, "no such step", { path: "/api/auth/nothing", body: "", headers: form });
}

/** Writes the data of an older console: changes, an operation, a key, a budget, a token, a run. */
export async function writeOldData(console: Console): Promise<void> {
  const data = storedData(console.awsUrl);
  await writeExternalRows(data);
  const api = recorderOf(console, data);
  await api.start();
  const write = async (method: string, path: string, body: unknown) => {
    const { status, text } = await api.send("admin", method, { path, body });
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
  };
  const to = { provider: "openai", model_id: "gpt-4o" };
  await write("POST", "/api/models", { provider: "openai", model_id: "guard-old", input_price: 1 });
  await write("PATCH", model("openai", "guard-old"), { input_price: 2, max_tokens: 1000 });
  await write("PATCH", model("openai", "guard-old"), { is_default: true });
  await write("PATCH", agent("guard-agent"), { system_prompt: "Written by the old one." });
  await write("POST", "/api/agents/switch", { from: { provider: "google" }, to });
  await write("PUT", "/api/budgets", { scope: "agent", key: "sql-agent", monthly_usd: 12.5 });
  await write("POST", "/api/tokens", { name: "guard-old", role: "viewer", expires_in_days: 30 });
  await write("PUT", "/api/providers/xai/key", { api_key: "sandbox-xai-guard-0002" });
  await write("POST", "/api/checks/dismiss", { ...lostAgent, reason: "known to the old one" });
  await write("POST", "/api/completions", { ...plain, stream: false });
  await write("POST", `${model("openai", "gpt-4o")}/probe`, { streaming: true });
  await write("POST", "/api/playground/runs", pastRun);
  data.close();
}

/** Reads an older console's data and undoes its changes. */
export async function recordOldData(
  console: Console,
  checkout: string,
  folder: string,
): Promise<string[]> {
  const data = storedData(console.awsUrl);
  const api = recorderOf(console, data);
  await api.start();
  await reading(api);
  const own = model("openai", "guard-old");
  const { body: history } = await api.send("admin", "GET", { path: `${own}/history` });
  await api.request(`POST ${routes.model}/rollback`, "a change of the old one", {
    path: `${own}/rollback`,
    body: { event_id: eventOf(history, "max_tokens") },
  });
  await api.request(`PATCH ${routes.model}`, "a row of the old one", {
    path: own,
    body: { input_price: 3 },
  });
  const { body: switches } = await api.send("admin", "GET", { path: "/api/activity?kind=agent" });
  // The API's own shape (GET /api/activity).
  const { events = [] } = switches as { events?: { operation_id: string | null }[] };
  const switched = events.find(({ operation_id }) => operation_id !== null);
  await operations(api, switched?.operation_id, "of the old one");
  await api.request(`POST ${routes.key}/rollback`, "a key of the old one", {
    path: "/api/providers/xai/key/rollback",
  });
  await api.request("DELETE /api/checks/dismiss", "a dismissal of the old one", {
    path: "/api/checks/dismiss",
    body: lostAgent,
  });
  await api.request("PUT /api/budgets", "a budget of the old one", {
    path: "/api/budgets",
    body: { scope: "agent", key: "sql-agent", monthly_usd: 20 },
  });
  const { body: list } = await api.send("admin", "GET", { path: "/api/playground/runs" });
  // The API's own shape (GET /api/playground/runs).
  const { runs: stored = [] } = list as { runs?: { run_id: string }[] };
  await api.request("GET /api/playground/runs/[id]", "a run of the old one", {
    path: `/api/playground/runs/${encodeURIComponent(stored[0]?.run_id ?? noUuid)}`,
  });
  await activity(api);
  await api.save(join(folder, "api"), routesOf(checkout));
  data.close();
  return api.failures;
}

function recorderOf(console: Console, data: StoredData): RequestRecorder {
  const addresses: [string, string][] = [
    [console.url, "<console>"],
    [console.awsUrl, "<aws>"],
    [console.simulatorUrl, "<providers>"],
  ];
  return new RequestRecorder(console, data, () => new Normaliser(addresses));
}

/** Records every route of a running console into a folder. @returns failures */
export async function recordApi(
  console: Console,
  checkout: string,
  folder: string,
): Promise<string[]> {
  const data = storedData(console.awsUrl);
  await writeExternalRows(data);
  const api = recorderOf(console, data);
  await api.start();
  const declared = routesOf(checkout);
  await reading(api);
  const description = "GET /api/openapi.json";
  if (declared.includes(description)) {
    await api.request(description, "the description", { path: "/api/openapi.json" });
  }
  await models(api, data);
  await transfer(api);
  await prices(api);
  await agents(api, data);
  await keys(api);
  await completions(api);
  await runs(api);
  await budgets(api);
  await checks(api);
  await tokens(api);
  await activity(api);
  await signOut(api);
  await api.recordRefusals();
  await api.save(join(folder, "api"), declared);
  data.close();
  return api.failures;
}
