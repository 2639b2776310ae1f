import { join } from "node:path";
import { keys, signOut, tokens } from "./api/access";
import { agents } from "./api/agents";
import { completions, pastRun, plain, runs } from "./api/calls";
import { activity, budgets, checks, lostAgent } from "./api/checks";
import { models, prices, transfer } from "./api/models";
import { operations } from "./api/operations";
import { agent, eventOf, model, noUuid, routes } from "./api/paths";
import { reading } from "./api/reading";
import type { Console } from "./console";
import { writeExternalRows } from "./external-rows";
import { Normaliser } from "./normalise";
import { RequestRecorder } from "./requests";
import { routesOf } from "./routes-of";
import { type StoredData, storedData } from "./stored-data";

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
