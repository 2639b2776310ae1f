import type { RequestRecorder } from "../requests";
import { routes } from "./paths";

export async function keys(api: RequestRecorder): Promise<void> {
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

export async function tokens(api: RequestRecorder): Promise<void> {
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

export async function signOut(api: RequestRecorder): Promise<void> {
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
