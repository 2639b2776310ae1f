import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { recordApi } from "./api";
import { ensureBuild, startConsole } from "./console";
import { recordFirstLoad, recordPages } from "./pages";

/** Records the behavior of a checkout's console: `record.ts --checkout DIR --out DIR`. */
const { values } = parseArgs({
  options: {
    checkout: { type: "string", default: "." },
    out: { type: "string" },
    /** Records only `api`, `pages` or `first-load`. */
    only: { type: "string" },
    /** Records only screens whose names contain this. */
    screens: { type: "string", default: "" },
  },
});
if (!values.out) throw new Error("Name the folder for the recording: --out DIR");
const checkout = resolve(values.checkout);
const out = resolve(values.out);
const isRequested = (part: string) => !values.only || values.only === part;

async function recorded(part: string, record: () => Promise<string[]>): Promise<string[]> {
  const startedAt = Date.now();
  const failures = await record();
  console.log(
    `${part}: ${Math.round((Date.now() - startedAt) / 1000)} s, ${failures.length} failures`,
  );
  for (const failure of failures) console.log(`  ${failure}`);
  return failures.map((failure) => `${part}: ${failure}`);
}

await mkdir(out, { recursive: true });
console.log(`Recording ${checkout} into ${out}`);
await ensureBuild(checkout);
const failures: string[] = [];
if (isRequested("api")) {
  const app = await startConsole({ checkout });
  try {
    failures.push(...(await recorded("api", () => recordApi(app, checkout, out))));
  } finally {
    await app.stop();
  }
}
if (isRequested("pages") || isRequested("first-load")) {
  const app = await startConsole({ checkout });
  try {
    await recordFirstLoad(app, out);
    if (isRequested("pages")) {
      failures.push(...(await recorded("pages", () => recordPages(app, out, values.screens))));
    }
  } finally {
    await app.stop();
  }
}
await writeFile(join(out, "failures.txt"), failures.map((failure) => `${failure}\n`).join(""));
