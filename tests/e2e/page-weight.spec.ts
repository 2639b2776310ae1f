import { gzipSync } from "node:zlib";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "../support/browser";
import { sharedStack } from "../support/stack-page";

/**
 * Bytes of each page's scripts, gzipped; a page that grows beyond its limit needs a reason. Costs got two
 * views, and what an agent costs says which of it is at another model's price.
 */
const maxScriptBytes = {
  "/models": 190_000,
  "/agents": 187_200,
  "/agents/sql-agent/v1.0": 187_500,
  "/playground": 175_000,
  "/costs": 179_544,
  "/checks": 178_800,
  "/activity": 187_000,
  "/tokens": 173_000,
  "/api-reference": 172_000,
  "/api-reference/models": 172_000,
  "/sign-in": 157_000,
};
/** Bytes of a page's HTML as it is parsed. */
const maxHtmlBytes = 600_000;

/** The scripts that a page loads at first, without the polyfills of old browsers. */
function scriptsIn(html: string): Set<string> {
  const tags = (html.match(/<script\b[^>]*>/g) ?? []).filter((tag) => !/\bnoModule\b/i.test(tag));
  return new Set(tags.flatMap((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1] ?? []));
}

async function sizeOf(request: APIRequestContext, source: string): Promise<number> {
  return gzipSync(await (await request.get(source)).body(), { level: 9 }).length;
}

test("no page loads more than its limit", async ({ request }) => {
  const headers = { cookie: await sharedStack().signIn("admin") };
  const sizes = new Map<string, number>();
  const seen: Record<string, [scriptBytes: number, htmlBytes: number]> = {};
  const tooLarge: string[] = [];
  for (const [path, maxBytes] of Object.entries(maxScriptBytes)) {
    const html = await (await request.get(path, { headers })).text();
    if (html.length > maxHtmlBytes) tooLarge.push(`${path}: HTML of ${html.length} bytes`);
    let bytes = 0;
    for (const source of scriptsIn(html)) {
      const size = sizes.get(source) ?? (await sizeOf(request, source));
      sizes.set(source, size);
      bytes += size;
    }
    seen[path] = [bytes, html.length];
    if (bytes > maxBytes) tooLarge.push(`${path}: scripts of ${bytes} bytes, not ${maxBytes}`);
  }
  console.log("First-load scripts, gzipped, and HTML:", seen);
  expect(tooLarge).toEqual([]);
});
