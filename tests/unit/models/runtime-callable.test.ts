import { describe, expect, test } from "vitest";
import {
  alwaysRefused,
  knownRefusals,
  meetsRefusal,
  refusalsOfModel,
} from "@/lib/models/rules/known-refusals";
import {
  type RuntimeFacts,
  requestVerdict,
  runtimeCallable,
  runtimeFindings,
} from "@/lib/models/rules/runtime-callable";
import type { RuntimeEvidence } from "@/lib/models/schema";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";

const failure = callerFailure('Provider API error: openai returned 400: {"error":{}}');

function tested(more: Partial<RuntimeEvidence>): RuntimeEvidence {
  return {
    transformer: "openai_v1",
    with_tools: true,
    at: "2026-11-29T00:00:00.000Z",
    by: "ada",
    outcome: "answered",
    status: 200,
    words: null,
    latency_ms: 900,
    timeout_ms: 30_000,
    would_fail_with: null,
    after_tool_result: false,
    simulated: false,
    ...more,
  };
}

const refused = {
  outcome: "refused",
  status: 400,
  words: "No.",
  would_fail_with: failure,
} as const;

function model(model_id: string, ...runtime_evidence: RuntimeEvidence[]): RuntimeFacts {
  const provider_id = model_id.startsWith("claude")
    ? "anthropic"
    : model_id.startsWith("gemini")
      ? "google"
      : "openai";
  const pk = `${provider_id}#${model_id}`;
  return { pk, provider_id, model_id, display_name: model_id, runtime_evidence };
}

describe("documented refusals", () => {
  test.each([
    ["openai", "gpt-5.4", ["max_tokens", "temperature"]],
    ["gpt", "o3-mini", ["max_tokens", "temperature"]],
    ["openai", "gpt-50", []],
    ["openai", "gpt-5-chat-latest", []],
    ["openai", "gpt-4o", []],
    ["anthropic", "claude-sonnet-5-5", ["temperature"]],
    ["anthropic", "claude-sonnet-4-6", []],
    ["bedrock", "global.anthropic.claude-sonnet-5-5", ["temperature"]],
    ["amazon", "eu.amazon.nova-pro-v1:0", []],
    ["google", "gemini-3.8-flash", []],
    ["acme", "gpt-5", []],
  ])("%s %s always refuses %j", (provider, id, parameters) => {
    expect(alwaysRefused(provider, id)).toEqual(parameters);
  });

  test("of empty tools meet agents without tools only", () => {
    const parameters = (hasTools: boolean) =>
      refusalsOfModel("anthropic", "claude-sonnet-4-6")
        .filter((one) => meetsRefusal(one, { with_tools: hasTools, body: null, tool_names: [] }))
        .map(({ parameter }) => parameter);
    expect(parameters(false)).toEqual(["tool_choice"]);
    expect(parameters(true)).toEqual([]);
  });

  test("each name a source", () => {
    for (const { source, parameter } of knownRefusals) expect(source, parameter).not.toEqual([]);
  });
});

describe("whether the runtime can call a model", () => {
  const callable = (facts: RuntimeFacts) => runtimeCallable(facts).runtime_callable;

  test("is not known without a test and a document", () => {
    expect(callable(model("gpt-4o"))).toBeNull();
    expect(callable(model("gemini-3.8-flash"))).toBeNull();
  });

  test("is by document no, and by an answer yes", () => {
    expect(callable(model("gpt-5.4"))).toBe(false);
    expect(callable(model("gpt-5.4", tested({})))).toBe(true);
  });

  test("is no after a refusal, unless agents with tools get an answer", () => {
    expect(callable(model("gpt-4o", tested(refused)))).toBe(false);
    const plain = tested({ ...refused, with_tools: false });
    expect(callable(model("gpt-4o", plain))).toBeNull();
    expect(callable(model("gpt-4o", plain, tested({})))).toBe(true);
    expect(callable(model("gemini-2.5-pro", plain))).toBe(false);
  });
});

