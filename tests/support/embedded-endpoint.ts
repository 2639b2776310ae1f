import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EmbeddedAws, startEmbeddedAws } from "../../scripts/embedded/server";

/** Settings of a client without retries, so that a test sees every response. */
export function connectionTo({ url }: Pick<EmbeddedAws, "url">) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return { endpoint: url, region: "eu-west-1", credentials, maxAttempts: 1 };
}

/** The local AWS endpoint on a new folder. The caller stops it and removes the folder. */
export async function startInNewFolder(): Promise<{ dataDir: string; endpoint: EmbeddedAws }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "embedded-"));
  return { dataDir, endpoint: await startEmbeddedAws({ port: 0, dataDir }) };
}
