import { randomUUID } from "node:crypto";
import type { RequestRecorder } from "../requests";
import { type StoredData, tables } from "../stored-data";
import { operations } from "./operations";
import { eventOf, model, noUuid, routes, stale } from "./paths";

export async function models(api: RequestRecorder, data: StoredData): Promise<void> {
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

export async function transfer(api: RequestRecorder): Promise<void> {
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

export async function prices(api: RequestRecorder): Promise<void> {
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
