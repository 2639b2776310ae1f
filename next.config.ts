import type { NextConfig } from "next";

const config: NextConfig = {
  // `npm run check` holds the types of the whole tree, tests included; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The production server of every launcher and of the container image.
  output: "standalone",
  // No page shows a bitmap: without this, strangers could have images decoded at /_next/image.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["**/node_modules/sharp/**", "**/node_modules/@img/**"] },
  poweredByHeader: false,
  devIndicators: { position: "bottom-right" },
  // The content security policy has a nonce per request and comes from proxy.ts.
  headers: async () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "same-origin" },
        { key: "X-Frame-Options", value: "DENY" },
        { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
      ],
    },
    {
      // Answers of the API are data: opened as a page they load, run and frame nothing.
      source: "/api/:path*",
      headers: [
        {
          key: "Content-Security-Policy",
          value: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        },
      ],
    },
  ],
};

export default config;
