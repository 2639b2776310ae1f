import type { RequestRecorder } from "../requests";
import { type StoredData, tables } from "../stored-data";
import { operations } from "./operations";
import { agent, eventOf, noUuid, routes, stale } from "./paths";

export async function agents(api: RequestRecorder, data: StoredData): Promise<void> {
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
