import { AsyncLocalStorage } from "node:async_hooks";
import { readdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AppRouteRouteDefinition } from "next/dist/server/route-definitions/app-route-route-definition";
import { vi } from "vitest";
import { listen } from "./listen";

const apiFolder = fileURLToPath(new URL("../../app/api/", import.meta.url));

type Params = Record<string, string | string[]>;
type Route = { page: string; segments: string[]; file: string };

/** Every route file under app/api. */
function findRoutes(): Route[] {
  const files = readdirSync(apiFolder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /(^|[/\\])route\.ts$/.test(file))
    .map((file) => {
      const segments = ["api", ...dirname(file).split(sep)];
      return { page: `/${segments.join("/")}`, segments, file: join(apiFolder, file) };
    });
}

/** Next prefers literal segments to parameters, and parameters to a catch-all. */
function rankOf(segment: string): number {
  if (segment.startsWith("[...")) return 2;
  return segment.startsWith("[") ? 1 : 0;
}

const rank = ({ segments }: Route) => segments.map(rankOf).join("");

/** The decoded parameters if the path matches the route, else null. */
function matchRoute({ segments }: Route, path: string[]): Params | null {
  const params: Params = {};
  for (const [at, segment] of segments.entries()) {
    const name = segment.replace(/^\[(\.\.\.)?|\]$/g, "");
    const part = path[at];
    if (part === undefined) return null;
    if (rankOf(segment) === 2) {
      params[name] = path.slice(at).map(decodeURIComponent);
      return params;
    }
    if (rankOf(segment) === 1) params[name] = decodeURIComponent(part);
    else if (part !== segment) return null;
  }
  return path.length === segments.length ? params : null;
}

/** Next's own wrapper of route handlers, with methods, cookies(), request and response as in a server. */
async function loadNext() {
  // Next requires this global on load; its server sets it first.
  Object.assign(globalThis, { AsyncLocalStorage });
  const [{ AppRouteRouteModule }, node, adapter, { sendResponse }, meta] = await Promise.all([
    import("next/dist/server/route-modules/app-route/module.compiled.js"),
    import("next/dist/server/base-http/node.js"),
    import("next/dist/server/web/spec-extension/adapters/next-request.js"),
    import("next/dist/server/send-response.js"),
    import("next/dist/server/request-meta.js"),
  ]);
  return { AppRouteRouteModule, ...node, ...adapter, sendResponse, ...meta };
}

const previewProps = { previewModeId: "", previewModeSigningKey: "", previewModeEncryptionKey: "" };

/**
 * The API in this process, on its own port: the route files of app/api in Next's own wrapper, loaded
 * with empty caches. Without pages, the proxy and the headers of next.config.ts, which tests cover on a
 * build. Set the environment before the first call.
 */
export async function serveApi() {
  vi.resetModules();
  const next = await loadNext();
  const routes = findRoutes().sort((a, b) => rank(a).localeCompare(rank(b)));
  const loaded = new Map<string, InstanceType<typeof next.AppRouteRouteModule>>();

  function moduleOf({ page, file }: Route) {
    const cached = loaded.get(page);
    if (cached) return cached;
    const routeModule = new next.AppRouteRouteModule({
      definition: {
        // Next's string enum exists only at its own compile time.
        kind: "APP_ROUTE" as unknown as AppRouteRouteDefinition["kind"],
        page: `${page}/route`,
        pathname: page,
        filename: file,
        bundlePath: "",
      },
      distDir: "",
      relativeProjectDir: "",
      resolvedPagePath: file,
      nextConfigOutput: undefined,
      userland: () => import(/* @vite-ignore */ pathToFileURL(file).href),
    });
    loaded.set(page, routeModule);
    return routeModule;
  }

  function routeOf(pathname: string): [Route, Params] | null {
    const path = pathname.split("/").filter(Boolean);
    for (const route of routes) {
      const params = matchRoute(route, path);
      if (params) return [route, params];
    }
    return null;
  }

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", `http://localhost:${port}`);
    const found = routeOf(url.pathname);
    if (!found) {
      outgoing.writeHead(404, { "content-type": "text/plain" });
      outgoing.end("There are no pages in process: start the build for them.");
      return;
    }
    const [route, params] = found;
    incoming.headers["x-forwarded-for"] ??= incoming.socket.remoteAddress;
    next.addRequestMeta(incoming, "initURL", url.href);
    const request = next.NextRequestAdapter.fromNodeNextRequest(
      new next.NodeNextRequest(incoming),
      next.signalFromNodeResponse(outgoing),
    );
    const response = await moduleOf(route).handle(request, {
      params,
      previewProps,
      sharedContext: { buildId: "tests", deploymentId: "" },
      renderOpts: {
        experimental: {
          authInterrupts: false,
          useCacheTimeout: 0,
          durableUseCacheEntries: false,
        },
        cacheComponents: false,
        validationLevel: "warning",
        cacheLifeProfiles: { default: { stale: 0, revalidate: 0, expire: 0 } },
        staticPageGenerationTimeout: 60,
        waitUntil: undefined,
        onClose: (close) => outgoing.on("close", close),
        onAfterTaskError: undefined,
      },
    });
    await next.sendResponse(
      new next.NodeNextRequest(incoming),
      new next.NodeNextResponse(outgoing),
      response,
    );
  }

  const { rejectUnroutable } = await import("@/lib/http/front-door");
  const server = createServer((incoming, outgoing) => {
    if (rejectUnroutable(incoming, outgoing)) return;
    respond(incoming, outgoing).catch((error: unknown) => {
      console.error("A route handler threw:", error);
      if (outgoing.headersSent) return outgoing.destroy();
      outgoing.writeHead(500).end("Internal Server Error");
    });
  });
  const port = await listen(server);

  return {
    url: `http://localhost:${port}`,
    port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
