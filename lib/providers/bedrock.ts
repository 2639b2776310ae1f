import "server-only";
import { Readable } from "node:stream";
import type {
  BedrockRuntimeClient,
  ConverseCommandInput,
  ConverseCommandOutput,
  ConverseStreamOutput,
  TokenUsage,
  Tool,
} from "@aws-sdk/client-bedrock-runtime";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Usage } from "@/lib/completions/schema";
import { ending, incomplete, ToolCallFragments, toolSchema } from "@/lib/providers/answer";
import {
  type AnswerPart,
  type ProviderCall,
  type StopReason,
  type Wire,
  WireError,
} from "@/lib/providers/provider";
import { KEY_STAYS_HERE, networkCode, noteAnswer, throwIfRefused } from "@/lib/providers/wire";

const stopReasons: Record<string, StopReason> = {
  end_turn: "end",
  content_filtered: "content_filter",
};

/** Converse and ConverseStream with a bearer token, in the region of the runtime. */
export async function* bedrockAdapter(call: ProviderCall, wire: Wire): AsyncGenerator<AnswerPart> {
  const sdk = await import("@aws-sdk/client-bedrock-runtime");
  const http = await import("@smithy/node-http-handler");
  const transport = new http.NodeHttpHandler();
  const client = new sdk.BedrockRuntimeClient({
    region: wire.region,
    endpoint: wire.baseUrl,
    token: { token: KEY_STAYS_HERE },
    authSchemePreference: ["httpBearerAuth"],
    credentials: refuseOtherIdentity,
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    requestHandler: guarded(transport, wire),
  });
  try {
    if (call.stream) {
      const answer = await client.send(new sdk.ConverseStreamCommand(requestBody(call)));
      yield* streamed(answer.stream ?? [], wire);
    } else {
      yield* whole(await client.send(new sdk.ConverseCommand(requestBody(call))));
    }
  } catch (error) {
    throw error instanceof sdk.BedrockRuntimeServiceException ? refused(error, wire) : error;
  } finally {
    closeAll(client, transport);
  }
}

/** The stored token is the only identity: a role or profile of this server must not answer for it. */
async function refuseOtherIdentity(): Promise<never> {
  throw new Error("Bedrock is called with the stored bearer token only");
}

function closeAll(client: BedrockRuntimeClient, transport: NodeHttpHandler): void {
  client.destroy();
  transport.destroy();
}

type Handle = NodeHttpHandler["handle"];

