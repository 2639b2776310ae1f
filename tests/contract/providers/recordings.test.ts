import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ToolCall } from "@/lib/completions/schema";
import { costOf } from "@/lib/costs/rules/cost";
import { ProviderFailure } from "@/lib/providers/errors";
import type { ProviderEvent } from "@/lib/providers/provider";
import type { ProviderId } from "@/lib/providers/schema";
import { askReplay } from "@/tests/contract/providers/ask";
import { inPieces } from "@/tests/support/in-pieces";

/** An answer as it came, and what the console must make of it. */
type Recording = {
  id: string;
  provider: ProviderId;
  kind: string;
  response: {
    status: number;
    headers?: Record<string, string>;
    body?: string;
    body_b64?: string;
  };
  expected: {
    code?: string | string[];
    /** Other than `code`: a stream that ended too early. */
    error?: "cut_off";
    text?: string;
    tool_calls?: { name: string; arguments: unknown }[];
    usage?: Record<string, number>;
    stop_reason?: string;
    cost_usd?: number;
  };
  features?: string[];
};

const prices = {
  input_price: 3.07,
  output_price: 17.31,
  cache_read_price: 0.29,
  cache_write_price: 3.8375,
};
/** Of the connection that recorded it, not of the answer's bytes. */
const transportHeaders = /^(content-length|transfer-encoding|content-encoding|connection)$/i;

/** `RECORDINGS` replays another folder of files in the same form. */
const folder = process.env.RECORDINGS || "tests/support/recordings";
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Recording)
  .filter(({ kind }) => !kind.includes("list"));

type Result = {
  code: string | null;
  text: string;
  tool_calls: { name: string; arguments: unknown }[];
  usage: Record<string, number | null | undefined>;
  stop_reason: string | null;
  cost_usd: number | null;
};

async function replay({ provider, response }: Recording, pieceBytes: number): Promise<Result> {
  const bytes = Buffer.from(
    response.body_b64 ?? response.body ?? "",
    response.body_b64 === undefined ? "utf8" : "base64",
  );
  const sent = Object.entries(response.headers ?? {}).filter(
    ([name]) => !transportHeaders.test(name),
  );
  const body = inPieces(bytes, pieceBytes);
  const answer = { status: response.status, headers: Object.fromEntries(sent), body };
  try {
    const { events } = await askReplay(answer, { provider, call: { stream: isStream(response) } });
    return resultOf(events);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { ...resultOf([]), code: error.code };
  }
}

function isStream({ headers }: Recording["response"]): boolean {
  return /event-stream|eventstream/.test(headers?.["content-type"] ?? "");
}

function resultOf(events: ProviderEvent[]): Result {
  const end = events.find((event) => event.type === "end");
  const call = ({ name, arguments: args }: ToolCall) => ({ name, arguments: args });
  return {
    code: null,
    text: events.map((event) => (event.type === "delta" ? event.text : "")).join(""),
    tool_calls: events.flatMap((event) => (event.type === "tool_call" ? [call(event.call)] : [])),
    usage: end?.usage ?? {},
    stop_reason: end?.stop_reason ?? null,
    cost_usd: end ? costOf(end.usage, prices) : null,
  };
}

describe.each(recordings.map((one) => [one.id, one] as const))("%s", (_, recording) => {
  const { expected, response } = recording;

  it.each(isStream(response) ? [1_000_000, 700, 1] : [1_000_000])(
    "is read right in pieces of %d bytes",
    async (pieceBytes) => {
      const result = await replay(recording, pieceBytes);
      const code = expected.error ? "provider_error" : expected.code;
      if (code) {
        expect([code].flat()).toContain(result.code);
        return;
      }
      expect(result).toMatchObject({
        code: null,
        text: expected.text ?? "",
        tool_calls: (expected.tool_calls ?? []).map(({ name, arguments: args }) => ({
          name,
          arguments: args,
        })),
        usage: expected.usage ?? {},
      });
      if (expected.stop_reason) expect(result.stop_reason).toBe(expected.stop_reason);
      if (typeof expected.cost_usd === "number") {
        expect(result.cost_usd).toBeCloseTo(expected.cost_usd, 8);
      }
    },
  );
});
