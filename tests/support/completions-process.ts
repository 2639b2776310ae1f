// Asks all providers at one server again and again, and prints the heap after collection, in bytes,
// before and after:
//   node --conditions=react-server --expose-gc --import tsx tests/support/completions-process.ts URL WARM-UP COUNT
import { complete } from "@/lib/providers/complete";
import { ProviderFailure } from "@/lib/providers/errors";
import { providerIds } from "@/lib/providers/schema";

const [url = "", warmUp = "", count = ""] = process.argv.slice(2);
const atOnce = 20;
let asked = 0;

/** In turn: streamed, whole, with its raw exchange, refused, and left in the middle. */
async function askOnce(): Promise<void> {
  asked += 1;
  const kind = asked % 5;
  const provider = providerIds[asked % providerIds.length] ?? "openai";
  const messages = [{ role: "user" as const, content: kind === 3 ? "refuse" : "Hello?" }];
  const call = { model_id: "m", messages, stream: kind !== 1, raw: kind === 2 };
  const connection = {
    baseUrl: `${url}/${provider}`,
    region: "eu-west-1",
    timeoutMs: 30_000,
  };
  const { signal } = new AbortController();
  try {
    for await (const event of complete(provider, call, `canary-key-${asked}`, signal, connection)) {
      if (kind === 4 && event.type === "delta") break;
    }
  } catch (error) {
    if (!(error instanceof ProviderFailure) || kind !== 3) throw error;
  }
}

async function askMany(times: number): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await askOnce();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** The least of several collections: one alone leaves what finalisers and sockets still hold. */
async function heapUsed(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    await new Promise((settled) => setTimeout(settled, 200));
    globalThis.gc?.();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

if (!globalThis.gc) throw new Error("Start with --expose-gc");
await askMany(Number(warmUp));
const before = await heapUsed();
await askMany(Number(count));
process.stdout.write(`${JSON.stringify({ asked, before, after: await heapUsed() })}\n`);
