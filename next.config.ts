import type { NextConfig } from "next";
import { apiPolicy, fixedHeaders } from "./lib/http/security-headers";

const listed = (headers: Record<string, string>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value }));

const config: NextConfig = {
  // `npm run check` holds the types of the whole tree, tests included; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The production server of every launcher and of the container image.
  output: "standalone",
  // No page shows a bitmap: without this, strangers could have images decoded at /_next/image.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["**/node_modules/sharp/**", "**/node_modules/@img/**"] },
  poweredByHeader: false,
  // The proxy keeps a copy of each body that it sees, and no page takes one.
  experimental: { proxyClientMaxBodySize: "64kb" },
  devIndicators: { position: "bottom-right" },
  // The content security policy has a nonce per request and comes from proxy.ts.
  headers: async () => [
    {
      source: "/:path*",
      headers: listed(fixedHeaders),
    },
    // Also where the proxy does not look: what is not there is a page all the same.
    ...["/api/:path*", "/_next/:path*", "/readme/:path*", "/icon.svg"].map((source) => ({
      source,
      headers: listed({ "Content-Security-Policy": apiPolicy }),
    })),
  ],
};

export default config;