/** The wire of `openWire` for an SDK that takes a request handler instead of a `fetch`. */
function guarded(transport: NodeHttpHandler, wire: Wire) {
  const handle: Handle = async (request) => {
    const kept = ["host", "content-type", "content-length"];
    const headers = Object.entries(request.headers).filter(([name]) =>
      kept.includes(name.toLowerCase()),
    );
    request.headers = { ...Object.fromEntries(headers), ...wire.identity };
    wire.exchange.sent = true;
    const { response } = await transport
      .handle(request, { abortSignal: wire.signal })
      .catch(asNetworkTrouble);
    noteAnswer(wire.exchange, response.statusCode, (name) => response.headers[name]);
    const type = response.headers["content-type"] ?? "";
    if (response.statusCode === 200 && type.includes("eventstream")) return { response };
    const body = await readAll(response.body).catch(asNetworkTrouble);
    const tag = response.headers["x-amzn-errortype"] ?? response.headers.location ?? null;
    throwIfRefused(response.statusCode, tag, body);
    response.body = Readable.from([Buffer.from(body)]);
    return { response };
  };
  return { handle, metadata: transport.metadata };
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function asNetworkTrouble(error: unknown): never {
  throw new WireError({ kind: "network", code: networkCode(error) });
}

function requestBody(call: ProviderCall): ConverseCommandInput {
  return {
    modelId: call.model_id,
    messages: call.messages.map(({ role, content }) => ({ role, content: [{ text: content }] })),
    ...(call.system === undefined ? {} : { system: [{ text: call.system }] }),
    inferenceConfig: { maxTokens: call.max_tokens, temperature: call.temperature },
    ...(call.tools?.length ? { toolConfig: { tools: call.tools.map(converseTool) } } : {}),
  };
}

function converseTool(tool: NonNullable<ProviderCall["tools"]>[number]): Tool {
  // JSON Schema came in as JSON, so it is a document in the SDK's sense.
  const json = toolSchema(tool) as Extract<
    NonNullable<Tool["toolSpec"]>["inputSchema"],
    { json: unknown }
  >["json"];
  return {
    toolSpec: { name: tool.name, description: tool.description, inputSchema: { json } },
  };
}

async function* streamed(
  events: AsyncIterable<ConverseStreamOutput> | ConverseStreamOutput[],
  wire: Wire,
): AsyncGenerator<AnswerPart> {
  const fragments = new ToolCallFragments();
  let text = "";
  let stop: string | undefined;
  let usage: TokenUsage | undefined;
  for await (const event of events) {
    const index = event.contentBlockDelta?.contentBlockIndex ?? 0;
    const delta = event.contentBlockDelta?.delta;
    const start = event.contentBlockStart;
    if (start?.start?.toolUse) {
      const { toolUseId, name } = start.start.toolUse;
      fragments.add(start.contentBlockIndex ?? 0, { id: toolUseId, name });
    }
    if (delta?.toolUse) fragments.add(index, { json: delta.toolUse.input });
    if (delta?.text) {
      text += delta.text;
      yield { type: "delta", text: delta.text };
    }
    stop = event.messageStop?.stopReason ?? stop;
    usage = event.metadata?.usage ?? usage;
    const exception = exceptionIn(event);
    if (exception) throw refused(exception, wire);
  }
  if (!stop) throw incomplete();
  yield* ending({ ...endOf(stop, usage, text), calls: fragments.finish(), said: text !== "" });
}

function* whole(answer: ConverseCommandOutput): Generator<AnswerPart> {
  const content = answer.output?.message?.content ?? [];
  if (!answer.stopReason) throw incomplete();
  const text = content.map((block) => block.text ?? "").join("");
  const end = endOf(answer.stopReason, answer.usage, text);
  if (text) yield { type: "delta", text };
  const calls = content.flatMap(({ toolUse }) =>
    toolUse
      ? [{ id: toolUse.toolUseId ?? "", name: toolUse.name ?? "", arguments: toolUse.input ?? {} }]
      : [],
  );
  yield* ending({ ...end, calls, said: text !== "" });
}

/** A guardrail puts its own words in the place of the model's: no answer, whatever the text says. */
function endOf(stop: string, usage: TokenUsage | undefined, text: string) {
  if (stop === "guardrail_intervened")
    throw new WireError({ kind: "filtered", message: text || stop });
  return { stop_reason: stopReasons[stop] ?? stop, usage: normalisedUsage(usage) };
}

/** Converse counts cached tokens beside `inputTokens` (AWS: "Prompt caching for faster inference"). */
export function normalisedUsage(usage: TokenUsage | undefined): Usage {
  const read = usage?.cacheReadInputTokens ?? 0;
  const written = usage?.cacheWriteInputTokens ?? 0;
  return {
    input_tokens: (usage?.inputTokens ?? 0) + read + written,
    output_tokens: usage?.outputTokens ?? 0,
    ...(read ? { cache_read_tokens: read } : {}),
    ...(written ? { cache_write_tokens: written } : {}),
  };
}

type Exception = { name: string; message: string };

function exceptionIn(event: ConverseStreamOutput): Exception | undefined {
  return (
    event.internalServerException ??
    event.modelStreamErrorException ??
    event.serviceUnavailableException ??
    event.throttlingException ??
    event.validationException
  );
}

function refused({ name, message }: Exception, wire: Wire): WireError {
  const body = JSON.stringify({ message });
  return new WireError({ kind: "refused", status: wire.exchange.status, tag: name, body });
}
