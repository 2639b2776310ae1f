import "server-only";
import type { Examples } from "./example";
import { at, page, token } from "./records";

export const systemExamples = {
  listActivity: { query: { entity: "model:openai#gpt-4o" }, answer: page },
  exportActivity: { query: { format: "csv", day: "2026-11-28" } },
  listTokens: { answer: { tokens: [token] } },
  createToken: {
    body: { name: "nightly-report", role: "viewer", expires_in_days: 90 },
    answer: { ...token, token: "swb_0123456789abcdef_…" },
  },
  revokeToken: {
    params: { id: token.id },
    answer: { ...token, state: "revoked", revoked_at: at, revoked_by: "alice@example.com" },
  },
  getOpenapi: {
    answer: {
      openapi: "3.1.0",
      info: { title: "Switchboard", version: "1" },
      paths: {},
      components: {},
    },
  },
  getHealth: { answer: { status: "ok", release: "1.4.0" } },
  getReadiness: { answer: { status: "ready", missing: [] } },
  getSignIn: { params: { nextauth: "csrf" } },
  postSignIn: { params: { nextauth: "callback/local" } },
} satisfies Examples;
