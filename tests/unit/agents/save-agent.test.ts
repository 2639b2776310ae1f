import { afterEach, expect, test, vi } from "vitest";
import { agentChoices, saveAgent } from "@/components/agents/switch/save-agent";
import { saveVersioned } from "@/components/ui/form/versioned-save";
import type { AgentChanges, AgentRecord } from "@/lib/agents/schema";
import { makeAgent } from "../checks/snapshot";

// Its React hooks do not load outside of a browser.
vi.mock("@/components/agents/queries", () => ({ agentQueries: {} }));
afterEach(() => vi.unstubAllGlobals());

const base = makeAgent({ llm_provider: "openai", llm_model: "gpt-4o", etag: "1" });
const changes = { llm_provider: "anthropic", llm_model: "claude" };

test("two people who chose the same model are not asked which one to keep", async () => {
  const current = { ...base, ...changes, etag: "2" };
  const stale = { code: "stale", status: 412, title: "Stale", detail: "Changed", current };
  const answers = [Response.json(stale, { status: 412 }), Response.json({ ...current, etag: "3" })];
  const fetch = vi.fn(async (_path: string, _init: RequestInit) => answers.shift());
  vi.stubGlobal("fetch", fetch);
  const saved = saveVersioned<AgentRecord, AgentChanges>({
    base,
    changes,
    write: saveAgent,
    groups: agentChoices,
  });
  await expect(saved).resolves.toMatchObject({ ...changes, etag: "3" });
  const [, again] = fetch.mock.calls;
  expect(new Headers(again?.[1].headers).get("If-Match")).toBe('"2"');
});
