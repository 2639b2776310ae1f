// Sends many completions to one server that acts as all providers, and prints the collected heap in
// bytes before and after:
//   node --conditions=react-server --expose-gc --import tsx tests/support/completions-process.ts URL WARM-UP COUNT
import { complete } from "@/lib/providers/complete";
import { ProviderFailure } from "@/lib/providers/errors";
import { providerIds } from "@/lib/providers/schema";

const [url = "", warmUp = "", count = ""] = process.argv.slice(2);
const concurrency = 20;
let requests = 0;

/** In turn: streamed, not streamed, with its raw exchange, refused, and aborted. */
async function sendOne(): Promise<void> {
  requests += 1;
  const kind = requests % 5;
  const provider = providerIds[requests % providerIds.length] ?? "openai";
  const messages = [{ role: "user" as const, content: kind === 3 ? "refuse" : "Hello?" }];
  const call = { model_id: "m", messages, stream: kind !== 1, raw: kind === 2 };
  const connection = {
    baseUrl: `${url}/${provider}`,
    region: "eu-west-1",
    timeoutMs: 30_000,
  };
  const { signal } = new AbortController();
  try {
    for await (const event of complete(
      provider,
      call,
      `canary-key-${requests}`,
      signal,
      connection,
    )) {
      if (kind === 4 && event.type === "delta") break;
    }
  } catch (error) {
    if (!(error instanceof ProviderFailure) || kind !== 3) throw error;
  }
}

async function sendMany(count: number): Promise<void> {
  let remaining = count;
  const worker = async () => {
    while (remaining-- > 0) await sendOne();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** The minimum of several collections, because finalizers and sockets release memory later. */
async function heapUsed(): Promise<number> {
  let min = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    await new Promise((settled) => setTimeout(settled, 200));
    globalThis.gc?.();
    min = Math.min(min, process.memoryUsage().heapUsed);
  }
  return min;
}

if (!globalThis.gc) throw new Error("Start with --expose-gc");
await sendMany(Number(warmUp));
const before = await heapUsed();
await sendMany(Number(count));
process.stdout.write(`${JSON.stringify({ requests, before, after: await heapUsed() })}\n`);