describe("what a switch has to know", () => {
  const codes = (facts: RuntimeFacts, with_tools: boolean, body: object | null = null) => {
    const ask = { with_tools, body: body as Record<string, unknown> | null }; // An object has string keys.
    const { blocking, warnings } = runtimeFindings(facts, ask);
    return [blocking, warnings].map((list) => list.map(({ code }) => code));
  };

  const sent = { max_tokens: 4096, temperature: 0.699999988079071, tools: [{}] };

  test("a document blocks where the request is known, and where it has what is refused", () => {
    expect(codes(model("gpt-5.4"), true, sent)).toEqual([["runtime_parameter_refused"], []]);
    expect(codes(model("gpt-4o"), false, { ...sent, tools: [] })).toEqual([
      ["agent_empty_tools_refused"],
      [],
    ]);
    const plain = { temperature: 1 };
    expect(codes(model("gpt-5.4"), false, plain)).toEqual([[], []]);
    expect(codes(model("claude-sonnet-5-5"), true, sent)).toEqual([
      ["runtime_parameter_refused"],
      [],
    ]);
    expect(codes(model("gemini-3.8-flash"), true, sent)).toEqual([
      [],
      ["runtime_parameter_refused"],
    ]);
  });

  test("a document warns where the request is assumed, a refusal that was seen blocks", () => {
    expect(codes(model("gpt-5.4"), true)).toEqual([[], ["runtime_parameter_refused"]]);
    expect(codes(model("gpt-5.4", tested(refused)), true)).toEqual([
      ["runtime_request_refused"],
      [],
    ]);
  });

  test("a test counts for its own kind of request", () => {
    const facts = model("gpt-4o", tested(refused));
    expect(codes(facts, true)).toEqual([["runtime_request_refused"], []]);
    expect(codes(facts, false)).toEqual([[], ["agent_empty_tools_refused"]]);
  });

  test("an answer that can't be read or is too slow blocks, a sound one says nothing", () => {
    const unreadable = tested({ outcome: "unreadable", would_fail_with: failure });
    expect(codes(model("gpt-4o", unreadable), true)).toEqual([["runtime_request_refused"], []]);
    const slow = tested({ outcome: "too_slow", status: null });
    expect(codes(model("gpt-4o", slow), true)).toEqual([["runtime_too_slow"], []]);
    expect(codes(model("gpt-5.4", tested({})), true)).toEqual([[], []]);
  });

  test("an answer is too slow by the time that the agent's machine waits", () => {
    const facts = model("gpt-4o", tested({ latency_ms: 12_000 }));
    const ask = (timeout_ms: number) => ({
      with_tools: true,
      call: { url: "https://api.openai.com/v1/chat/completions", timeout_ms, max_tokens: 4096 },
    });
    const shown = (about: RuntimeFacts, timeout_ms: number) => [
      runtimeFindings(about, ask(timeout_ms)).blocking.map(({ code }) => code),
      requestVerdict(about, {
        ...ask(timeout_ms),
        provider: "openai",
        temperature: 0.7,
        state: "Ask",
      }),
    ];
    expect(shown(facts, 30_000)).toMatchObject([[], { status: "ok" }]);
    expect(shown(facts, 10_000)).toMatchObject([
      ["runtime_too_slow"],
      {
        status: "broken",
        detail: expect.stringContaining("in 12.0 s on"),
        would_fail_with: {
          state: "Ask",
          cause: expect.stringContaining("error sending request for url"),
        },
      },
    ]);
    const hung = model("gpt-4o", tested({ outcome: "too_slow", status: null, timeout_ms: 1_000 }));
    expect(shown(hung, 1_000)).toMatchObject([["runtime_too_slow"], { status: "broken" }]);
    expect(shown(hung, 30_000)).toMatchObject([[], { status: "unknown" }]);
  });

  test("Gemini 3 warns agents with tools of the turn after a call", () => {
    expect(codes(model("gemini-3.8-flash"), true)).toEqual([[], ["runtime_parameter_refused"]]);
    expect(codes(model("gemini-3.8-flash"), false)).toEqual([[], []]);
  });

  test("the latest test counts, and the provider's words and working models are named", () => {
    const earlier = tested({ at: "2026-11-28T00:00:00.000Z" });
    const facts = model("gpt-5.4", earlier, tested(refused));
    const { blocking } = runtimeFindings(facts, { with_tools: true }, [
      { display_name: "GPT-4.1", has_answered: true },
      { display_name: "GPT-4o", has_answered: false },
    ]);
    expect(blocking[0]).toMatchObject({
      evidence: expect.stringContaining('status 400, "No."'),
      fix: "Choose a model that has answered it: GPT-4.1.",
    });
  });
});

describe("the request in a trace", () => {
  const ask = { with_tools: true, provider: "openai", temperature: 0.7, state: null };
  const known = { ...ask, body: { max_tokens: 4096, tools: [{}] } };

  test("is a warning by a document where it is assumed", () => {
    expect(requestVerdict(model("gpt-5.4"), ask)).toMatchObject({
      status: "warning",
      would_fail_with: null,
    });
  });

  test("is broken by a document, with the answer that is documented", () => {
    const { status, would_fail_with } = requestVerdict(model("gpt-5.4"), known);
    expect(status).toBe("broken");
    expect(JSON.parse(would_fail_with?.cause ?? "{}").errorMessage).toBe(
      'Provider API error: openai returned 400: {"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model. Use \'max_completion_tokens\' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}',
    );
  });

  test("is broken as it was seen, fine after an answer, and not known otherwise", () => {
    expect(requestVerdict(model("gpt-4o", tested(refused)), ask)).toMatchObject({
      status: "broken",
      would_fail_with: failure,
    });
    expect(requestVerdict(model("gpt-4o", tested({})), ask)).toMatchObject({ status: "ok" });
    expect(requestVerdict(model("gpt-4o"), ask)).toMatchObject({ status: "unknown" });
    expect(requestVerdict(model("gemini-3.8-flash"), ask)).toMatchObject({ status: "warning" });
  });
});
