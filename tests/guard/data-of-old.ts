import { cp, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { recordOldData, writeOldData } from "./api";
import { ensureBuild, startConsole, startOfRecording } from "./console";

/**
 * Whether a checkout reads the data of an older one: `data-of-old.ts --old DIR --new DIR --out DIR`.
 * The old console fills a folder; both then answer the same requests, each on a copy of it. Compare
 * `OUT/old` and `OUT/new` with compare.ts afterwards.
 */
const { values } = parseArgs({
  options: {
    old: { type: "string" },
    new: { type: "string", default: "." },
    out: { type: "string" },
  },
});
const { old: oldCheckout, out: outFolder } = values;
if (!oldCheckout || !outFolder) throw new Error("Name --old DIR and --out DIR.");
const checkouts = { old: resolve(oldCheckout), new: resolve(values.new) };
const out = resolve(outFolder);
const data = join(out, "data");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
for (const checkout of Object.values(checkouts)) await ensureBuild(checkout);
const first = await startConsole({ checkout: checkouts.old, dataDir: data });
await writeOldData(first);
await first.stop();

let failed = false;
for (const [name, checkout] of Object.entries(checkouts)) {
  const dataDir = join(out, `data-${name}`);
  await cp(data, dataDir, { recursive: true });
  const app = await startConsole({ checkout, dataDir, startsAt: startOfRecording + 600_000 });
  const failures = await recordOldData(app, checkout, join(out, name));
  await app.stop();
  for (const failure of failures) console.log(`${name}: ${failure}`);
  failed ||= failures.length > 0;
}
console.log(`Recorded. Now: compare.ts ${join(out, "old")} ${join(out, "new")}`);
process.exit(failed ? 1 : 0);
